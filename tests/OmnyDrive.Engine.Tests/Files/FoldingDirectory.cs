using System.Text;
using Microsoft.Win32.SafeHandles;
using OmnyDrive.Engine.Files;

namespace OmnyDrive.Engine.Tests.Files;

/// <summary>
/// A real directory that takes names which differ only by case for one, and keeps the spelling that a name was made with, as case-insensitive file systems do.
/// So do the directories that are opened from it.
/// </summary>
internal sealed class FoldingDirectory(IDirectoryHandle real) : IDirectoryHandle
{
    public string Path => real.Path;

    public FileStat Stat() => real.Stat();

    public long ChangesFromNow() => real.ChangesFromNow();

    public FileStat? Stat(string name) => real.Stat(There(name));

    public bool TryStat(ReadOnlySpan<byte> name, out FileStat stat)
    {
        var found = Stat(Encoding.UTF8.GetString(name));
        stat = found.GetValueOrDefault();
        return found is not null;
    }

    public FileStat Stat(SafeFileHandle file) => real.Stat(file);

    public void List(NameList into) => real.List(into);

    public bool HandsDown() => real.HandsDown();

    public FileSystemFacts FileSystem() => real.FileSystem();

    public IDirectoryHandle OpenDirectory(string name) => new FoldingDirectory(real.OpenDirectory(There(name)));

    public IDirectoryHandle OpenBelow(ReadOnlyMemory<byte> path)
    {
        IDirectoryHandle at = new FoldingDirectory(real.OpenBelow(ReadOnlyMemory<byte>.Empty));
        foreach (var name in Encoding.UTF8.GetString(path.Span).Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            using var above = at;
            at = above.OpenDirectory(name);
        }
        return at;
    }

    public SafeFileHandle OpenRead(string name) => real.OpenRead(There(name));

    public SafeFileHandle CreateNew(string name, uint mode) => real.CreateNew(There(name), mode);

    public SafeFileHandle OpenOrCreate(string name, uint mode) => real.OpenOrCreate(There(name), mode);

    public void MakeDirectory(string name, uint mode) => real.MakeDirectory(There(name), mode);

    public void RenameNoReplace(string name, IDirectoryHandle toDirectory, string toName)
    {
        var to = (FoldingDirectory)toDirectory;
        real.RenameNoReplace(There(name), to.Real, to.There(toName));
    }

    public void RenameReplacing(string name, IDirectoryHandle toDirectory, string toName)
    {
        var to = (FoldingDirectory)toDirectory;
        real.RenameReplacing(There(name), to.Real, to.There(toName));
    }

    public void Exchange(string name, IDirectoryHandle otherDirectory, string otherName)
    {
        var other = (FoldingDirectory)otherDirectory;
        real.Exchange(There(name), other.Real, other.There(otherName));
    }

    public void RemoveFile(string name) => real.RemoveFile(There(name));

    public void RemoveDirectory(string name) => real.RemoveDirectory(There(name));

    public string? ReadLink(string name) => real.ReadLink(There(name));

    public void MakeSymlink(string name, string target) => real.MakeSymlink(There(name), target);

    public void SetModified(string name, long nanoseconds) => real.SetModified(There(name), nanoseconds);

    public int Read(SafeFileHandle file, Span<byte> buffer, long offset) => real.Read(file, buffer, offset);

    public void Write(SafeFileHandle file, ReadOnlySpan<byte> bytes, long offset) => real.Write(file, bytes, offset);

    public long CopyRange(SafeFileHandle from, long offset, SafeFileHandle to, long toOffset, long length) => real.CopyRange(from, offset, to, toOffset, length);

    public void SetMode(SafeFileHandle file, uint mode) => real.SetMode(file, mode);

    public void SetOwner(SafeFileHandle file, uint owner, uint group) => real.SetOwner(file, owner, group);

    public void CopyAttributes(SafeFileHandle from, SafeFileHandle to) => real.CopyAttributes(from, to);

    public void Sync(SafeFileHandle file) => real.Sync(file);

    public void Sync() => real.Sync();

    public void SyncFileSystem() => real.SyncFileSystem();

    public bool TryLock(SafeFileHandle file) => real.TryLock(file);

    public void Unlock(SafeFileHandle file) => real.Unlock(file);

    public bool TryLock() => real.TryLock();

    public void Dispose() => real.Dispose();

    private IDirectoryHandle Real => real;

    private string There(string name) =>
        real.List().FirstOrDefault(listed => string.Equals(listed.Name, name, StringComparison.OrdinalIgnoreCase)) is { Name: { } there } ? there : name;
}
