using OmnyDrive.History;

namespace OmnyDrive.Engine;

/// <summary>Why a directory is not taken for the mount that it may be.</summary>
public enum MountRepairKind
{
    /// <summary>It bears the marker of a mount that lay elsewhere, where nothing of it is now.</summary>
    Moved,

    /// <summary>It bears the marker of a mount that still lies where it did: it becomes a mount of its own.</summary>
    Copied,

    /// <summary>The mount lies there, and the directory has no marker.</summary>
    Unmarked,

    /// <summary>Its files came from a backup: they are older than its last sync.</summary>
    Restored,

    /// <summary>The history of its origin does not have the state that it last synced with: there a backup was restored, or another directory published.</summary>
    Parted,
}

/// <summary>A directory that may be taken for a mount again, and what it holds.</summary>
/// <param name="Kind">What happened to it.</param>
/// <param name="Mount">The mount: as it was, or if <paramref name="IsRepaired"/>, as it is now; of a copy that was repaired, the new one.</param>
/// <param name="Path">The directory, absolute.</param>
/// <param name="PreviousPath">Where the mount lay.</param>
/// <param name="Differences">How the directory differs from what the mount and its origin last agreed on.</param>
/// <param name="Problems">What in it could not be read.</param>
/// <param name="IsKnownState">Whether the directory holds exactly what the mount and its origin once agreed on. Of a restored mount that is the baseline then, and the next sync brings what is newer; else both sides are compared without one.</param>
/// <param name="IsRepaired">Whether it is a mount now; else nothing was changed.</param>
public sealed record MountRepair(MountRepairKind Kind, MountInfo Mount, string Path, string PreviousPath, ChangeCounts Differences, IReadOnlyList<Problem> Problems, bool IsKnownState, bool IsRepaired);
