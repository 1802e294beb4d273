using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace OmnyDrive.Engine.Files.Linux;

/// <summary>Copies extended attributes between open files.</summary>
internal static unsafe class LinuxAttributes
{
    // The kernel's own limits for the list of names and for one value.
    private const int Most = 64 << 10;

    /// <summary>Whether what is open has an attribute, whose name ends with a zero.</summary>
    internal static bool Has(SafeFileHandle file, ReadOnlySpan<byte> name, string path)
    {
        fixed (byte* first = name)
        {
            if (LibC.FGetXattr(file, first, null, 0) >= 0)
                return true;
        }
        var errno = Marshal.GetLastPInvokeError();
        return IsNotOffered(errno) ? false : throw LinuxErrors.Of(errno, "look at an attribute of", path);
    }

    internal static void Copy(SafeFileHandle from, SafeFileHandle to, string path)
    {
        var length = LibC.FListXattr(from, null, 0);
        if (length == 0 || (length < 0 && IsNotOffered(Marshal.GetLastPInvokeError())))
            return;
        var list = new byte[Most];
        var value = new byte[Most];
        fixed (byte* all = list, bytes = value)
        {
            length = LibC.FListXattr(from, all, Most);
            if (length < 0)
                throw LinuxErrors.Last("list the attributes of a file in", path);
            for (var name = all; name < all + length; name += MemoryMarshal.CreateReadOnlySpanFromNullTerminated(name).Length + 1)
            {
                if (MayBeCopied(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(name)))
                    Copy(from, to, name, bytes, path);
            }
        }
    }

    private static void Copy(SafeFileHandle from, SafeFileHandle to, byte* name, byte* value, string path)
    {
        var size = LibC.FGetXattr(from, name, value, Most);
        if (size >= 0 && LibC.FSetXattr(to, name, value, (nuint)size, 0) == 0)
            return;
        var errno = Marshal.GetLastPInvokeError();
        if (!IsNotOffered(errno))
            throw LinuxErrors.Of(errno, "copy an attribute of a file in", path);
    }

    // Capabilities and integrity marks belong to the old content.
    private static bool MayBeCopied(ReadOnlySpan<byte> name) =>
        !name.StartsWith("trusted."u8) && !name.SequenceEqual("security.capability"u8)
        && !name.SequenceEqual("security.ima"u8) && !name.SequenceEqual("security.evm"u8);

    private static bool IsNotOffered(int errno) => errno is LibC.EOPNOTSUPP or LibC.EPERM or LibC.EACCES or LibC.ENODATA;
}
