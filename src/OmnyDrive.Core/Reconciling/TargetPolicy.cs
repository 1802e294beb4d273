using OmnyDrive.Drives;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Reconciling;

/// <summary>
/// What the file system of a mount means for a sync: a pull that brings a name which it cannot hold is refused whole, or where a policy combines, that name is held back. Two names are never made
/// one, and none is stored as another.
/// </summary>
public static class TargetPolicy
{
    /// <summary>Whether a plan makes names in the mount, so that what its file system makes of them counts.</summary>
    public static bool Concerns(SyncPlan plan) => plan.ToLocal.Any(TargetNames.Adds);

    /// <summary>The plan, or its refusal.</summary>
    /// <param name="plan">A plan that another policy permits.</param>
    /// <param name="drive">The drive.</param>
    /// <param name="local">The mount as it was planned with.</param>
    /// <param name="traits">What its file system makes of names.</param>
    /// <param name="policy">Whether the rest may be applied.</param>
    public static SyncPlan Apply(SyncPlan plan, DriveId drive, Snapshot local, TargetTraits traits, SyncPolicy policy = SyncPolicy.Strict)
    {
        var refused = TargetNames.Refused(local, plan.ToLocal, traits);
        if (refused.Count == 0)
            return plan;
        var paths = refused.Select(path => path.Path).ToHashSet();
        if (policy == SyncPolicy.Merge)
            return HoldBack(plan, drive, refused, paths);
        return plan with
        {
            ToLocal = [],
            ToOrigin = [],
            Conflict = new Conflict(ConflictKind.NameRefused, drive, plan.Baseline, plan.Local, plan.Origin, refused,
                plan.ToOrigin, [.. plan.ToLocal.Where(change => !paths.Contains(change.Path))]),
        };
    }

    private static bool IsAtOrBelow(DrivePath path, HashSet<DrivePath> paths)
    {
        for (; !path.IsRoot; path = path.Parent)
        {
            if (paths.Contains(path))
                return true;
        }
        return false;
    }

    private static SyncPlan HoldBack(SyncPlan plan, DriveId drive, IReadOnlyList<PathConflict> refused, HashSet<DrivePath> paths) => plan with
    {
        ToLocal = [.. plan.ToLocal.Where(change => !IsAtOrBelow(change.Path, paths))],
        HeldBack = plan.HeldBack is { } held
            ? held with { Paths = [.. held.Paths.Concat(refused).OrderBy(path => path.Path)] }
            : new Conflict(ConflictKind.NameRefused, drive, plan.Baseline, plan.Local, plan.Origin, refused, [], []),
    };
}
