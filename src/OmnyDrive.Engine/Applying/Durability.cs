using OmnyDrive.Engine.Files;
using OmnyDrive.Reconciling;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.Applying;

/// <summary>Makes files durable: a few one by one, many by one flush of their file system, which is faster than a thousand single ones.</summary>
internal static class Durability
{
    /// <summary>As many files are flushed one by one, more by one flush of all.</summary>
    internal const int OneByOne = 32;

    internal static void Flush(IDirectoryHandle directory, IEnumerable<string> names, BuiltDirectories? built, int count)
    {
        if (count + (built?.Count ?? 0) > OneByOne)
        {
            directory.SyncFileSystem();
            return;
        }
        FlushFiles(directory, names, count);
        built?.Sync();
        directory.Sync();
    }

    /// <summary>Makes files durable, and not that they are there.</summary>
    internal static void FlushFiles(IDirectoryHandle directory, IEnumerable<string> names, int count)
    {
        if (count > OneByOne)
        {
            directory.SyncFileSystem();
            return;
        }
        foreach (var name in names)
        {
            using var file = directory.OpenRead(name);
            directory.Sync(file);
        }
    }

    /// <summary>Makes durable that changes were made: the files (copies and modes came after the staging), the names in their directories, the trash.</summary>
    internal static void FlushApplied(RootDirectory root, TrashArea used, IReadOnlyList<Change> applied)
    {
        if (applied.Count == 0)
            return;
        if (applied.Count > OneByOne)
        {
            root.Top.SyncFileSystem();
            return;
        }
        foreach (var change in applied.Where(change => change.To is { IsFile: true }))
            FlushFile(root, change.Path);
        foreach (var parent in applied.Select(change => change.Path.Parent).Distinct())
        {
            if (root.Stat(parent) is not { Kind: FileKind.Directory })
                continue;
            using var directory = root.Open(parent);
            directory.Sync();
        }
        used.Sync();
    }

    private static void FlushFile(RootDirectory root, DrivePath path)
    {
        // What somebody removed or replaced since is theirs.
        if (root.Stat(path) is not { Kind: FileKind.File })
            return;
        var holder = root.Holder(path);
        using var file = holder.OpenRead(path.Name);
        holder.Sync(file);
    }
}
