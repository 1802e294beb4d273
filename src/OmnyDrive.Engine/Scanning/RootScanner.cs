using OmnyDrive.Engine.Files;

namespace OmnyDrive.Engine.Scanning;

/// <summary>Scans one root again and again: remembers its index between scans and keeps it on disk. One scan at a time.</summary>
/// <param name="time">The clock.</param>
/// <param name="cacheFile">Where the index is kept; null keeps it in memory only.</param>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1001", Justification = "The semaphore's wait handle is never made.")]
internal sealed class RootScanner(TimeProvider time, string? cacheFile)
{
    private readonly DirectoryScanner _scanner = new(time);
    private readonly ScanIndexFile? _file = cacheFile is null ? null : new ScanIndexFile(cacheFile);
    private readonly SemaphoreSlim _one = new(1, 1);
    private volatile ScanIndex? _index;

    /// <summary>How many files the newest index holds, and how many bytes.</summary>
    internal (long Files, long Bytes) Remembered
    {
        get
        {
            var index = _index;
            return index is null ? default : (index.Directories.Values.Sum(files => (long)files.Count), index.Directories.Values.Sum(files => files.Values.Sum(file => file.Fingerprint.Size)));
        }
    }

    /// <summary>Scans the root; begins after the call.</summary>
    internal ScanResult Scan(RootDirectory root, CancellationToken cancellation)
    {
        _one.Wait(cancellation);
        try
        {
            var known = _index ?? _file?.Load(root.Top.Stat()) ?? ScanIndex.Empty;
            var result = _scanner.Scan(root, known, cancellation);
            if (!result.Index.IsContainedIn(known))
                _file?.Save(result.Index, root.Top.Stat());
            _index = result.Index;
            return result;
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>Takes over what an apply wrote, once the files have settled: those that are still as they were written.</summary>
    internal void Remember(RootDirectory root, ScanIndex index)
    {
        _one.Wait();
        try
        {
            _index = index;
            _file?.Save(index, root.Top.Stat());
        }
        finally
        {
            _one.Release();
        }
    }
}
