namespace OmnyDrive.Snapshots;

/// <summary>Gives the trees of one snapshot. Whoever compares snapshots reads only the directories in which they differ.</summary>
public interface ITreeReader
{
    /// <summary>
    /// The tree of the directory at <paramref name="path"/>, which has <paramref name="hash"/>. Throws where the snapshot has no such tree, which
    /// is a mistake of the caller: it must have loaded every directory in which the compared snapshots differ.
    /// </summary>
    Tree Read(DrivePath path, Hash256 hash);
}

/// <summary>The trees of a snapshot held in memory by path; equal directories keep modification times of their own.</summary>
public sealed class TreeMap : ITreeReader
{
    private readonly Dictionary<DrivePath, Tree> _trees = [];

    /// <summary>All paths held.</summary>
    public IReadOnlyCollection<DrivePath> Paths => _trees.Keys;

    /// <summary>Holds the tree of the directory at <paramref name="path"/>.</summary>
    public void Add(DrivePath path, Tree tree) => _trees[path] = tree;

    /// <inheritdoc/>
    public Tree Read(DrivePath path, Hash256 hash)
    {
        if (hash == Tree.Empty.Hash)
            return Tree.Empty;
        return _trees.TryGetValue(path, out var tree) && tree.Hash == hash
            ? tree
            : throw new InvalidOperationException($"The tree {hash} of \"{path}\" has not been loaded.");
    }
}
