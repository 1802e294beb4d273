using System.Collections.Concurrent;
using OmnyDrive.Engine.Files;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.Scanning;

/// <summary>
/// Sees a tree: every directory below a root, in parallel, with the hashes of its files. What cannot be read is a problem and unknown,
/// never absent. A root that cannot be read throws.
/// </summary>
internal sealed class DirectoryScanner(TimeProvider time)
{
    /// <summary>Scans a root; files that <paramref name="known"/> vouches for are not read.</summary>
    internal ScanResult Scan(RootDirectory root, ScanIndex known, CancellationToken cancellation)
    {
        var problems = new ConcurrentBag<Problem>();
        var started = (time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * 100;
        var lister = new DirectoryLister(root, known, root.Top.Stat().Device, started, problems.Add);
        var parallel = new ParallelOptions { CancellationToken = cancellation, MaxDegreeOfParallelism = Environment.ProcessorCount };
        var levels = ListLevels(lister, parallel);
        HashFiles(lister, levels, parallel);
        return Build(levels, [.. problems.OrderBy(problem => problem.Path, StringComparer.Ordinal)]);
    }

    private static List<Dictionary<DrivePath, DirectoryListing?>> ListLevels(DirectoryLister lister, ParallelOptions parallel)
    {
        var levels = new List<Dictionary<DrivePath, DirectoryListing?>>();
        List<DrivePath> wanted = [DrivePath.Root];
        while (wanted.Count > 0)
        {
            var listed = new DirectoryListing?[wanted.Count];
            // The root alone throws where it cannot be read, and must throw as it is and not as one error of many.
            if (wanted is [{ IsRoot: true }])
                listed[0] = lister.List(DrivePath.Root);
            else
                Parallel.For(0, wanted.Count, parallel, i => listed[i] = lister.List(wanted[i]));
            var level = new Dictionary<DrivePath, DirectoryListing?>(wanted.Count);
            var next = new List<DrivePath>();
            for (var i = 0; i < listed.Length; i++)
            {
                level.Add(wanted[i], listed[i]);
                if (listed[i] is { } listing)
                    next.AddRange(listing.Directories.Select(listing.Path.Append));
            }
            levels.Add(level);
            wanted = next;
        }
        return levels;
    }

    private static void HashFiles(DirectoryLister lister, List<Dictionary<DrivePath, DirectoryListing?>> levels, ParallelOptions parallel)
    {
        var work = levels.SelectMany(level => level.Values)
            .SelectMany(listing => listing?.ToHash.Select(name => (Listing: listing, Name: name)) ?? [])
            .ToList();
        if (work.Count == 0)
            return;
        Parallel.ForEach(
            Partitioner.Create(work, EnumerablePartitionerOptions.NoBuffering), parallel,
            () => new FileHasher(),
            (item, _, hasher) =>
            {
                lister.Hash(item.Listing, item.Name, hasher, parallel.CancellationToken);
                return hasher;
            },
            hasher => hasher.Dispose());
    }

    // From the deepest level up, so that a directory's hash is known before the directory that holds it is made.
    private static ScanResult Build(List<Dictionary<DrivePath, DirectoryListing?>> levels, IReadOnlyList<Problem> problems)
    {
        var trees = new TreeMap();
        var files = new Dictionary<DrivePath, IReadOnlyDictionary<string, IndexedFile>>();
        var below = new Dictionary<DrivePath, Entry?>();
        long count = 0, bytes = 0;
        for (var depth = levels.Count - 1; depth >= 0; depth--)
        {
            var here = new Dictionary<DrivePath, Entry?>(levels[depth].Count);
            foreach (var (path, listing) in levels[depth])
            {
                here.Add(path, listing is null ? Entry.Unknown : DirectoryEntry(listing, below, trees));
                if (listing is not { Files.Count: > 0 })
                    continue;
                files.Add(path, listing.Files);
                count += listing.Files.Count;
                bytes += listing.Files.Values.Sum(file => file.Fingerprint.Size);
            }
            below = here;
        }
        var snapshot = new Snapshot(below[DrivePath.Root]?.TreeHash ?? Tree.Empty.Hash, trees);
        return new ScanResult(snapshot, trees, new ScanIndex(files), problems, count, bytes);
    }

    private static Entry? DirectoryEntry(DirectoryListing listing, Dictionary<DrivePath, Entry?> below, TreeMap trees)
    {
        var leftOut = listing.LeftSomethingOut;
        foreach (var name in listing.Directories)
        {
            if (below[listing.Path.Append(name)] is { } entry)
                listing.Entries.Add(new NamedEntry(name, entry));
            else
                leftOut = true;
        }
        if (listing.Entries.Count == 0 && leftOut && !listing.Path.IsRoot)
            return null;
        var tree = Tree.Of(listing.Entries);
        trees.Add(listing.Path, tree);
        return Entry.Directory(tree.Hash);
    }
}
