using OmnyDrive.Drives;

namespace OmnyDrive.Reconciling;

/// <summary>
/// The default policy: changes flow in one direction at a time. Once agreed paths have dropped out, a sync in which both sides still have
/// changes is refused whole, whether or not they overlap; so is one in which a read-only mount has changes.
/// </summary>
public static class StrictPolicy
{
    /// <summary>What a reconciliation permits.</summary>
    /// <param name="found">What the sides amount to.</param>
    /// <param name="drive">The drive.</param>
    /// <param name="refs">The refs that it was made with.</param>
    /// <param name="mode">Whether the mount may push.</param>
    /// <param name="isSettled">Whether somebody has decided about what overlapped: that sync goes both ways.</param>
    public static SyncPlan Plan(Reconciliation found, DriveId drive, SyncRefs refs, AccessMode mode, bool isSettled = false)
    {
        var conflict = Refusal(found, mode, isSettled) is { } kind
            ? new Conflict(kind, drive, refs.Baseline, refs.Local, refs.Origin, found.Conflicts, found.ToOrigin, found.ToLocal)
            : null;
        return new SyncPlan(
            refs.Baseline, refs.Local, refs.Origin,
            conflict is null ? found.ToLocal : [],
            conflict is null ? found.ToOrigin : [],
            conflict,
            found.Unknown);
    }

    private static ConflictKind? Refusal(Reconciliation found, AccessMode mode, bool isSettled)
    {
        var overlap = found.Conflicts.Count > 0;
        if (mode == AccessMode.ReadOnly && (overlap || found.ToOrigin.Count > 0))
            return ConflictKind.LocalDivergence;
        if (overlap)
            return ConflictKind.ContentDivergence;
        return !isSettled && found.ToLocal.Count > 0 && found.ToOrigin.Count > 0 ? ConflictKind.RefMoved : null;
    }
}

/// <summary>The refs that a plan was made with.</summary>
/// <param name="Baseline">What both sides last agreed on.</param>
/// <param name="Local">The mount.</param>
/// <param name="Origin">The origin.</param>
public readonly record struct SyncRefs(SyncRef Baseline, SyncRef Local, SyncRef Origin);
