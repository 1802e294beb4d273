using OmnyDrive.Drives;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Reconciling;

/// <summary>
/// What the file system of a mount means for a sync: a pull that brings a name which it cannot hold is refused whole. Two names are never made one, and none is
/// stored as another.
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
    public static SyncPlan Apply(SyncPlan plan, DriveId drive, Snapshot local, TargetTraits traits)
    {
        var refused = TargetNames.Refused(local, plan.ToLocal, traits);
        if (refused.Count == 0)
            return plan;
        var paths = refused.Select(path => path.Path).ToHashSet();
        return plan with
        {
            ToLocal = [],
            ToOrigin = [],
            Conflict = new Conflict(ConflictKind.NameRefused, drive, plan.Baseline, plan.Local, plan.Origin, refused,
                plan.ToOrigin, [.. plan.ToLocal.Where(change => !paths.Contains(change.Path))]),
        };
    }
}
