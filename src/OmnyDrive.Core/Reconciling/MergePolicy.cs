using OmnyDrive.Drives;

namespace OmnyDrive.Reconciling;

/// <summary>
/// The policy that combines: what one side alone changed flows to the other, in both directions, and paths that both changed are held back until somebody decides. What a read-only mount changed is held back too.
/// </summary>
public static class MergePolicy
{
    /// <summary>What a reconciliation permits. Of a read-only mount, one that <see cref="ReadOnlyPolicy"/> has been applied to.</summary>
    public static SyncPlan Plan(Reconciliation found, DriveId drive, SyncRefs refs, AccessMode mode)
    {
        var kind = mode == AccessMode.ReadOnly ? ConflictKind.LocalDivergence : ConflictKind.ContentDivergence;
        return new SyncPlan(refs.Baseline, refs.Local, refs.Origin, found.ToLocal, found.ToOrigin, null, found.Unknown)
        {
            HeldBack = found.Conflicts.Count == 0 ? null : new Conflict(kind, drive, refs.Baseline, refs.Local, refs.Origin, found.Conflicts, [], []),
        };
    }
}
