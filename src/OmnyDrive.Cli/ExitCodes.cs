using OmnyDrive.Errors;

namespace OmnyDrive.Cli;

/// <summary>What the exit codes mean, and which error ends in which.</summary>
public static class ExitCodes
{
    /// <summary>Done.</summary>
    public const int Ok = 0;
    /// <summary>Something failed.</summary>
    public const int Failed = 1;
    /// <summary>A value given is malformed, or a place does not fit.</summary>
    public const int Validation = 2;
    /// <summary>There is no such drive, mount or path.</summary>
    public const int NotFound = 3;
    /// <summary>The hub or a peer rejected who this is.</summary>
    public const int Unauthorized = 4;
    /// <summary>Known, but not allowed.</summary>
    public const int AccessDenied = 5;
    /// <summary>Both sides changed; nothing was applied.</summary>
    public const int Conflict = 6;
    /// <summary>Another command works on the same mount.</summary>
    public const int LockHeld = 7;
    /// <summary>A brake halted what looks like an accident.</summary>
    public const int Halted = 8;
    /// <summary>The command line is wrong.</summary>
    public const int Usage = 64;
    /// <summary>The user interrupted the command.</summary>
    public const int Interrupted = 130;

    /// <summary>The exit code of an <see cref="ErrorCode"/>; <see cref="Failed"/> for one that has no exit code of its own.</summary>
    public static int Of(string errorCode) => errorCode switch
    {
        ErrorCode.Invalid or ErrorCode.DestinationNotEmpty or ErrorCode.Nested => Validation,
        ErrorCode.DriveNotFound or ErrorCode.MountNotFound or ErrorCode.PathNotFound or ErrorCode.CredentialNotFound => NotFound,
        ErrorCode.Unauthorized => Unauthorized,
        ErrorCode.AccessDenied or ErrorCode.ReadOnly => AccessDenied,
        ErrorCode.Conflict => Conflict,
        ErrorCode.LockHeld => LockHeld,
        ErrorCode.Halted or ErrorCode.RootMissing => Halted,
        ErrorCode.Usage => Usage,
        ErrorCode.Interrupted => Interrupted,
        _ => Failed,
    };
}
