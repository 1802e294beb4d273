using OmnyDrive.Drives;
using OmnyDrive.Git;
using OmnyDrive.Reconciling;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.Inspecting;

/// <summary>Looks at a mount and changes nothing that a person could see.</summary>
internal interface IMountInspector
{
    /// <summary>What each side changed, and which conflicts are open.</summary>
    Task<MountComparison> CompareAsync(CancellationToken cancellation);

    /// <summary>What the mount changed, without asking its origin.</summary>
    Task<(IReadOnlyList<Change> Local, IReadOnlyList<Problem> Problems)> LookAtMountAsync(CancellationToken cancellation);

    /// <summary>How paths at and below one differ, a path at a time.</summary>
    IAsyncEnumerable<PathDiff> DiffAsync(DiffOf which, DrivePath below, CancellationToken cancellation);
}

/// <summary>How a mount and its origin stand to each other; see <see cref="MountReport"/>.</summary>
internal sealed record MountComparison(IReadOnlyList<Change> Local, IReadOnlyList<Change> Origin, IReadOnlyList<OpenConflict> Conflicts, IReadOnlyList<Problem> Problems, SyncRef OriginRef)
{
    internal BranchSync? Branches { get; init; }
}
