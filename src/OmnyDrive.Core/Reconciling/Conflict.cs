using OmnyDrive.Drives;
using OmnyDrive.Git;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Reconciling;

/// <summary>Why a sync was refused.</summary>
public enum ConflictKind
{
    /// <summary>The origin moved while both sides have changes, though to different paths.</summary>
    RefMoved,
    /// <summary>Both sides changed the same paths, differently.</summary>
    ContentDivergence,
    /// <summary>A read-only mount has local changes.</summary>
    LocalDivergence,
    /// <summary>The branch at the origin is protected.</summary>
    ProtectedBranch,
    /// <summary>The origin has names that the mount's file system cannot hold, or takes for one.</summary>
    NameRefused,
}

/// <summary>The three versions of a path that cannot be settled, as a rule because both sides changed it; null stands for nothing there.</summary>
/// <param name="Path">The path.</param>
/// <param name="Base">What both sides last agreed on.</param>
/// <param name="Ours">What the mount holds.</param>
/// <param name="Theirs">What the origin holds.</param>
public sealed record PathConflict(DrivePath Path, Entry? Base, Entry? Ours, Entry? Theirs)
{
    /// <summary>What is wrong with the path, to be read behind it; null where it is that both sides changed it.</summary>
    public string? Reason { get; init; }
}

/// <summary>Why a sync was refused and what each side did. Nothing was applied on either side.</summary>
/// <param name="Kind">Why.</param>
/// <param name="Drive">The drive.</param>
/// <param name="Baseline">What both sides last agreed on.</param>
/// <param name="Local">Where the mount is now.</param>
/// <param name="Actual">Where the origin is now.</param>
/// <param name="Paths">The paths that both sides changed, differently, or whose names are refused; empty where the changes do not overlap.</param>
/// <param name="LocalChanges">What the mount changed since the baseline, overlapping paths left out.</param>
/// <param name="OriginChanges">What the origin changed since the baseline, overlapping paths left out.</param>
public sealed record Conflict(
    ConflictKind Kind,
    DriveId Drive,
    SyncRef Baseline,
    SyncRef Local,
    SyncRef Actual,
    IReadOnlyList<PathConflict> Paths,
    IReadOnlyList<Change> LocalChanges,
    IReadOnlyList<Change> OriginChanges)
{
    /// <summary>How the branches stand; null where the drive is no git drive.</summary>
    public BranchDivergence? Branches { get; init; }
}
