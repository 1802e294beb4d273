using OmnyDrive.Engine.Scanning;
using OmnyDrive.Reconciling;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.Syncing;

/// <summary>A plan with the three snapshots it was made from.</summary>
internal sealed record PreparedSync(SyncPlan Plan, Snapshot Baseline, ScanResult Local, Snapshot Origin);
