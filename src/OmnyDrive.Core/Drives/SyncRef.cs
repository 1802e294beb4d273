using OmnyDrive.Errors;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Drives;

/// <summary>
/// What a sync reconciles against: the root hash of a directory snapshot (<c>dir:&lt;64 hex&gt;</c>) or a git commit (<c>git:&lt;sha&gt;</c>).
/// Two equal refs name the same content.
/// </summary>
public readonly record struct SyncRef
{
    private const string DirectoryPrefix = "dir:";
    private const string GitPrefix = "git:";

    private readonly string? _text;

    private SyncRef(string text) => _text = text;

    /// <summary>The ref of a directory snapshot.</summary>
    public static SyncRef OfTree(Hash256 root) => new(DirectoryPrefix + root);

    /// <summary>The ref of a git commit, 40 or 64 hexadecimal digits.</summary>
    public static SyncRef OfCommit(string sha) => Parse(GitPrefix + sha);

    /// <summary>Whether this is the ref of a directory snapshot.</summary>
    public bool IsTree => _text?.StartsWith(DirectoryPrefix, StringComparison.Ordinal) == true;

    /// <summary>The root hash; throws <see cref="DriveException"/> <c>invalid</c> where the ref is not one of a directory snapshot.</summary>
    public Hash256 Tree => IsTree ? Hash256.Parse(_text.AsSpan(DirectoryPrefix.Length)) : throw DriveException.Invalid($"{this} is not the ref of a directory snapshot.");

    /// <summary>Reads a ref; throws <see cref="DriveException"/> <c>invalid</c> where it is malformed.</summary>
    public static SyncRef Parse(string text) => TryParse(text, out var value)
        ? value
        : throw DriveException.Invalid($"\"{Printable.Of(text)}\" is not a ref.", "A ref is dir: and 64 hexadecimal digits, or git: and a commit.");

    /// <summary>Reads a ref; false where it is malformed.</summary>
    public static bool TryParse(string? text, out SyncRef value)
    {
        value = default;
        if (text is null || !IsWellFormed(text))
            return false;
        value = new SyncRef(text);
        return true;
    }

    private static bool IsWellFormed(string text)
    {
        var digits = text.AsSpan(Math.Min(DirectoryPrefix.Length, text.Length));
        if (!Hash256.IsLowerHex(digits))
            return false;
        return text.StartsWith(DirectoryPrefix, StringComparison.Ordinal) ? digits.Length == 64
            : text.StartsWith(GitPrefix, StringComparison.Ordinal) && digits.Length is 40 or 64;
    }

    /// <inheritdoc/>
    public override string ToString() => _text ?? "";
}
