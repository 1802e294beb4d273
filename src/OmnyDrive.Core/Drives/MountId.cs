using OmnyDrive.Errors;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Drives;

/// <summary>The id of a mount: <c>m-</c> and 12 hexadecimal digits, drawn at random when the clone begins.</summary>
public readonly record struct MountId
{
    private const string Prefix = "m-";
    private const int Digits = 12;

    private readonly string? _value;

    private MountId(string value) => _value = value;

    /// <summary>The id as text; empty only for <c>default</c>.</summary>
    public string Value => _value ?? "";

    /// <summary>Makes an id of random bytes that the caller drew; the first six count.</summary>
    public static MountId FromRandom(ReadOnlySpan<byte> random) => new(Prefix + Convert.ToHexStringLower(random[..(Digits / 2)]));

    /// <summary>Reads an id; throws <see cref="DriveException"/> <c>invalid</c> where it is malformed.</summary>
    public static MountId Parse(string text) => TryParse(text, out var id)
        ? id
        : throw DriveException.Invalid($"\"{Printable.Of(text)}\" is not a mount id.", "A mount id looks like m-0123456789ab; see: omnydrive mounts");

    /// <summary>Reads an id; false where it is malformed.</summary>
    public static bool TryParse(string? text, out MountId id)
    {
        var valid = text is { Length: 14 } && text.StartsWith(Prefix, StringComparison.Ordinal) && Hash256.IsLowerHex(text.AsSpan(Prefix.Length));
        id = valid ? new MountId(text!) : default;
        return valid;
    }

    /// <inheritdoc/>
    public override string ToString() => Value;
}
