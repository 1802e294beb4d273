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

    internal async Task<Snapshot> LoadAsync(Hash256 root, CancellationToken cancellation)
    {
        var snapshot = new Snapshot(root, new ArrivedTrees(new LayeredTrees(_loaded, local.Trees, baseline.Trees)));
        List<Wanted> level = [new Wanted(DrivePath.Root, root, Entry.Directory(local.Root), Entry.Directory(baseline.Root))];
        while (level.Count > 0)
        {
            await RequestAsync(level, cancellation);
            level = [.. level.SelectMany(wanted => Below(snapshot, wanted))];
        }
        return snapshot;
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
        }
    }

    // Where a directory is new on this side, its descendants have come along.
    private IEnumerable<Wanted> Below(Snapshot snapshot, Wanted wanted)
    {
        if (wanted.IsNew || wanted.IsSettled)
            yield break;
        Tree ours = TreeAt(local, wanted.Path, wanted.Local), before = TreeAt(baseline, wanted.Path, wanted.Base);
        foreach (var (name, entry) in snapshot.Trees.Read(wanted.Path, wanted.Hash).Entries)
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
