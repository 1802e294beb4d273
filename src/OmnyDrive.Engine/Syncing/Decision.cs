using OmnyDrive.Drives;
using OmnyDrive.Engine.State;
using OmnyDrive.Reconciling;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.Syncing;

/// <summary>What a policy makes of a reconciliation.</summary>
/// <param name="Plan">The plan.</param>
/// <param name="Conflicts">All conflicts, whether or not somebody decided about them.</param>
/// <param name="Settled">The decisions that the plan carries out.</param>
internal sealed record Decision(SyncPlan Plan, IReadOnlyList<PathConflict> Conflicts, IReadOnlyList<Resolution> Settled)
{
    /// <summary>What a sync may do: the mount's own changes where it may not push, then what somebody decided, then the policy.</summary>
    /// <param name="found">What the sides amount to.</param>
    /// <param name="sides">Their refs and trees.</param>
    /// <param name="mount">The mount.</param>
    /// <param name="policy">The policy in force.</param>
    /// <param name="resolutions">What was decided.</param>
    internal static Decision Of(Reconciliation found, (SyncRefs Refs, Snapshot Local, Snapshot Origin) sides, MountRow mount, SyncPolicy policy, IReadOnlyCollection<Resolution> resolutions)
    {
        if (mount.AccessMode == AccessMode.ReadOnly)
            found = ReadOnlyPolicy.Apply(found);
        var resolved = ResolutionPolicy.Apply(found, resolutions, sides.Local, sides.Origin);
        var plan = policy == SyncPolicy.Merge
            ? MergePolicy.Plan(resolved.Found, mount.Drive, sides.Refs, mount.AccessMode)
            : StrictPolicy.Plan(resolved.Found, mount.Drive, sides.Refs, mount.AccessMode, isSettled: resolved.Settled.Count > 0);
        return new Decision(plan, found.Conflicts, resolved.Settled);
    }
}
