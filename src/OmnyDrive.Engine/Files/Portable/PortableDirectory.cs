using Microsoft.Win32.SafeHandles;

namespace OmnyDrive.Engine.Files.Portable;

/// <summary>
/// A directory by its path, with .NET's own means alone: for systems other than Linux, and for reading only. Weaker than a descriptor: links are looked for
/// on the way below the root before each operation, and once more after it, but a way that is swapped twice in between is noticed only where a file is
/// opened; a file system mounted inside is not seen as another one (on Windows its mount point is a link). What would change something throws
/// <see cref="FileError.NotSupported"/> and names the guarantee that is missing.
/// </summary>
internal sealed class PortableDirectory : IDirectoryHandle
{
    private static readonly EnumerationOptions All = new() { AttributesToSkip = 0, IgnoreInaccessible = false, MatchType = MatchType.Simple };

    private readonly PortableDirectory? _parent;

    private PortableDirectory(string path, PortableDirectory? parent) => (Path, _parent) = (path, parent);

    public string Path { get; }

    /// <summary>Opens a root; links in the path that leads to it are the user's own and are followed.</summary>
    internal static PortableDirectory OpenRoot(string path)
    {
        var root = new PortableDirectory(path, parent: null);
        PortableErrors.Run("open the directory", path, () => Directory.Exists(path) ? 0 : throw (File.Exists(path) ? PortableErrors.NotADirectory(path) : new DirectoryNotFoundException()));
        return root;
    }

    public FileStat Stat() => Checked("look at", Path, () => PortableStat.OfDirectory(Path));

    // No system's clock of ticks is further behind.
    public long ChangesFromNow() => (DateTime.UtcNow - DateTime.UnixEpoch - TimeSpan.FromMilliseconds(20)).Ticks * TimeSpan.NanosecondsPerTick;

    public FileStat? Stat(string name) => Checked("look at", Full(name), () => PortableStat.Of(Full(name)));

    public bool TryStat(ReadOnlySpan<byte> name, out FileStat stat)
    {
        var found = Stat(PortableNames.Text(name, Path));
        stat = found.GetValueOrDefault();
        return found is not null;
    }

    public FileStat Stat(SafeFileHandle file) => PortableErrors.Run("look at a file in", Path, () => PortableStat.Of(file));

    public void List(NameList into) => Checked("list", Path, () =>
    {
        foreach (var entry in Directory.EnumerateFileSystemEntries(Path, "*", All))
            into.Add(PortableNames.Bytes(Path, System.IO.Path.GetFileName(entry)));
        return 0;
    });

    // Nothing is made there.
    public bool HandsDown() => false;

    public FileSystemFacts FileSystem() => PortableErrors.Run("look at the file system of", Path, () =>
        new FileSystemFacts(KeepsDirectoryTimes: false, new DriveInfo(OperatingSystem.IsWindows() ? System.IO.Path.GetPathRoot(Path)! : Path).AvailableFreeSpace));

    public IDirectoryHandle OpenDirectory(string name)
    {
        var below = new PortableDirectory(Full(name), this);
        below.RequireNoLinks("open the directory", below.Path);
        return below;
    }

    public IDirectoryHandle OpenBelow(ReadOnlyMemory<byte> path)
    {
        if (path.IsEmpty)
            return new PortableDirectory(Path, _parent);
        IDirectoryHandle at = this;
        foreach (var name in PortableNames.Text(path.Span, Path).Split('/'))
            at = at.OpenDirectory(name);
        return at;
    }

