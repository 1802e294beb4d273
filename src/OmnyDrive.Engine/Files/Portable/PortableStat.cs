using System.Formats.Tar;
using Microsoft.Win32.SafeHandles;

namespace OmnyDrive.Engine.Files.Portable;

/// <summary>
/// What .NET knows of a file. There is no ctime (the mtime stands in: an edit that keeps the size and puts the mtime back is not seen), no inode (the time of
/// creation stands in), no device, owner or count of names. On Windows no file is executable.
/// </summary>
internal static class PortableStat
{
    private const uint ReadOnlyMode = FileModes.AnyRead;

    /// <summary>What is at a path, not following a link; null where nothing is.</summary>
    internal static FileStat? Of(string path)
    {
        FileSystemInfo info = new FileInfo(path);
        // What cannot be looked at has no attributes, and so has what is not there; asking for them tells the two apart.
        if (info.Attributes == (FileAttributes)(-1))
            return IsAbsent(path) ? null : throw new IOException("it cannot be looked at");
        return info.Attributes.HasFlag(FileAttributes.ReparsePoint)
            ? new FileStat(info.LinkTarget is null ? FileKind.Other : FileKind.Symlink, FileModes.AllAll, 0, Ns(info.LastWriteTimeUtc), Ns(info.LastWriteTimeUtc), Created(info.CreationTimeUtc), 0, 0, 0, 1)
            : info.Attributes.HasFlag(FileAttributes.Directory) ? OfDirectory(path) : OfFile((FileInfo)info);
    }

    /// <summary>A directory that is there, over a link too.</summary>
    internal static FileStat OfDirectory(string path)
    {
        var info = new DirectoryInfo(path);
        if (!info.Exists)
            throw new DirectoryNotFoundException();
        return new FileStat(FileKind.Directory, Mode(info), 0, Ns(info.LastWriteTimeUtc), Ns(info.LastWriteTimeUtc), Created(info.CreationTimeUtc), 0, 0, 0, 1);
    }

    /// <summary>What is open.</summary>
    internal static FileStat Of(SafeFileHandle file)
    {
        var attributes = File.GetAttributes(file);
        var modified = Ns(File.GetLastWriteTimeUtc(file));
        var mode = OperatingSystem.IsWindows() ? WindowsMode(attributes) : (uint)File.GetUnixFileMode(file);
        return new FileStat(attributes.HasFlag(FileAttributes.Directory) ? FileKind.Directory : FileKind.File,
            mode, RandomAccess.GetLength(file), modified, modified, Created(File.GetCreationTimeUtc(file)), 0, 0, 0, 1);
    }

    private static FileStat OfFile(FileInfo info)
    {
        var modified = Ns(info.LastWriteTimeUtc);
        // Only what has no length can be a FIFO, socket or device.
        var kind = info.Length == 0 && !OperatingSystem.IsWindows() && !IsRegular(info.FullName) ? FileKind.Other : FileKind.File;
        return new FileStat(kind, Mode(info), info.Length, modified, modified, Created(info.CreationTimeUtc), 0, 0, 0, 1);
    }

    // .NET tells kinds of files apart nowhere but where it packs them; a FIFO is packed without being opened. A socket cannot be packed.
    private static bool IsRegular(string path)
    {
        const int typeOffset = 156;
        using var packed = new MemoryStream();
        try
        {
            using var tar = new TarWriter(packed, TarEntryFormat.Ustar, leaveOpen: true);
            tar.WriteEntry(path, "x");
        }
        catch (IOException)
        {
            return false;
        }
        return packed.GetBuffer()[typeOffset] == (byte)TarEntryType.RegularFile;
    }

    private static bool IsAbsent(string path)
    {
        try
        {
            _ = File.GetAttributes(path);
            return false;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return true;
        }
    }

    private static uint Mode(FileSystemInfo info) => OperatingSystem.IsWindows() ? WindowsMode(info.Attributes) : (uint)info.UnixFileMode;

    private static uint WindowsMode(FileAttributes attributes) => attributes.HasFlag(FileAttributes.ReadOnly) ? ReadOnlyMode : FileModes.ReadWriteAll;

    // A time that 64 bits of nanoseconds cannot hold is the last that they can.
    private static long Ns(DateTime time) => Math.Min((time - DateTime.UnixEpoch).Ticks, long.MaxValue / TimeSpan.NanosecondsPerTick) * TimeSpan.NanosecondsPerTick;

    private static ulong Created(DateTime time) => (ulong)time.Ticks;
}
