using System.Collections.Concurrent;
using OmnyDrive.Engine.Applying.Journaling;
using OmnyDrive.Engine.Files;
using OmnyDrive.Engine.History;
using OmnyDrive.Engine.Scanning;
using OmnyDrive.Reconciling;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.Applying;

/// <summary>
/// What a scan saw below a root, compared with what is there now: a change is made only where the path is what its plan was made with. Throws
/// <see cref="PreconditionException"/> where it is not.
/// </summary>
internal sealed class SeenPaths(ScanResult scan)
{
    // The ctimes that renames of this apply gave to files of several names: under the other names they are still what the scan saw.
    private readonly ConcurrentDictionary<ulong, long> _moved = new();

    internal static PreconditionException Changed(DrivePath path) => new($"\"{path}\" changed since it was looked at");

    /// <summary>Says that a rename of this apply has given a file a new ctime.</summary>
    internal void Moved(in FileStat file)
    {
        if (file.Links > 1)
            _moved[file.Inode] = file.Changed;
    }

    /// <summary>The path must hold what the plan saw: for a file the very fingerprint of the scan, for a link its target.</summary>
    internal FileStat Require(IDirectoryHandle holder, DrivePath path, Entry from)
    {
        if (holder.Stat(path.Name) is not { } stat)
            throw Changed(path);
        var same = from.Kind switch
        {
            EntryKind.File => IsSeen(path, stat, from.ContentHash),
            EntryKind.Symlink => stat.Kind == FileKind.Symlink && holder.ReadLink(path.Name) == from.Target,
            _ => false,
        };
        return same ? stat : throw Changed(path);
    }

    /// <summary>A directory that the scan saw at a path and that lies at another by now must hold what it saw there, and nothing else.</summary>
    internal void RequireMoved(RootDirectory root, DrivePath was, DrivePath now) => new SeenDirectory(scan.Index, IsAsSeen).Require(root, was, now);

    /// <summary>The directory at a path must be the one that the scan saw there, whatever it holds.</summary>
    internal FileStat RequireDirectory(IDirectoryHandle holder, DrivePath path) =>
        holder.Stat(path.Name) is { Kind: FileKind.Directory } stat && scan.Index.Find(path) is { } number && scan.Index.Directory(number).Inode == stat.Inode ? stat : throw Changed(path);

    /// <summary>The file at a path as the scan saw it; its owner was not looked at.</summary>
    internal FileStamp StampOf(DrivePath path) => scan.Index.TryGet(path, out var known)
        ? new FileStamp(known.Fingerprint.Inode, known.Fingerprint.Size, known.Fingerprint.Modified, known.Fingerprint.Mode, 0, 0)
        : throw Changed(path);

    /// <summary>Changes with the modes of what they displace; of a directory that goes, by a look at it.</summary>
    internal IReadOnlyList<RecordedChange> Recorded(RootDirectory root, IReadOnlyList<Change> changes) => [.. changes.Select(change => new RecordedChange(change, change.From switch
    {
        { IsFile: true } when scan.Index.TryGet(change.Path, out var known) => known.Fingerprint.Mode,
        { IsDirectory: true } when change.RemovesDirectory => root.Stat(change.Path)?.Mode ?? 0,
        _ => 0,
    }))];

    /// <summary>What was found at the path must be the file that the scan saw.</summary>
    internal void RequireFile(DrivePath path, in FileStat now)
    {
        if (!IsSeen(path, now))
            throw Changed(path);
    }

    private bool IsSeen(DrivePath path, in FileStat now, ContentHash? content = null) =>
        scan.Index.TryGet(path, out var known) && (content is null || known.Content == content) && IsAsSeen(known.Fingerprint, now);

    private bool IsAsSeen(Fingerprint before, FileStat now) => now.Fingerprint == before
        || (_moved.TryGetValue(now.Inode, out var changed) && now.Changed == changed && now.Fingerprint == before with { Changed = changed });
}
