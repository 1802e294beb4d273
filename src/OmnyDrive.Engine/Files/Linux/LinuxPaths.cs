using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace OmnyDrive.Engine.Files.Linux;

/// <summary>
/// Opens directories by paths below another. The kernel keeps to the tree (openat2: beneath, no links, no other mount); before Linux 5.6, or where a
/// sandbox forbids that call, each name is opened by itself, which sees other file systems but not a bind mount of the same one.
/// </summary>
internal static unsafe class LinuxPaths
{
    // The kernel takes paths below 4,096 bytes; longer ones are opened in pieces.
    private const int Longest = 4000;
    private const int Attempts = 100;

    private static volatile bool _isMissing;

    /// <summary>The directory at <paramref name="path"/>; <paramref name="name"/> is that of <paramref name="from"/>, for messages.</summary>
    internal static SafeFileHandle OpenDirectory(SafeFileHandle from, ReadOnlySpan<byte> path, string name)
    {
        if (path.IsEmpty)
            path = "."u8;
        var at = from;
        try
        {
            while (true)
            {
                var piece = Piece(path);
                var next = OpenPiece(at, piece, name);
                if (at != from)
                    at.Dispose();
                at = next;
                if (piece.Length == path.Length)
                    return next;
                path = path[(piece.Length + 1)..];
            }
        }
        catch when (at != from)
        {
            at.Dispose();
            throw;
        }
    }

    private static ReadOnlySpan<byte> Piece(ReadOnlySpan<byte> path) => path.Length < Longest ? path : path[..path[..Longest].LastIndexOf((byte)'/')];

    [System.Runtime.CompilerServices.SkipLocalsInit]
    private static SafeFileHandle OpenPiece(SafeFileHandle from, ReadOnlySpan<byte> path, string name)
    {
        var how = new LibC.OpenHow
        {
            Flags = (ulong)(uint)(LibC.ReadOnly | LibC.Directory | LibC.NoFollow | LibC.CloseOnExec),
            Resolve = LibC.ResolveBeneath | LibC.ResolveNoSymlinks | LibC.ResolveNoMagicLinks | LibC.ResolveNoXDev,
        };
        Span<byte> terminated = stackalloc byte[path.Length + 1];
        path.CopyTo(terminated);
        terminated[path.Length] = 0;
        fixed (byte* bytes = terminated)
        {
            for (var attempt = 0; !_isMissing; attempt++)
            {
                var fd = LibC.OpenAt2(LibC.OpenAt2Number, from, bytes, &how, sizeof(LibC.OpenHow));
                if (fd >= 0)
                    return new SafeFileHandle(fd, ownsHandle: true);
                var errno = Marshal.GetLastPInvokeError();
                // Something was renamed on the way while the kernel looked.
                if (errno == LibC.EAGAIN && attempt < Attempts)
                    continue;
                if (errno is not (LibC.ENOSYS or LibC.EPERM) || IsThere())
                    throw LinuxErrors.Of(errno, "open the directory", $"{name}/{ListedName.Of(path).Name}");
                _isMissing = true;
            }
        }
        return OpenByNames(from, path, name);
    }

    // A sandbox that forbids the call forbids it for every directory.
    private static bool IsThere()
    {
        var how = new LibC.OpenHow { Flags = (ulong)(uint)(LibC.ReadOnly | LibC.Directory | LibC.CloseOnExec) };
        using var here = new SafeFileHandle(LibC.AtFdCwd, ownsHandle: false);
        fixed (byte* root = "/\0"u8)
        {
            var fd = LibC.OpenAt2(LibC.OpenAt2Number, here, root, &how, sizeof(LibC.OpenHow));
            using var opened = new SafeFileHandle(fd, ownsHandle: true);
            return fd >= 0;
        }
    }

    internal static SafeFileHandle OpenByNames(SafeFileHandle from, ReadOnlySpan<byte> path, string name)
    {
        var at = from;
        var device = Device(from, name);
        foreach (var range in path.Split((byte)'/'))
        {
            var part = ListedName.Of(path[range]).Name;
            var fd = LibC.OpenAt(at, part, LibC.ReadOnly | LibC.Directory | LibC.NoFollow | LibC.CloseOnExec, 0);
            var errno = Marshal.GetLastPInvokeError();
            if (at != from)
                at.Dispose();
            name = $"{name}/{part}";
            if (fd < 0)
                throw LinuxErrors.Of(errno, "open the directory", name);
            at = new SafeFileHandle(fd, ownsHandle: true);
            if (Device(at, name) != device)
            {
                at.Dispose();
                throw LinuxErrors.Of(LibC.EXDEV, "open the directory", name);
            }
        }
        return at;
    }

    private static ulong Device(SafeFileHandle directory, string name) =>
        LinuxStat.TryStat(directory, "", LibC.AtEmptyPath, out var stat, out var errno) ? stat.Device : throw LinuxErrors.Of(errno, "look at", name);
}
