using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace OmnyDrive.Engine.Files.Linux;

/// <summary>Copies bytes between open files inside the kernel, which may share them instead (btrfs, xfs) or let a server copy (NFS).</summary>
internal static unsafe class LinuxCopying
{
    private const long AtOnce = 1 << 30;

    /// <summary>
    /// How many of the bytes the kernel copied. Fewer where it cannot (across file systems, before Linux 5.3), and at the end of the file; it says 0 for both on some
    /// special files, so whoever needs the rest reads on.
    /// </summary>
    internal static long Copy(SafeFileHandle from, long offset, SafeFileHandle to, long toOffset, long length, string path)
    {
        var start = offset;
        var end = offset + length;
        while (offset < end)
        {
            var copied = LibC.CopyFileRange(from, &offset, to, &toOffset, (nuint)Math.Min(end - offset, AtOnce), 0);
            if (copied == 0)
                break;
            if (copied > 0)
                continue;
            var errno = Marshal.GetLastPInvokeError();
            if (IsNotOffered(errno))
                break;
            if (errno != LibC.EINTR)
                throw LinuxErrors.Of(errno, "copy a file into", path);
        }
        return offset - start;
    }

    // EPERM is what a sandbox says of calls that it does not know.
    private static bool IsNotOffered(int errno) => errno is LibC.EXDEV or LibC.EOPNOTSUPP or LibC.EINVAL or LibC.ENOSYS or LibC.EPERM;
}
