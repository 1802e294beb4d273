using OmnyDrive.Drives;
using OmnyDrive.Engine.State;
using OmnyDrive.Reconciling;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.Syncing;

/// <summary>What a policy makes of a reconciliation.</summary>
/// <param name="Plan">The plan.</param>
/// <param name="Conflicts">All conflicts, whether or not somebody decided about them.</param>
/// <param name="Settled">The decisions that the plan carries out.</param>
/// <param name="Later">Paths that are changed only once the rest of the plan was; see <see cref="ResolvedReconciliation"/>.</param>
internal sealed record Decision(SyncPlan Plan, IReadOnlyList<PathConflict> Conflicts, IReadOnlyList<Resolution> Settled, IReadOnlyList<DrivePath> Later)
{
    /// <summary>What a sync may do: the mount's own changes where it may not push, then what somebody decided, then the policy.</summary>
    /// <param name="found">What the sides amount to.</param>
    /// <param name="sides">Their refs and trees.</param>
    /// <param name="mount">The mount.</param>
    /// <param name="policy">The policy in force.</param>
    /// <param name="self">The endpoint of the mount.</param>
    /// <param name="resolutions">What was decided.</param>
    /// <param name="goesOn">Whether this sync has carried out decisions already: then it goes both ways.</param>
    internal static Decision Of(
        Reconciliation found, (SyncRefs Refs, Snapshot Local, Snapshot Origin) sides, MountRow mount, SyncPolicy policy, EndpointId self, IReadOnlyCollection<Resolution> resolutions, bool goesOn = false)
    {
        if (mount.AccessMode == AccessMode.ReadOnly)
            found = ReadOnlyPolicy.Apply(found);
        var resolved = ResolutionPolicy.Apply(found, resolutions, sides.Local, sides.Origin, self);
        var plan = policy == SyncPolicy.Merge
            ? MergePolicy.Plan(resolved.Found, mount.Drive, sides.Refs, mount.AccessMode)
            : StrictPolicy.Plan(resolved.Found, mount.Drive, sides.Refs, mount.AccessMode, isSettled: goesOn || resolved.Settled.Count > 0);
        return new Decision(plan, found.Conflicts, resolved.Settled, resolved.Later);
    }
}
