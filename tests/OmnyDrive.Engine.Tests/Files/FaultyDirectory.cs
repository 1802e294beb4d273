using System.Text;
using Microsoft.Win32.SafeHandles;
using OmnyDrive.Engine.Files;

namespace OmnyDrive.Engine.Tests.Files;

/// <summary>
/// A real directory of which single calls fail as a <see cref="FaultPlan"/> says, before they do anything. So do the directories that are opened from it. A call
/// that has an answer for "not found" gives that answer.
/// </summary>
internal sealed class FaultyDirectory(IDirectoryHandle real, FaultPlan plan) : IDirectoryHandle
{
    public string Path => real.Path;

    public FileStat Stat() => Checked(FileCall.StatDirectory).Stat();

    public long ChangesFromNow() => real.ChangesFromNow();

    public FileStat? Stat(string name) => IsHidden(name) ? null : real.Stat(name);

    public bool TryStat(ReadOnlySpan<byte> name, out FileStat stat)
    {
        stat = default;
        return !IsHidden(Encoding.UTF8.GetString(name)) && real.TryStat(name, out stat);
    }

    public FileStat Stat(SafeFileHandle file) => Checked(FileCall.StatFile).Stat(file);

    public void List(NameList into)
    {
        // A listing that fails half-way has given names before.
        real.List(into);
        Checked(FileCall.List);
    }

    public bool HandsDown() => Checked(FileCall.HandsDown).HandsDown();

    public FileSystemFacts FileSystem() => Checked(FileCall.FileSystem).FileSystem();

    public IDirectoryHandle OpenDirectory(string name) => new FaultyDirectory(Checked(FileCall.OpenDirectory, name).OpenDirectory(name), plan);

    public IDirectoryHandle OpenBelow(ReadOnlyMemory<byte> path) => new FaultyDirectory(Checked(FileCall.OpenBelow, Encoding.UTF8.GetString(path.Span)).OpenBelow(path), plan);

    public SafeFileHandle OpenRead(string name) => Checked(FileCall.OpenRead, name).OpenRead(name);

    public SafeFileHandle CreateNew(string name, uint mode) => Checked(FileCall.CreateNew, name).CreateNew(name, mode);

    public SafeFileHandle OpenOrCreate(string name, uint mode) => Checked(FileCall.OpenOrCreate, name).OpenOrCreate(name, mode);

    public void MakeDirectory(string name, uint mode) => Checked(FileCall.MakeDirectory, name).MakeDirectory(name, mode);

    public void RenameNoReplace(string name, IDirectoryHandle toDirectory, string toName) =>
        Checked(FileCall.RenameNoReplace, name).RenameNoReplace(name, Real(toDirectory), toName);

    public void RenameReplacing(string name, IDirectoryHandle toDirectory, string toName) =>
        Checked(FileCall.RenameReplacing, name).RenameReplacing(name, Real(toDirectory), toName);

    public void Exchange(string name, IDirectoryHandle otherDirectory, string otherName) =>
        Checked(FileCall.Exchange, name).Exchange(name, Real(otherDirectory), otherName);

    public void RemoveFile(string name) => Checked(FileCall.RemoveFile, name).RemoveFile(name);

    public void RemoveDirectory(string name) => Checked(FileCall.RemoveDirectory, name).RemoveDirectory(name);

    public string? ReadLink(string name) => Checked(FileCall.ReadLink, name).ReadLink(name);

    public void MakeSymlink(string name, string target) => Checked(FileCall.MakeSymlink, name).MakeSymlink(name, target);

    public void SetModified(string name, long nanoseconds) => Checked(FileCall.SetModified, name).SetModified(name, nanoseconds);

    public int Read(SafeFileHandle file, Span<byte> buffer, long offset) => Checked(FileCall.Read).Read(file, buffer, offset);

    public void Write(SafeFileHandle file, ReadOnlySpan<byte> bytes, long offset) => Checked(FileCall.Write).Write(file, bytes, offset);

    public long CopyRange(SafeFileHandle from, long offset, SafeFileHandle to, long toOffset, long length) =>
        Checked(FileCall.CopyRange).CopyRange(from, offset, to, toOffset, length);

    public void SetMode(SafeFileHandle file, uint mode) => Checked(FileCall.SetMode).SetMode(file, mode);

    public void SetOwner(SafeFileHandle file, uint owner, uint group) => Checked(FileCall.SetOwner).SetOwner(file, owner, group);

    public void CopyAttributes(SafeFileHandle from, SafeFileHandle to) => Checked(FileCall.CopyAttributes).CopyAttributes(from, to);

    public void Sync(SafeFileHandle file) => Checked(FileCall.SyncFile).Sync(file);

    public void Sync() => Checked(FileCall.SyncDirectory).Sync();

    public void SyncFileSystem() => Checked(FileCall.SyncFileSystem).SyncFileSystem();

    public bool TryLock(SafeFileHandle file) => Checked(FileCall.LockFile).TryLock(file);

    public void Unlock(SafeFileHandle file) => Checked(FileCall.UnlockFile).Unlock(file);

    public bool TryLock() => Checked(FileCall.LockDirectory).TryLock();

    public void Dispose() => real.Dispose();

    private static IDirectoryHandle Real(IDirectoryHandle directory) => directory is FaultyDirectory faulty ? faulty.Unwrapped : directory;

    private IDirectoryHandle Unwrapped => real;

    private IDirectoryHandle Checked(FileCall call, string name = "") => plan.Next(call, Full(name)) is { } error ? throw Fault(call, name, error) : real;

    private bool IsHidden(string name) => plan.Next(FileCall.StatName, Full(name)) switch
    {
        null => false,
        FileError.NotFound => true,
        { } error => throw Fault(FileCall.StatName, name, error),
    };

    private FileOperationException Fault(FileCall call, string name, FileError error) => new(error, call.ToString(), Full(name), $"injected {error}");

    private string Full(string name) => name.Length == 0 ? Path : $"{Path}/{name}";
}
