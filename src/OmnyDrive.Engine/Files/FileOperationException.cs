using OmnyDrive.Errors;

namespace OmnyDrive.Engine.Files;

/// <summary>Why the operating system refused a file operation, as far as the engine acts on it.</summary>
internal enum FileError
{
    NotFound,
    Exists,
    NotEmpty,
    NotADirectory,
    Permission,
    NoSpace,
    CrossDevice,
    Loop,
    NotSupported,
    Io,
}

/// <summary>A file operation failed. Never swallowed: it becomes a problem of one path, a rollback, or the end of the command.</summary>
internal sealed class FileOperationException(FileError error, string operation, string path, string reason, string? hint = null)
    : DriveException(CodeOf(error), $"Cannot {operation} \"{path}\": {reason}.", hint ?? HintOf(error))
{
    internal FileError Error { get; } = error;

    /// <summary>The operating system's words alone, for a message that names the path itself.</summary>
    internal string Reason { get; } = reason;

    private static string CodeOf(FileError error) => error switch
    {
        FileError.NoSpace => ErrorCode.NoSpace,
        FileError.NotSupported => ErrorCode.NotSupported,
        _ => ErrorCode.Io,
    };

    private static string? HintOf(FileError error) => error switch
    {
        FileError.NoSpace => "Free some space on that file system and run the command again.",
        FileError.Permission => "Check who owns it and its permissions.",
        FileError.NotSupported => "Mounts and writable drives need Linux and a local file system, such as ext4, xfs or btrfs. Elsewhere, publish read-only what is to be shared.",
        _ => null,
    };
}
