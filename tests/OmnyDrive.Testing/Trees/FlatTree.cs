using OmnyDrive.Snapshots;

namespace OmnyDrive.Testing.Trees;

/// <summary>
/// A whole tree as a map from path to entry, the root left out. A directory is <see cref="Directory"/>, whatever it holds, because what it
/// holds has paths of its own; so two maps are equal, path by path, where the trees are.
/// </summary>
public sealed class FlatTree : SortedDictionary<DrivePath, Entry>
{
    /// <summary>Any directory.</summary>
    public static Entry Directory { get; } = Entry.Directory(Tree.Empty.Hash);

    /// <summary>An empty tree.</summary>
    public FlatTree()
    {
    }

    /// <summary>A copy.</summary>
    public FlatTree(FlatTree other)
        : base(other)
    {
    }

    /// <summary>The map of a snapshot.</summary>
    public static FlatTree Of(Snapshot snapshot)
    {
        var flat = new FlatTree();
        Collect(snapshot.Root, DrivePath.Root);
        return flat;

        void Collect(Hash256 hash, DrivePath at)
        {
            foreach (var (name, entry) in snapshot.Trees.Read(at, hash).Entries)
            {
                flat[at.Append(name)] = entry.IsDirectory ? Directory : entry;
                if (entry.IsDirectory)
                    Collect(entry.TreeHash, at.Append(name));
            }
        }
    }

    /// <summary>What a path holds, or null.</summary>
    public Entry? At(DrivePath path) => path.IsRoot ? Directory : this.GetValueOrDefault(path);

    /// <summary>The paths below a directory.</summary>
    public IEnumerable<DrivePath> Below(DrivePath directory) => Keys.Where(path => path != directory && path.IsAtOrBelow(directory));

    /// <summary>Puts an entry, making directories of what lies above it and removing what lay at and below it.</summary>
    public void Put(DrivePath path, Entry entry)
    {
        for (var above = path.Parent; !above.IsRoot; above = above.Parent)
        {
            if (At(above) is { IsDirectory: false })
                Remove(above);
            this[above] = Directory;
        }
        RemoveAll(path);
        this[path] = entry;
    }

    /// <summary>Removes a path with everything below it.</summary>
    public void RemoveAll(DrivePath path)
    {
        foreach (var below in Below(path).ToList())
            Remove(below);
        Remove(path);
    }

    /// <summary>The snapshot of the map; throws where something lies below what is no directory.</summary>
    public Snapshot ToSnapshot()
    {
        var trees = new TreeMap();
        var root = Build(DrivePath.Root);
        return new Snapshot(root, trees);

        Hash256 Build(DrivePath directory)
        {
            var entries = new List<NamedEntry>();
            foreach (var (path, entry) in this.Where(pair => pair.Key.Parent == directory && !pair.Key.IsRoot))
                entries.Add(new NamedEntry(path.Name, entry.IsDirectory ? Entry.Directory(Build(path)) : entry));
            var tree = Tree.Of(entries);
            trees.Add(directory, tree);
            return tree.Hash;
        }
    }

    /// <summary>Whether each path lies in a directory.</summary>
    public bool IsWellFormed() => Keys.All(path => At(path.Parent) is { IsDirectory: true });
}
