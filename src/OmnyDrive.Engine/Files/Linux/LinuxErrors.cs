using System.Runtime.InteropServices;

namespace OmnyDrive.Engine.Files.Linux;

/// <summary>Turns errno into what the engine acts on.</summary>
internal static class LinuxErrors
{
    internal static FileOperationException Last(string operation, string path) => Of(Marshal.GetLastPInvokeError(), operation, path);

    internal static FileOperationException Of(int errno, string operation, string path) =>
        new(Kind(errno), operation, path, Marshal.GetPInvokeErrorMessage(errno));

    private static FileError Kind(int errno) => errno switch
    {
        LibC.ENOENT => FileError.NotFound,
        LibC.EEXIST => FileError.Exists,
        LibC.ENOTEMPTY => FileError.NotEmpty,
        LibC.ENOTDIR => FileError.NotADirectory,
        LibC.EPERM or LibC.EACCES or LibC.EROFS => FileError.Permission,
        LibC.ENOSPC or LibC.EDQUOT => FileError.NoSpace,
        LibC.EXDEV => FileError.CrossDevice,
        LibC.ELOOP => FileError.Loop,
        LibC.EOPNOTSUPP or LibC.ENOSYS or LibC.EINVAL => FileError.NotSupported,
        _ => FileError.Io,
    };
}
