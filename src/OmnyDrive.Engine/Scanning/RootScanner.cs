using OmnyDrive.Engine.Files;

namespace OmnyDrive.Engine.Scanning;

/// <summary>Scans one root again and again: remembers its index between scans and keeps it on disk. One scan at a time.</summary>
/// <param name="time">The clock.</param>
/// <param name="cacheFile">Where the index is kept; null keeps it in memory only.</param>
internal sealed class RootScanner(TimeProvider time, string? cacheFile)
{
    private readonly DirectoryScanner _scanner = new(time);
    private readonly ScanIndexFile? _file = cacheFile is null ? null : new ScanIndexFile(cacheFile);
    private readonly Lock _one = new();
    private ScanIndex? _index;

    /// <summary>How many files the newest index holds, and how many bytes.</summary>
    internal (long Files, long Bytes) Remembered
    {
        get
        {
            lock (_one)
                return _index is null ? default : (_index.Directories.Values.Sum(files => (long)files.Count), _index.Directories.Values.Sum(files => files.Values.Sum(file => file.Fingerprint.Size)));
        }
    }

    /// <summary>Scans the root; begins after the call.</summary>
    internal ScanResult Scan(RootDirectory root, CancellationToken cancellation)
    {
        lock (_one)
        {
            var known = _index ?? _file?.Load(root.Top.Stat()) ?? ScanIndex.Empty;
            var result = _scanner.Scan(root, known, cancellation);
            if (!result.Index.IsContainedIn(known))
                _file?.Save(result.Index, root.Top.Stat());
            _index = result.Index;
            return result;
        }
    }

    /// <summary>Takes over what an apply wrote, once the files have settled: those that are still as they were written.</summary>
    internal void Remember(RootDirectory root, ScanIndex index)
    {
        lock (_one)
        {
            _index = index;
            _file?.Save(index, root.Top.Stat());
        }
    }
}
