using OmnyDrive.Engine.Scanning;
using OmnyDrive.Reconciling;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.Syncing;

/// <summary>A plan with the three snapshots it was made from, and what these amounted to.</summary>
internal sealed record PreparedSync(Reconciliation Found, SyncPlan Plan, RecoveredBaseline Base, ScanResult Local, Snapshot Origin)
{
    /// <summary>The baseline once these paths are applied, with all its trees that are not stored yet.</summary>
    internal AdvancedBaseline Advance(IReadOnlyDictionary<DrivePath, Entry?> applied)
    {
        var advanced = Baseline.Advance(Base.Snapshot, Local.Snapshot, Origin, applied);
        return advanced with { NewTrees = [.. Base.NewTrees, .. advanced.NewTrees] };
    }
}
