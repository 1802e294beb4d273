using OmnyDrive.Engine.Applying;
using OmnyDrive.Engine.Files;
using OmnyDrive.Engine.Scanning.Index;
using OmnyDrive.Errors;
using OmnyDrive.Filtering;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.Scanning;

/// <summary>Scans one root again and again: remembers its index between scans and keeps it on disk. One scan at a time.</summary>
/// <param name="time">The clock.</param>
/// <param name="cacheFile">Where the index is kept; null keeps it in memory only.</param>
/// <param name="options">What is left out of the tree.</param>
/// <param name="largeFiles">Hashes large files; asked for when one is to be hashed.</param>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1001", Justification = "The semaphore's wait handle is never made.")]
internal sealed class RootScanner(TimeProvider time, string? cacheFile, FilterOptions? options = null, Func<LargeFileHasher>? largeFiles = null)
{
    private readonly DirectoryScanner _scanner = new(time);
    private readonly ScanIndexFile? _file = cacheFile is null ? null : new ScanIndexFile(cacheFile);
    private readonly SemaphoreSlim _one = new(1, 1);
    private volatile ScanIndex? _index;

    /// <summary>What is left out of the tree; takes effect with the next scan.</summary>
    internal FilterOptions Options { get; set; } = options ?? FilterOptions.Default;

    /// <summary>Hashes large files, and knows their chunks.</summary>
    internal LargeFileHasher LargeFiles => largeFiles?.Invoke() ?? LargeFileHasher.WithoutMemory;

    /// <summary>How many files the newest index holds, and how many bytes.</summary>
    internal (long Files, long Bytes) Remembered => _index?.Totals ?? default;

    /// <summary>Scans the root; begins after the call.</summary>
    internal ScanResult Scan(RootDirectory root, CancellationToken cancellation) =>
        InTurn(() =>
        {
            var stat = root.Top.Stat();
            var known = _index is { } held && held.IsOf(stat) ? held : _file?.Load(stat);
            var result = Scan(Request(root, Options, known), cancellation) with { Before = known };
            _index = result.Index;
            return result;
        }, cancellation);

    /// <summary>
    /// Looks again at the directories in which anything may have changed since a scan; all others are taken as they were. The result is that of a full scan,
    /// provided that nothing changed elsewhere. Files in <paramref name="written"/> are not hashed, as long as they still have the fingerprints given there.
    /// </summary>
    internal ScanResult Rescan(
        RootDirectory root, ScanResult before, IReadOnlySet<DrivePath> dirty, IReadOnlyDictionary<DrivePath, IndexedFile?>? written, CancellationToken cancellation) =>
        InTurn(() =>
        {
            var result = Scan(Request(root, before.Rules.Options, before.Index) with { Dirty = (before, dirty), Written = written }, cancellation);
            _index = result.Index;
            return result;
        }, cancellation);

    /// <summary>
    /// Takes over into the index what an apply wrote, unless somebody has looked since. What was applied stands, whether or not this succeeds; the next scan looks at everything.
    /// </summary>
    /// <returns>What the root is then, provided that nobody else changed anything since the scan; null where it is not known.</returns>
    internal ScanResult? Remember(RootDirectory root, ScanResult before, ApplyOutcome applied) => InTurn(() =>
    {
        if (_index != before.Index || TakeOver(root, before, applied) is not { } result)
            return null;
        _index = result.Index;
        return result;
    }, CancellationToken.None);

    private ScanResult? TakeOver(RootDirectory root, ScanResult before, ApplyOutcome applied)
    {
        try
        {
            return Scan(Request(root, before.Rules.Options, before.Index) with { Dirty = (before, applied.Touched), Written = applied.Files }, CancellationToken.None);
        }
        catch (Exception e) when (e is DriveException || IsIncoherent(e))
        {
            // It stays what it was.
            return null;
        }
    }

    private T InTurn<T>(Func<T> scan, CancellationToken cancellation)
    {
        _one.Wait(cancellation);
        try
        {
            var before = _index;
            var result = scan();
            if (before != _index)
                before?.Relax();
            return result;
        }
        finally
        {
            _one.Release();
        }
    }

    private ScanResult Scan(ScanRequest request, CancellationToken cancellation)
    {
        try
        {
            return _scanner.Scan(request, cancellation);
        }
        catch (Exception e) when (request is { Known: { } known, Dirty: null } && (IsIncoherent(e) || !known.IsIntact))
        {
            return _scanner.Scan(request with { Known = null }, cancellation);
        }
    }

    // An index that hangs together badly, whatever its checksum says.
    private static bool IsIncoherent(Exception e) => e is InvalidDataException or ArgumentOutOfRangeException or OverflowException;

    private ScanRequest Request(RootDirectory root, FilterOptions options, ScanIndex? known)
    {
        var request = new ScanRequest(root, options, known, Store);
        return largeFiles is null ? request : request with { LargeFiles = largeFiles };
    }

    private ScanIndex Store(long length, Action<Stream> write) => _file?.Save(length, write) ?? new ScanIndex(IndexMemory.Allocate(length, write));
}