    // Opening a FIFO would wait for a writer, and a link would be followed; so it is looked at before, and compared with what was opened then.
    public SafeFileHandle OpenRead(string name) => Checked("open", Full(name), () =>
    {
        var before = PortableStat.Of(Full(name)) ?? throw new FileNotFoundException();
        if (before.Kind != FileKind.File)
            throw before.Kind == FileKind.Symlink ? PortableErrors.Loop("open", Full(name)) : new IOException("it is no file");
        var file = File.OpenHandle(Full(name), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        if (PortableStat.Of(file).Inode == before.Inode)
            return file;
        file.Dispose();
        throw new IOException("it was replaced while it was being opened");
    });

    public string? ReadLink(string name) => Checked("read the link", Full(name), () => PortableNames.Target(new FileInfo(Full(name)).LinkTarget ?? throw new IOException("it is no link")));

    public int Read(SafeFileHandle file, Span<byte> buffer, long offset)
    {
        try
        {
            return RandomAccess.Read(file, buffer, offset);
        }
        catch (Exception e) when (PortableErrors.IsOfFiles(e))
        {
            throw PortableErrors.Of(e, "read a file in", Path);
        }
    }

    public SafeFileHandle CreateNew(string name, uint mode) => throw NoChanges("create", name);

    public SafeFileHandle OpenOrCreate(string name, uint mode) => throw NoChanges("open for writing", name);

    public void MakeDirectory(string name, uint mode) => throw NoChanges("make the directory", name);

    public void RenameNoReplace(string name, IDirectoryHandle toDirectory, string toName) =>
        throw Refused("move", name, "this system has no move that surely overwrites nothing");

    public void RenameReplacing(string name, IDirectoryHandle toDirectory, string toName) => throw NoChanges("move", name);

    public void Exchange(string name, IDirectoryHandle otherDirectory, string otherName) =>
        throw Refused("exchange", name, "this system cannot exchange two files in one step, so an edit that comes in between would be lost");

    public void RemoveFile(string name) => throw Refused("remove", name, "on this system it might have become another file meanwhile");

    public void RemoveDirectory(string name) => throw NoChanges("remove the directory", name);

    public void MakeSymlink(string name, string target) => throw NoChanges("make the link", name);

    public void SetModified(string name, long nanoseconds) => throw NoChanges("set the time of", name);

    public void Write(SafeFileHandle file, ReadOnlySpan<byte> bytes, long offset) => throw NoChanges("write a file in");

    public long CopyRange(SafeFileHandle from, long offset, SafeFileHandle to, long toOffset, long length) => throw NoChanges("copy a file into");

    public void SetMode(SafeFileHandle file, uint mode) => throw NoChanges("set the mode of a file in");

    public void SetOwner(SafeFileHandle file, uint owner, uint group) => throw NoChanges("set the owner of a file in");

    public void CopyAttributes(SafeFileHandle from, SafeFileHandle to) => throw NoChanges("copy the attributes of a file in");

    public void Sync(SafeFileHandle file) => throw Refused("make durable a file in", "", "on this system a failure to reach the disk may go unnoticed");

    public void Sync() => throw Refused("make durable", "", "this system does not let names in a directory be flushed to the disk");

    public void SyncFileSystem() => throw Refused("make durable the file system of", "", "this system does not let a file system be flushed to the disk");

    public bool TryLock(SafeFileHandle file) => throw NoLocks();

    public void Unlock(SafeFileHandle file) => throw NoLocks();

    public bool TryLock() => throw NoLocks();

    /// <inheritdoc/>
    public void Dispose()
    {
        // Nothing is held open.
    }

    private T Checked<T>(string operation, string path, Func<T> act)
    {
        RequireNoLinks(operation, path);
        var result = PortableErrors.Run(operation, path, act);
        try
        {
            RequireNoLinks(operation, path);
            return result;
        }
        catch
        {
            (result as IDisposable)?.Dispose();
            throw;
        }
    }

    // From the root down; the root itself may be reached over a link.
    private void RequireNoLinks(string operation, string path)
    {
        if (_parent is null)
            return;
        _parent.RequireNoLinks(operation, path);
        var here = PortableErrors.Run(operation, path, () => PortableStat.Of(Path) ?? throw new DirectoryNotFoundException());
        if (here.Kind != FileKind.Directory)
            throw here.Kind == FileKind.Symlink ? PortableErrors.Loop(operation, path) : PortableErrors.NotADirectory(path);
    }

    private string Full(string name) => System.IO.Path.Join(Path, name);

    private FileOperationException NoChanges(string operation, string name = "") =>
        Refused(operation, name, "this system lacks what makes changes safe: moves that overwrite nothing, exchanges in one step, durable names");

    private FileOperationException NoLocks() => Refused("lock", "", "this system has no lock that surely ends with its process");

    private FileOperationException Refused(string operation, string name, string missing) =>
        new(FileError.NotSupported, operation, name.Length == 0 ? Path : Full(name), missing);
}
