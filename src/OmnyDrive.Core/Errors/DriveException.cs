namespace OmnyDrive.Errors;

/// <summary>
/// An environment that does not allow what was asked: a stable <see cref="Code"/>, a message that names what happened
/// and to what, and a hint with the next step. Expected outcomes (a conflict, a problem, a halt) are values, not exceptions.
/// </summary>
public class DriveException : Exception
{
    /// <summary>One of <see cref="ErrorCode"/>.</summary>
    public string Code { get; }

    /// <summary>What the user can do next, or null when the message already says it.</summary>
    public string? Hint { get; }

    /// <summary>Makes an exception with a stable code.</summary>
    public DriveException(string code, string message, string? hint = null, Exception? inner = null)
        : base(message, inner)
    {
        Code = code;
        Hint = hint;
    }

    /// <summary>A malformed value given by a user or a peer.</summary>
    public static DriveException Invalid(string message, string? hint = null) => new(ErrorCode.Invalid, message, hint);

    /// <summary>A peer broke the protocol.</summary>
    public static DriveException Protocol(string message) => new(ErrorCode.Protocol, message);
}
