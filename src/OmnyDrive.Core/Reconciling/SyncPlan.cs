using OmnyDrive.Drives;
using OmnyDrive.Git;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Reconciling;

/// <summary>What a sync will do, as it can be printed before it does it: <c>--dry-run</c> shows this very value.</summary>
/// <param name="Baseline">What both sides last agreed on.</param>
/// <param name="Local">The mount as it was planned with.</param>
/// <param name="Origin">The origin as it was planned with.</param>
/// <param name="ToLocal">The changes to make in the mount, sorted by path.</param>
/// <param name="ToOrigin">The changes to make at the origin, sorted by path.</param>
/// <param name="Conflict">Why nothing may be applied, or null.</param>
/// <param name="Unknown">Paths that a side could not read; they are left as they are on both sides.</param>
public sealed record SyncPlan(
    SyncRef Baseline,
    SyncRef Local,
    SyncRef Origin,
    IReadOnlyList<Change> ToLocal,
    IReadOnlyList<Change> ToOrigin,
    Conflict? Conflict,
    IReadOnlyList<DrivePath> Unknown)
{
    /// <summary>Why the changes look like an accident and may not be applied, or null.</summary>
    public Halt? Halt { get; init; }

    /// <summary>The paths that stay as they are on both sides while the rest is applied, because both changed them; null where none does.</summary>
    public Conflict? HeldBack { get; init; }

    /// <summary>What is done with branches; null where the drive is no git drive.</summary>
    public BranchSync? Branches { get; init; }

    /// <summary>Whether there is nothing to apply and nothing in the way.</summary>
    public bool IsClean => Conflict is null && HeldBack is null && ToLocal.Count == 0 && ToOrigin.Count == 0 && (Branches?.Action ?? BranchAction.None) == BranchAction.None;

    /// <summary>The changes to make on a side.</summary>
    public IReadOnlyList<Change> On(Side side) => side == Side.Local ? ToLocal : ToOrigin;
}
