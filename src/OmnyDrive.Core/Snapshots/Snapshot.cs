using OmnyDrive.Drives;

namespace OmnyDrive.Snapshots;

/// <summary>An immutable picture of a tree: the hash of its root and the means to read its directories.</summary>
/// <param name="Root">The hash of the root directory's tree.</param>
/// <param name="Trees">Reads the directories.</param>
public sealed record Snapshot(Hash256 Root, ITreeReader Trees)
{
    /// <summary>The snapshot of an empty directory: what a mount is before its first sync.</summary>
    public static Snapshot Empty { get; } = new(Tree.Empty.Hash, new TreeMap());

    /// <summary>What a sync reconciles against.</summary>
    public SyncRef Ref => SyncRef.OfTree(Root);

    /// <summary>The root as an entry, as the walks over snapshots begin with it.</summary>
    internal Entry RootEntry => Entry.Directory(Root);

    /// <summary>What <paramref name="path"/> holds, or null.</summary>
    public Entry? Find(DrivePath path)
    {
        var entry = RootEntry;
        var at = DrivePath.Root;
        if (path.IsRoot)
            return entry;
        foreach (var name in path.ToString().Split('/'))
        {
            if (entry is not { IsDirectory: true })
                return null;
            entry = Trees.Read(at, entry.TreeHash).Find(name);
            at = at.Child(name);
        }
        return entry;
    }

    /// <summary>The tree of <paramref name="entry"/> at <paramref name="path"/>; the empty tree where it is no directory.</summary>
    internal Tree TreeOf(DrivePath path, Entry? entry) =>
        entry is { IsDirectory: true } ? Trees.Read(path, entry.TreeHash) : Tree.Empty;
}
