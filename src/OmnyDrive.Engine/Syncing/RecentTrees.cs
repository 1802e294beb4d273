using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.Syncing;

/// <summary>
/// Keeps the trees that were asked for last: the passes of one sync ask for the same directories again and again, and each time one would be decoded anew, or read from
/// the database. Holds a bounded number of entries. Safe for concurrent use.
/// </summary>
internal sealed class RecentTrees(ITreeReader trees) : ITreeReader
{
    private const int MostEntries = 50_000;

    private readonly Lock _one = new();
    private Dictionary<(DrivePath, Hash256), Tree> _recent = [], _before = [];
    private int _entries;

    /// <summary>The same snapshot, read through such a memory.</summary>
    internal static Snapshot Of(Snapshot snapshot) => new(snapshot.Root, new RecentTrees(snapshot.Trees));

    /// <inheritdoc/>
    public Tree? TryRead(DrivePath path, Hash256 hash)
    {
        lock (_one)
        {
            if (_recent.TryGetValue((path, hash), out var known) || _before.TryGetValue((path, hash), out known))
                return known;
        }
        var tree = trees.TryRead(path, hash);
        if (tree is not null)
            Keep(path, hash, tree);
        return tree;
    }

    // Forgets the older half where it grows too large: a pass goes through the directories in their order, so those long before are of little use.
    private void Keep(DrivePath path, Hash256 hash, Tree tree)
    {
        lock (_one)
        {
            if (_entries > MostEntries)
            {
                (_before, _recent) = (_recent, []);
                _entries = 0;
            }
            if (_recent.TryAdd((path, hash), tree))
                _entries += tree.Entries.Length + 1;
        }
    }
}
