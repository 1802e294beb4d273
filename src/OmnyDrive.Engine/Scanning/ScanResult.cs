using OmnyDrive.Engine.Scanning.Index;
using OmnyDrive.Engine.Syncing;
using OmnyDrive.Filtering;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.Scanning;

/// <summary>What a scan saw.</summary>
/// <param name="Index">The tree, with the fingerprints that its files had: what an apply compares with.</param>
/// <param name="Problems">What could not be read; each such path is unknown in the snapshot or, where its name cannot be written there, left out.</param>
/// <param name="Rules">What is left out of the tree.</param>
internal sealed record ScanResult(ScanIndex Index, IReadOnlyList<Problem> Problems, TreeRules Rules)
{
    /// <summary>The index that the scan was made with; null where there was none.</summary>
    internal ScanIndex? Before { get; init; }

    /// <summary>The tree.</summary>
    internal Snapshot Snapshot { get; } = RecentTrees.Of(Index.Snapshot);

    /// <summary>Files in the tree.</summary>
    internal long Files => Index.Totals.Files;

    /// <summary>Bytes in these files.</summary>
    internal long Bytes => Index.Totals.Bytes;
}
