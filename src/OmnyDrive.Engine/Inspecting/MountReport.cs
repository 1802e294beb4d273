using OmnyDrive.Drives;
using OmnyDrive.Git;
using OmnyDrive.Reconciling;

namespace OmnyDrive.Engine;

/// <summary>How a mount and its origin stand to each other.</summary>
/// <param name="Mount">The mount.</param>
/// <param name="Local">What the mount changed since the baseline, sorted by path.</param>
/// <param name="Origin">What the origin changed since the baseline, sorted by path; null where the origin could not be asked.</param>
/// <param name="Conflicts">Paths that both changed, differently, and what somebody decided about them; those that the last sync found where the origin could not be asked.</param>
/// <param name="Problems">Paths that could not be read, and why.</param>
/// <param name="OriginRef">Where the origin stands; null where it could not be asked.</param>
/// <param name="WhyUnknown">Why the origin could not be asked; null where it was.</param>
public sealed record MountReport(
    MountInfo Mount, IReadOnlyList<Change> Local, IReadOnlyList<Change>? Origin, IReadOnlyList<OpenConflict> Conflicts, IReadOnlyList<Problem> Problems, SyncRef? OriginRef, string? WhyUnknown)
{
    /// <summary>How the branches stand, and what a sync would do with them; null where the drive is no git drive, and where the origin could not be asked.</summary>
    public BranchSync? Branches { get; init; }
}

/// <summary>Which two versions of a mount's files are compared.</summary>
public enum DiffOf
{
    /// <summary>What the mount changed since the baseline.</summary>
    Local,
    /// <summary>What the origin changed since the baseline.</summary>
    Origin,
    /// <summary>What leads from the mount to the origin.</summary>
    Theirs,
}

/// <summary>How one path differs.</summary>
/// <param name="Change">The change.</param>
/// <param name="Text">The difference of two texts in unified form, without its heading; null where one is no text, is too large, or is not to be had.</param>
/// <param name="Reason">Why there is no text; null where there is, or where nothing but the path is to be told.</param>
public sealed record PathDiff(Change Change, string? Text, string? Reason);
