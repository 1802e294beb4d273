using OmnyDrive.Reconciling;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.Inspecting;

/// <summary>Looks at a mount and changes nothing that a person could see.</summary>
internal interface IMountInspector
{
    /// <summary>What each side changed, and which conflicts are open.</summary>
    Task<(IReadOnlyList<Change> Local, IReadOnlyList<Change> Origin, IReadOnlyList<OpenConflict> Conflicts, IReadOnlyList<Problem> Problems, Drives.SyncRef OriginRef)> CompareAsync(CancellationToken cancellation);

    /// <summary>What the mount changed, without asking its origin.</summary>
    (IReadOnlyList<Change> Local, IReadOnlyList<Problem> Problems) LookAtMount(CancellationToken cancellation);

    /// <summary>How paths at and below one differ, a path at a time.</summary>
    IAsyncEnumerable<PathDiff> DiffAsync(DiffOf which, DrivePath below, CancellationToken cancellation);
}
