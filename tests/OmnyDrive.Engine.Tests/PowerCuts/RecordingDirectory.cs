using Microsoft.Win32.SafeHandles;
using OmnyDrive.Engine.Files;

namespace OmnyDrive.Engine.Tests.PowerCuts;

/// <summary>A real directory that writes down what is done to it. So do the directories that are opened from it.</summary>
internal sealed class RecordingDirectory(IDirectoryHandle real, OperationLog log) : IDirectoryHandle
{
    public string Path => real.Path;

    public FileStat Stat() => real.Stat();

    public long ChangesFromNow() => real.ChangesFromNow();

    public FileStat? Stat(string name) => real.Stat(name);

    public bool TryStat(ReadOnlySpan<byte> name, out FileStat stat) => real.TryStat(name, out stat);

    public FileStat Stat(SafeFileHandle file) => real.Stat(file);

    public void List(NameList into) => real.List(into);

    public bool HandsDown() => real.HandsDown();

    public FileSystemFacts FileSystem() => real.FileSystem();

    public IDirectoryHandle OpenDirectory(string name) => new RecordingDirectory(real.OpenDirectory(name), log);

    public IDirectoryHandle OpenBelow(ReadOnlyMemory<byte> path) => new RecordingDirectory(real.OpenBelow(path), log);

    public SafeFileHandle OpenRead(string name) => real.OpenRead(name);

    public SafeFileHandle CreateNew(string name, uint mode)
    {
        lock (log)
        {
            var file = real.CreateNew(name, mode);
            log.AddMade(real, name);
            return file;
        }
    }

    public SafeFileHandle OpenOrCreate(string name, uint mode)
    {
        lock (log)
        {
            var isNew = real.Stat(name) is null;
            var file = real.OpenOrCreate(name, mode);
            if (isNew)
                log.AddMade(real, name);
            return file;
        }
    }

    public void MakeDirectory(string name, uint mode) => Make(name, () => real.MakeDirectory(name, mode));

    public void MakeSymlink(string name, string target) => Make(name, () => real.MakeSymlink(name, target));

    public void RenameNoReplace(string name, IDirectoryHandle toDirectory, string toName) => Rename(name, Real(toDirectory), toName, real.RenameNoReplace);

    public void RenameReplacing(string name, IDirectoryHandle toDirectory, string toName)
    {
        lock (log)
        {
            if (Real(toDirectory).Stat(toName) is not null)
                log.MoveToPool(Real(toDirectory), toName);
            Rename(name, Real(toDirectory), toName, real.RenameReplacing);
        }
    }

    public void Exchange(string name, IDirectoryHandle otherDirectory, string otherName)
    {
        lock (log)
        {
            real.Exchange(name, Real(otherDirectory), otherName);
            log.Add(new Operation.Names([(real.Stat().Inode, name, InodeOf(real, name)), (Real(otherDirectory).Stat().Inode, otherName, InodeOf(Real(otherDirectory), otherName))]));
        }
    }

    public void RemoveFile(string name) => Remove(name);

    public void RemoveDirectory(string name)
    {
        using var removed = real.OpenDirectory(name);
        var names = new NameList();
        removed.List(names);
        if (names.Count > 0)
            throw new FileOperationException(FileError.NotEmpty, "remove", name, "it is not empty");
        Remove(name, removed.Stat().Inode);
    }

    public string? ReadLink(string name) => real.ReadLink(name);

    public void SetModified(string name, long nanoseconds)
    {
        lock (log)
        {
            real.SetModified(name, nanoseconds);
            log.Add(new Operation.Attributes(InodeOf(real, name), null, nanoseconds));
        }
    }

    public int Read(SafeFileHandle file, Span<byte> buffer, long offset) => real.Read(file, buffer, offset);

    public void Write(SafeFileHandle file, ReadOnlySpan<byte> bytes, long offset)
    {
        lock (log)
        {
            real.Write(file, bytes, offset);
            log.Add(new Operation.Write(real.Stat(file).Inode, offset, bytes.ToArray(), real.Stat(file).Modified));
        }
    }

    public long CopyRange(SafeFileHandle from, long offset, SafeFileHandle to, long toOffset, long length)
    {
        lock (log)
        {
            var copied = real.CopyRange(from, offset, to, toOffset, length);
            var bytes = new byte[copied];
            real.Read(from, bytes, offset);
            log.Add(new Operation.Write(real.Stat(to).Inode, toOffset, bytes, real.Stat(to).Modified));
            return copied;
        }
    }

    public void SetMode(SafeFileHandle file, uint mode)
    {
        lock (log)
        {
            real.SetMode(file, mode);
            log.Add(new Operation.Attributes(real.Stat(file).Inode, mode, null));
        }
    }

    public void SetOwner(SafeFileHandle file, uint owner, uint group) => real.SetOwner(file, owner, group);

    public void CopyAttributes(SafeFileHandle from, SafeFileHandle to) => real.CopyAttributes(from, to);

    public void Sync(SafeFileHandle file) => Add(new Operation.SyncFile(real.Stat(file).Inode));

    public void Sync() => Add(new Operation.SyncDirectory(real.Stat().Inode));

    public void SyncFileSystem() => Add(new Operation.SyncAll());

    public bool TryLock(SafeFileHandle file) => real.TryLock(file);

    public void Unlock(SafeFileHandle file) => real.Unlock(file);

    public bool TryLock() => real.TryLock();

    public void Dispose() => real.Dispose();

    private static IDirectoryHandle Real(IDirectoryHandle directory) => directory is RecordingDirectory recording ? recording.Unwrapped : directory;

    private IDirectoryHandle Unwrapped => real;

    private static ulong InodeOf(IDirectoryHandle directory, string name) => directory.Stat(name)!.Value.Inode;

    private void Add(Operation operation)
    {
        lock (log)
            log.Add(operation);
    }

    private void Make(string name, Action make)
    {
        lock (log)
        {
            make();
            log.AddMade(real, name);
        }
    }

    private void Rename(string name, IDirectoryHandle to, string toName, Action<string, IDirectoryHandle, string> rename)
    {
        lock (log)
        {
            rename(name, to, toName);
            log.Add(new Operation.Names([(real.Stat().Inode, name, null), (to.Stat().Inode, toName, InodeOf(to, toName))]));
        }
    }

    private void Remove(string name, ulong? emptied = null)
    {
        lock (log)
        {
            if (real.Stat(name) is null)
                real.RemoveFile(name);
            log.MoveToPool(real, name);
            log.Add(new Operation.Names([(real.Stat().Inode, name, null)], emptied));
        }
    }
}
