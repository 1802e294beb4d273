using OmnyDrive.Engine.Files;
using OmnyDrive.Engine.Scanning.Index;
using OmnyDrive.Filtering;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.Scanning;

/// <summary>What to scan, and what is known of it already.</summary>
/// <param name="Root">The root.</param>
/// <param name="Options">What its publisher leaves out.</param>
/// <param name="Known">What the scan before saw; null where nothing is known.</param>
/// <param name="Store">Keeps the new index: given its length and what writes it.</param>
internal sealed record ScanRequest(RootDirectory Root, FilterOptions Options, ScanIndex? Known, Func<long, Action<Stream>, ScanIndex> Store)
{
    /// <summary>Hashes large files; made when one is to be hashed.</summary>
    internal Func<LargeFileHasher> LargeFiles { get; init; } = () => LargeFileHasher.WithoutMemory;

    /// <summary>The only directories that may have changed, with the scan before; null where any may have.</summary>
    internal (ScanResult Before, IReadOnlySet<DrivePath> Directories)? Dirty { get; init; }

    /// <summary>Files that were just written and so need not be hashed, as long as they still have these fingerprints.</summary>
    internal IReadOnlyDictionary<DrivePath, IndexedFile?>? Written { get; init; }
}
