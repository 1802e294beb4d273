using OmnyDrive.Engine.Files;
using OmnyDrive.Engine.Scanning;
using OmnyDrive.Filtering;
using OmnyDrive.Reconciling;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.Syncing;

/// <summary>What a mount has at paths that it leaves out of its tree. Looked at only where a pull would cover it.</summary>
internal sealed class OwnPaths(RootDirectory root, CancellationToken cancellation)
{
    // Where nothing was the last time, nothing is below. The questions about a renamed directory come one after the other.
    private DrivePath? _nothing;

    /// <summary>What is there; null where nothing is. Of a directory only that it is one is told, of what cannot be read only that it is there.</summary>
    internal Entry? At(DrivePath path)
    {
        if (_nothing is { } nothing && path.IsAtOrBelow(nothing))
            return null;
        if (root.Stat(path) is not { } stat)
        {
            for (_nothing = path; !path.Parent.IsRoot && root.Stat(path.Parent) is null;)
                _nothing = path = path.Parent;
            return null;
        }
        try
        {
            return stat.Kind switch
            {
                FileKind.Directory => Entry.Directory(Tree.Empty.Hash),
                FileKind.Symlink when root.Holder(path).ReadLink(path.Name) is { Length: > 0 } target => Entry.Symlink(target),
                FileKind.File => Hashed(path),
                _ => Entry.Unknown,
            };
        }
        catch (FileOperationException)
        {
            return Entry.Unknown;
        }
    }

    /// <summary>
    /// What the mount left out before and would not by the origin's rules, where the origin has nothing there. Looked for where an ignore file comes, changes or
    /// goes with a pull, and everywhere when the publisher chose anew.
    /// </summary>
    internal IReadOnlyList<DrivePath> Uncovered(TreeRules before, TreeRules after, Reconciliation found, Snapshot theirs)
    {
        IEnumerable<DrivePath> directories = before.Options.Equals(after.Options)
            ? found.ToLocal.Where(change => after.Options.IsIgnoreFile(change.Path)).Select(change => change.Path.Parent)
            : [DrivePath.Root];
        return [.. new UncoveredPaths(root, before, after, cancellation).Find(directories).Where(path => theirs.Find(path) is null)];
    }

    private Entry Hashed(DrivePath path)
    {
        using var hasher = new FileHasher();
        return hasher.Hash(root.Holder(path), path.Name, cancellation) is var (content, stat)
            ? Entry.File(stat.Size, content, stat.IsExecutable, stat.Modified)
            : Entry.Unknown;
    }
}
