using OmnyDrive.Engine.Files;
using OmnyDrive.Engine.Scanning.Index;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.Applying;

/// <summary>
/// Which directories of a scanned root may be renamed with all that they hold: those that hold what the tree says and nothing beside it, for a rename would take that along. And
/// only where the file system keeps inode numbers and the times of directories, by which it can be told afterwards that nothing changed below.
/// </summary>
internal sealed class MovableDirectories(RootDirectory root, ScanIndex index)
{
    private const DirectoryFlags HoldsMore = DirectoryFlags.LeavesOut | DirectoryFlags.ListAlways | DirectoryFlags.Hidden | DirectoryFlags.Elsewhere;

    private bool? _keepsTimes;

    /// <summary>Whether a directory is one of them.</summary>
    internal bool Contains(DrivePath path) => (_keepsTimes ??= root.Top.FileSystem().KeepsDirectoryTimes) && index.Find(path) is { } number && HoldsNothingElse(number);

    private bool HoldsNothingElse(int top)
    {
        var open = new Stack<int>([top]);
        while (open.TryPop(out var number))
        {
            var directory = index.Directory(number);
            if ((directory.Flags & HoldsMore) != 0)
                return false;
            foreach (ref readonly var record in index.Block(directory).Records)
            {
                if (record.Kind is RecordKind.Unknown or RecordKind.HiddenDirectory)
                    return false;
                if (record.IsDirectory)
                    open.Push(ScanIndex.Child(number, record));
            }
        }
        GC.KeepAlive(index);
        return true;
    }
}
