using OmnyDrive.Engine.Origins;
using OmnyDrive.Errors;
using OmnyDrive.Origins;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.Syncing;

/// <summary>
/// Loads of an origin's trees just those that the mount and the baseline do not have, a level of directories in one request; what lies
/// below a directory that is new comes with it.
/// </summary>
internal sealed class OriginTrees(ITreeOrigin origin, Snapshot baseline, Snapshot local)
{
    private readonly TreeMap _loaded = new();
    private long _count, _most = long.MaxValue;

    private bool IsFull => _count >= _most;

    /// <summary>Loads them all.</summary>
    internal async Task<Snapshot> LoadAsync(Hash256 root, CancellationToken cancellation) => (await LoadAsync(root, long.MaxValue, cancellation)).Snapshot;

    /// <summary>Loads some of them. Where there are more, the directories that did not come are unknown: nobody takes what they hold for deleted.</summary>
    /// <param name="root">The tree of the root.</param>
    /// <param name="most">How many entries are loaded; the tree that reaches it is the last that is taken.</param>
    /// <param name="cancellation">Ends it.</param>
    internal async Task<(Snapshot Snapshot, bool IsWhole)> LoadAsync(Hash256 root, long most, CancellationToken cancellation)
    {
        _most = most;
        var whole = new Snapshot(root, new ArrivedTrees(new LayeredTrees(_loaded, local.Trees, baseline.Trees)));
        var top = new Wanted(DrivePath.Root, root, Entry.Directory(local.Root), Entry.Directory(baseline.Root));
        for (List<Wanted> level = [top]; level.Count > 0 && !IsFull;)
        {
            await RequestAsync(level, cancellation);
            if (!IsFull)
                level = [.. level.SelectMany(wanted => Missing(wanted, whole.Trees))];
        }
        if (!IsFull)
            return (whole, true);
        var known = new TreeMap();
        return Known(top, known) is { } here && here.TreeHash != root
            ? (new Snapshot(here.TreeHash, new LayeredTrees(known, local.Trees, baseline.Trees)), false)
            : (whole, true);
    }

    // What is known of a directory, with the trees that say so; null where nothing is.
    private Entry? Known(Wanted wanted, TreeMap known)
    {
        if (wanted.IsSettled)
            return Entry.Directory(wanted.Hash);
        if (_loaded.TryRead(wanted.Path, wanted.Hash) is not { } tree)
            return null;
        var below = Below(wanted, tree).ToDictionary(directory => directory.Path.Name, directory => Known(directory, known) ?? Entry.Unknown);
        if (tree.Entries.Any(named => named.Entry.IsDirectory && !below[named.Name].Equals(named.Entry)))
            tree = Tree.Of(tree.Entries.Select(named => named.Entry.IsDirectory ? named with { Entry = below[named.Name] } : named));
        known.Add(wanted.Path, tree);
        return Entry.Directory(tree.Hash);
    }

    private async Task RequestAsync(List<Wanted> level, CancellationToken cancellation)
    {
        var requests = level.Where(wanted => !wanted.IsSettled).Select(wanted => new TreeRequest(wanted.Path, wanted.Hash, wanted.IsNew)).ToList();
        if (requests.Count == 0)
            return;
        var announced = new AnnouncedTrees();
        foreach (var (path, hash, withDescendants) in requests)
            announced.Announce(path, hash, withDescendants);
        await foreach (var (path, tree) in origin.ReadTreesAsync(requests, cancellation))
        {
            announced.Take(path, tree);
            _loaded.Add(path, tree);
            _count += tree.Entries.Length;
            if (IsFull)
                return;
        }
    }

    // Of a directory that is new on this side, the descendants have come along.
    private IEnumerable<Wanted> Missing(Wanted wanted, ITreeReader trees) =>
        wanted.IsNew || wanted.IsSettled ? [] : Below(wanted, trees.Read(wanted.Path, wanted.Hash));

    private IEnumerable<Wanted> Below(Wanted wanted, Tree tree)
    {
        Tree ours = TreeAt(local, wanted.Path, wanted.Local), before = TreeAt(baseline, wanted.Path, wanted.Base);
        foreach (var (name, entry) in tree.Entries)
        {
            if (entry.IsDirectory)
                yield return new Wanted(wanted.Path.Append(name), entry.TreeHash, ours.Find(name), before.Find(name));
        }
    }

    private static Tree TreeAt(Snapshot snapshot, DrivePath path, Entry? entry) =>
        entry is { IsDirectory: true } ? snapshot.Trees.Read(path, entry.TreeHash) : Tree.Empty;

    // A tree is looked up by its hash, so one that arrived altered has not arrived.
    private sealed class ArrivedTrees(ITreeReader trees) : ITreeReader
    {
        public Tree? TryRead(DrivePath path, Hash256 hash) => trees.TryRead(path, hash)
            ?? throw DriveException.Protocol($"The origin did not send the directory \"{path}\" as it had announced it.");
    }

    private readonly record struct Wanted(DrivePath Path, Hash256 Hash, Entry? Local, Entry? Base)
    {
        public bool IsNew => Local is not { IsDirectory: true } && Base is not { IsDirectory: true };

        // The mount or the baseline has the same directory at the same path: nothing below is asked for that is not at hand. The same
        // directory elsewhere does not count, because its files have times of their own.
        public bool IsSettled => IsHash(Local) || IsHash(Base);

        private bool IsHash(Entry? entry) => entry is { IsDirectory: true } && entry.TreeHash == Hash;
    }
}
