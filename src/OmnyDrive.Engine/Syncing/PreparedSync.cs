using OmnyDrive.Engine.Scanning;
using OmnyDrive.Origins;
using OmnyDrive.Reconciling;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.Syncing;

/// <summary>A plan with the three snapshots it was made from, and what these amounted to.</summary>
internal sealed record PreparedSync(FilteredReconciliation Filtered, SyncPlan Plan, RecoveredBaseline Base, ScanResult Local, Snapshot Origin)
{
    /// <summary>Which generation of the origin's history it was planned with; null where none is known.</summary>
    internal OriginGeneration? Seen { get; init; }

    /// <summary>Whether it is all that the origin has. What is not known of it yet is unknown in <see cref="Origin"/>.</summary>
    internal bool IsWhole { get; init; } = true;

    /// <summary>What the two sides amount to.</summary>
    internal Reconciliation Found => Filtered.Found;

    /// <summary>All conflicts, whether or not somebody decided about them.</summary>
    internal IReadOnlyList<PathConflict> Conflicts { get; init; } = [];

    /// <summary>The decisions that the plan carries out.</summary>
    internal IReadOnlyList<Resolution> Settled { get; init; } = [];

    /// <summary>Paths of these that are changed only once the rest of the plan was.</summary>
    internal IReadOnlyList<DrivePath> Later { get; init; } = [];

    /// <summary>What was applied already, of a plan that goes both ways.</summary>
    internal IReadOnlyDictionary<DrivePath, Entry?> Done { get; init; } = new Dictionary<DrivePath, Entry?>();

    /// <summary>A side as it was planned with.</summary>
    internal Snapshot SnapshotOf(Side side) => side == Side.Local ? Local.Snapshot : Origin;

    /// <summary>The baseline once these paths are applied, with all its trees that are not stored yet.</summary>
    internal AdvancedBaseline Advance(IReadOnlyDictionary<DrivePath, Entry?> applied)
    {
        var advanced = Baseline.Advance(Base.Snapshot, Local.Snapshot, Origin, WithSettled(applied));
        return advanced with { NewTrees = [.. Base.NewTrees, .. advanced.NewTrees] };
    }

    private IReadOnlyDictionary<DrivePath, Entry?> WithSettled(IReadOnlyDictionary<DrivePath, Entry?> applied)
    {
        if (Filtered.Settled.Count == 0 && Done.Count == 0)
            return applied;
        var settled = new Dictionary<DrivePath, Entry?>(Filtered.Settled);
        foreach (var (path, entry) in Done.Concat(applied))
            settled[path] = entry;
        return settled;
    }
}
