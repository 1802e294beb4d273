using OmnyDrive.Snapshots;

namespace OmnyDrive.Testing.Trees;

/// <summary>A store of trees by their hash, as an endpoint keeps the trees of its baselines.</summary>
public sealed class TreeByHash : ITreeReader
{
    private readonly Dictionary<Hash256, Tree> _trees = new() { [Tree.Empty.Hash] = Tree.Empty };

    /// <summary>Keeps a tree.</summary>
    public void Add(Tree tree) => _trees[tree.Hash] = tree;

    /// <summary>The hashes of all trees kept.</summary>
    public IReadOnlyCollection<Hash256> Hashes => _trees.Keys;

    /// <summary>Whether a tree of that hash is kept.</summary>
    public bool Has(Hash256 hash) => _trees.ContainsKey(hash);

    /// <summary>Keeps all trees of a snapshot.</summary>
    public static TreeByHash Of(Snapshot snapshot)
    {
        var store = new TreeByHash();
        Collect(snapshot.Root, DrivePath.Root);
        return store;

        void Collect(Hash256 hash, DrivePath at)
        {
            var tree = snapshot.Trees.Read(at, hash);
            store.Add(tree);
            foreach (var (name, entry) in tree.Entries.Where(named => named.Entry.IsDirectory))
                Collect(entry.TreeHash, at.Append(name));
        }
    }

    /// <inheritdoc/>
    public Tree? TryRead(DrivePath path, Hash256 hash) => _trees.GetValueOrDefault(hash);
}
