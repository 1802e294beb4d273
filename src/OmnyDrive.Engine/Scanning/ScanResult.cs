using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.Scanning;

/// <summary>What a scan saw.</summary>
/// <param name="Snapshot">The tree.</param>
/// <param name="Trees">The directories that the snapshot reads from.</param>
/// <param name="Index">The fingerprints that the tree's files had: what an apply compares with.</param>
/// <param name="Problems">What could not be read; each such path is unknown in the snapshot or, where its name cannot be written there, left out.</param>
/// <param name="Files">Files in the tree.</param>
/// <param name="Bytes">Bytes in these files.</param>
internal sealed record ScanResult(Snapshot Snapshot, TreeMap Trees, ScanIndex Index, IReadOnlyList<Problem> Problems, long Files, long Bytes);
