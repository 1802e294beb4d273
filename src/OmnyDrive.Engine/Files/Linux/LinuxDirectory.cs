using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace OmnyDrive.Engine.Files.Linux;

/// <summary>A directory held open by its descriptor, so that renaming it or its parents redirects nothing.</summary>
internal sealed unsafe class LinuxDirectory : IDirectoryHandle
{
    private const int ListBuffer = 64 << 10, CopyBuffer = 128 << 10;
    private const int RecordLengthOffset = 16, NameOffset = 19;
    private const int LongestTarget = 4096;

    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    private readonly SafeFileHandle _handle;
    private readonly LinuxDirectory? _above;
    private readonly ReadOnlyMemory<byte> _below;
    private string? _path;
    private bool _isLocked;

    private LinuxDirectory(SafeFileHandle handle, string path) => (_handle, _path) = (handle, path);

    // Most directories of a scan are never named.
    private LinuxDirectory(SafeFileHandle handle, LinuxDirectory above, ReadOnlyMemory<byte> below) => (_handle, _above, _below) = (handle, above, below);

    public string Path => _path ??= _below.IsEmpty ? _above!.Path : _above!.Full(Printed(_below.Span));

    /// <summary>Opens a root; links in the path that leads to it are the user's own and are followed.</summary>
    internal static LinuxDirectory OpenRoot(string path)
    {
        var fd = LibC.OpenAt(LibC.AtFdCwd, path, LibC.ReadOnly | LibC.Directory | LibC.CloseOnExec, 0);
        return new LinuxDirectory(Owned(fd, "open the directory", path), path);
    }

    public FileStat Stat() => TryStat(_handle, "", LibC.AtEmptyPath) ?? throw LinuxErrors.Of(LibC.ENOENT, "look at", Path);

    public FileStat Stat(SafeFileHandle file) => TryStat(file, "", LibC.AtEmptyPath) ?? throw LinuxErrors.Of(LibC.ENOENT, "look at", Path);

    // The kernel stamps with its clock of ticks, or with a finer one that is ahead of it.
    public long ChangesFromNow()
    {
        Check(LibC.ClockGetTime(LibC.ClockRealtimeCoarse, out var now), "read the clock for", "");
        return now.TotalNanoseconds;
    }

    public FileStat? Stat(string name) => TryStat(_handle, name, LibC.AtSymlinkNoFollow);

    public bool TryStat(ReadOnlySpan<byte> name, out FileStat stat)
    {
        if (LinuxStat.TryStat(_handle, name, out stat, out var errno))
            return true;
        return errno == LibC.ENOENT ? false : throw LinuxErrors.Of(errno, "look at", Full(Printed(name)));
    }

