namespace OmnyDrive.Snapshots;

/// <summary>Gives the trees of one snapshot. Whoever compares snapshots reads only the directories in which they differ.</summary>
public interface ITreeReader
{
    /// <summary>The tree of the directory at <paramref name="path"/>, which has <paramref name="hash"/>; null where the reader does not hold it.</summary>
    Tree? TryRead(DrivePath path, Hash256 hash);
}

/// <summary>How callers read who know that a tree is there.</summary>
public static class TreeReading
{
    /// <summary>
    /// The tree of the directory at <paramref name="path"/>; throws where the reader does not hold it. That is a mistake of the caller: it must
    /// have loaded every directory in which the compared snapshots differ.
    /// </summary>
    public static Tree Read(this ITreeReader reader, DrivePath path, Hash256 hash) => reader.TryRead(path, hash)
        ?? throw new InvalidOperationException($"The tree {hash} of \"{path}\" has not been loaded.");
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
    public Tree? TryRead(DrivePath path, Hash256 hash) =>
        hash == Tree.Empty.Hash ? Tree.Empty
        : _trees.TryGetValue(path, out var tree) && tree.Hash == hash ? tree
        : null;
}
