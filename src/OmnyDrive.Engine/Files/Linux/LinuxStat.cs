using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace OmnyDrive.Engine.Files.Linux;

/// <summary>Looks at names and open files.</summary>
internal static unsafe class LinuxStat
{
    // The same call on every x64 Linux, whichever C library; it fills a third less than statx does, and a scan does little else.
    private const nint NewFStatAtX64 = 262;
    private const int ShortName = 256;

    private static readonly bool IsX64 = RuntimeInformation.ProcessArchitecture == Architecture.X64;

    /// <summary>A name in a directory, or the directory itself where it is empty; false and the error where it cannot be looked at.</summary>
    internal static bool TryStat(SafeHandle directory, string name, int flags, out FileStat stat, out int errno)
    {
        var succeeded = LibC.Statx(directory, name, flags, LibC.StatxBasic, out var raw) == 0;
        errno = succeeded ? 0 : Marshal.GetLastPInvokeError();
        stat = succeeded ? Of(raw) : default;
        return succeeded;
    }

    /// <summary>A name as its UTF-8 bytes, not following a link.</summary>
    // What a scan does most: nothing is cleared that is written to anyway.
    [SkipLocalsInit]
    internal static bool TryStat(SafeHandle directory, ReadOnlySpan<byte> name, out FileStat stat, out int errno)
    {
        fixed (byte* bytes = Terminated(name, stackalloc byte[ShortName]))
        {
            bool succeeded;
            if (IsX64)
            {
                Buffer raw;
                succeeded = LibC.NewFStatAt(NewFStatAtX64, directory, bytes, &raw, LibC.AtSymlinkNoFollow) == 0;
                stat = succeeded ? Of(raw) : default;
            }
            else
            {
                LibC.StatxBuffer raw;
                succeeded = LibC.Statx(directory, bytes, LibC.AtSymlinkNoFollow, LibC.StatxBasic, &raw) == 0;
                stat = succeeded ? Of(raw) : default;
            }
            errno = succeeded ? 0 : Marshal.GetLastPInvokeError();
            return succeeded;
        }
    }

    private static FileStat Of(in LibC.StatxBuffer raw) => new(
        KindOf(raw.Mode), (uint)raw.Mode & 0xFFF, (long)raw.Size, raw.Modified.TotalNanoseconds, raw.Changed.TotalNanoseconds,
        raw.Inode, Device(raw.DeviceMajor, raw.DeviceMinor), raw.Owner, raw.Group, raw.LinkCount);

    private static FileStat Of(in Buffer raw) => new(
        KindOf(raw.Mode), raw.Mode & 0xFFF, raw.Size, raw.Modified.TotalNanoseconds, raw.Changed.TotalNanoseconds,
        raw.Inode, Device((uint)((raw.Device >> 8) & 0xFFF | (raw.Device >> 32) & ~0xFFFul), (uint)(raw.Device & 0xFF | (raw.Device >> 12) & ~0xFFul)),
        raw.Owner, raw.Group, (uint)raw.LinkCount);

    private static ulong Device(uint major, uint minor) => ((ulong)major << 32) | minor;

    private static FileKind KindOf(uint mode) => (mode & 0xF000) switch
    {
        0x8000 => FileKind.File,
        0x4000 => FileKind.Directory,
        0xA000 => FileKind.Symlink,
        _ => FileKind.Other,
    };

    private static Span<byte> Terminated(ReadOnlySpan<byte> name, Span<byte> buffer)
    {
        if (name.Length >= buffer.Length)
            buffer = new byte[name.Length + 1];
        name.CopyTo(buffer);
        buffer[name.Length] = 0;
        return buffer;
    }

    // struct stat of the kernel on x64.
    [StructLayout(LayoutKind.Sequential, Size = 144)]
    internal struct Buffer
    {
        internal ulong Device, Inode, LinkCount;
        internal uint Mode, Owner, Group, Padding;
        internal ulong RawDevice;
        internal long Size, BlockSize, Blocks;
        internal LibC.TimeSpec Accessed, Modified, Changed;
    }
}