    public void List(NameList into)
    {
        // A descriptor of its own: the position in a listing belongs to the descriptor.
        using var listing = Owned(LibC.OpenAt(_handle, ".", LibC.ReadOnly | LibC.Directory | LibC.CloseOnExec, 0), "list", Path);
        var buffer = ArrayPool<byte>.Shared.Rent(ListBuffer);
        try
        {
            fixed (byte* bytes = buffer)
            {
                nint read;
                while ((read = LibC.GetDents64(listing, bytes, ListBuffer)) != 0)
                {
                    if (read < 0)
                        throw LinuxErrors.Last("list", Path);
                    AddNames(buffer.AsSpan(0, (int)read), into);
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    public bool HandsDown() => (Stat().Mode & FileModes.SetGroup) != 0 || LinuxAttributes.Has(_handle, "system.posix_acl_default\0"u8, Path);

    public FileSystemFacts FileSystem()
    {
        Check(LibC.FStatFs(_handle, out var raw), "look at the file system of", "");
        return new FileSystemFacts(LinuxFileSystems.KeepDirectoryTimes(raw.Type), Free(raw));
    }

    public IDirectoryHandle OpenBelow(ReadOnlyMemory<byte> path) => new LinuxDirectory(LinuxPaths.OpenDirectory(_handle, path.Span, Path), this, path);

    public IDirectoryHandle OpenDirectory(string name) =>
        new LinuxDirectory(Open(name, LibC.ReadOnly | LibC.Directory, 0, "open the directory"), Full(name));

    public SafeFileHandle OpenRead(string name) => Open(name, LibC.ReadOnly | LibC.NonBlock, 0, "open");

    public SafeFileHandle CreateNew(string name, uint mode) => Open(name, LibC.ReadWrite | LibC.Create | LibC.Exclusive, mode, "create");

    public SafeFileHandle OpenOrCreate(string name, uint mode) => Open(name, LibC.ReadWrite | LibC.Create, mode, "open");

    public void MakeDirectory(string name, uint mode) => Check(LibC.MkdirAt(_handle, name, mode), "make the directory", name);

    public void RenameNoReplace(string name, IDirectoryHandle toDirectory, string toName) => Rename(name, toDirectory, toName, LibC.RenameNoReplace);

    public void RenameReplacing(string name, IDirectoryHandle toDirectory, string toName) => Rename(name, toDirectory, toName, 0);

    public void Exchange(string name, IDirectoryHandle otherDirectory, string otherName) => Rename(name, otherDirectory, otherName, LibC.RenameExchange);

    public void RemoveFile(string name) => Check(LibC.UnlinkAt(_handle, name, 0), "remove", name);

    public void RemoveDirectory(string name) => Check(LibC.UnlinkAt(_handle, name, LibC.AtRemoveDir), "remove the directory", name);

    public string? ReadLink(string name)
    {
        var buffer = stackalloc byte[LongestTarget];
        var length = LibC.ReadLinkAt(_handle, name, buffer, LongestTarget);
        if (length < 0)
            throw LinuxErrors.Last("read the link", Full(name));
        return Text(new ReadOnlySpan<byte>(buffer, (int)length));
    }

    public void MakeSymlink(string name, string target) => Check(LibC.SymlinkAt(target, _handle, name), "make the link", name);

    public void SetModified(string name, long nanoseconds)
    {
        var seconds = Math.DivRem(nanoseconds, 1_000_000_000, out var rest);
        if (rest < 0)
            (seconds, rest) = (seconds - 1, rest + 1_000_000_000);
        var times = stackalloc LibC.TimeSpec[2];
        times[0] = new LibC.TimeSpec { Nanoseconds = LibC.TimeOmit };
        times[1] = new LibC.TimeSpec { Seconds = seconds, Nanoseconds = rest };
        Check(LibC.UtimensAt(_handle, name, times, LibC.AtSymlinkNoFollow), "set the time of", name);
    }

    public int Read(SafeFileHandle file, Span<byte> buffer, long offset)
    {
        fixed (byte* bytes = buffer)
        {
            nint read;
            while ((read = LibC.PRead(file, bytes, (nuint)buffer.Length, offset)) < 0)
                ThrowUnlessInterrupted("read a file in");
            return (int)read;
        }
    }

    public void Write(SafeFileHandle file, ReadOnlySpan<byte> bytes, long offset)
    {
        fixed (byte* start = bytes)
        {
            for (var done = 0; done < bytes.Length;)
            {
                var written = LibC.PWrite(file, start + done, (nuint)(bytes.Length - done), offset + done);
                if (written < 0)
                    ThrowUnlessInterrupted("write a file in");
                else
                    done += (int)written;
            }
        }
    }

    public long CopyRange(SafeFileHandle from, long offset, SafeFileHandle to, long toOffset, long length)
    {
        var done = LinuxCopying.Copy(from, offset, to, toOffset, length, Path);
        return done == length ? done : done + CopyByReading(from, offset + done, to, toOffset + done, length - done);
    }

    public void SetMode(SafeFileHandle file, uint mode) => Check(LibC.FChmod(file, mode), "set the mode of a file in", "");

    public void SetOwner(SafeFileHandle file, uint owner, uint group) => Check(LibC.FChown(file, owner, group), "set the owner of a file in", "");

    public void CopyAttributes(SafeFileHandle from, SafeFileHandle to) => LinuxAttributes.Copy(from, to, Path);

    public void Sync(SafeFileHandle file) => Check(LibC.FSync(file), "make durable a file in", "");

    public void Sync() => Check(LibC.FSync(_handle), "make durable", "");

    public void SyncFileSystem() => Check(LibC.SyncFs(_handle), "make durable the file system of", "");

    public bool TryLock(SafeFileHandle file) => Lock(file);

    public void Unlock(SafeFileHandle file) => Check(LibC.FLock(file, LibC.LockRelease), "unlock a file in", "");

    public bool TryLock() => _isLocked = Lock(_handle);

    public void Dispose()
    {
        if (_isLocked)
            Unlock(_handle);
        _isLocked = false;
        _handle.Dispose();
    }

    private long CopyByReading(SafeFileHandle from, long offset, SafeFileHandle to, long toOffset, long length)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(CopyBuffer);
        try
        {
            long done = 0;
            int read;
            while (done < length && (read = Read(from, buffer.AsSpan(0, (int)Math.Min(CopyBuffer, length - done)), offset + done)) > 0)
            {
                Write(to, buffer.AsSpan(0, read), toOffset + done);
                done += read;
            }
            return done;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private bool Lock(SafeFileHandle handle)
    {
        if (LibC.FLock(handle, LibC.LockExclusive | LibC.LockNonBlocking) == 0)
            return true;
        var errno = Marshal.GetLastPInvokeError();
        return errno == LibC.EAGAIN ? false : throw LinuxErrors.Of(errno, "lock", Path);
    }

    private void Rename(string name, IDirectoryHandle to, string toName, uint flags)
    {
        if (LibC.RenameAt2(_handle, name, ((LinuxDirectory)to)._handle, toName, flags) != 0)
            throw LinuxErrors.Last(flags == LibC.RenameExchange ? "exchange" : "move", Full(name));
    }

    private SafeFileHandle Open(string name, int flags, uint mode, string operation)
    {
        var fd = LibC.OpenAt(_handle, name, flags | LibC.NoFollow | LibC.CloseOnExec, mode);
        return fd < 0 ? throw LinuxErrors.Last(operation, Full(name)) : new SafeFileHandle(fd, ownsHandle: true);
    }

    private static SafeFileHandle Owned(int fd, string operation, string path) =>
        fd < 0 ? throw LinuxErrors.Last(operation, path) : new SafeFileHandle(fd, ownsHandle: true);

    private void Check(int result, string operation, string name)
    {
        if (result != 0)
            throw LinuxErrors.Last(operation, Full(name));
    }

    private void ThrowUnlessInterrupted(string operation)
    {
        if (Marshal.GetLastPInvokeError() != LibC.EINTR)
            throw LinuxErrors.Last(operation, Path);
    }

    private string Full(string name) => name.Length == 0 ? Path : $"{Path}/{name}";

    // One that tells no size tells no room either.
    private static long Free(in LibC.StatFsBuffer raw) =>
        raw.Blocks == 0 ? long.MaxValue : (long)UInt128.Min(raw.AvailableBlocks * (UInt128)(ulong)raw.BlockSize, long.MaxValue);

    private FileStat? TryStat(SafeFileHandle at, string name, int flags)
    {
        if (LinuxStat.TryStat(at, name, flags, out var stat, out var errno))
            return stat;
        return errno == LibC.ENOENT ? null : throw LinuxErrors.Of(errno, "look at", Full(name));
    }

    private static void AddNames(ReadOnlySpan<byte> records, NameList names)
    {
        while (!records.IsEmpty)
        {
            var length = BinaryPrimitives.ReadUInt16LittleEndian(records[RecordLengthOffset..]);
            var name = records[NameOffset..length];
            name = name[..name.IndexOf((byte)0)];
            records = records[length..];
            if (!name.SequenceEqual("."u8) && !name.SequenceEqual(".."u8))
                names.Add(name);
        }
    }

    private static string Printed(ReadOnlySpan<byte> name) => ListedName.Of(name).Name;

    private static string? Text(ReadOnlySpan<byte> utf8)
    {
        try
        {
            return StrictUtf8.GetString(utf8);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}
