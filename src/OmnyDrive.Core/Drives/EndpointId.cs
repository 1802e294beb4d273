using OmnyDrive.Errors;

namespace OmnyDrive.Drives;

/// <summary>The id of a device: <c>[a-z0-9][a-z0-9_-]{0,63}</c>, unique at its hub.</summary>
public readonly record struct EndpointId
{
    private const string Punctuation = "_-";
    private const int MaxLength = 64;

    private readonly string? _value;

    private EndpointId(string value) => _value = value;

    /// <summary>The id as text; empty only for <c>default</c>.</summary>
    public string Value => _value ?? "";

    /// <summary>Reads an id; throws <see cref="DriveException"/> <c>invalid</c> where it is malformed.</summary>
    public static EndpointId Parse(string text) => TryParse(text, out var id)
        ? id
        : throw DriveException.Invalid($"\"{Printable.Of(text)}\" is not an endpoint id.", "An endpoint id is 1 to 64 of a-z, 0-9, _ and -, and begins with a letter or digit, such as alpha.");

    /// <summary>Reads an id; false where it is malformed.</summary>
    public static bool TryParse(string? text, out EndpointId id)
    {
        var valid = text is not null && Slug.IsValid(text, Punctuation, MaxLength);
        id = valid ? new EndpointId(text!) : default;
        return valid;
    }

    /// <summary>The id that a person's name for a device becomes (<c>My Laptop</c> → <c>my-laptop</c>).</summary>
    public static EndpointId FromName(string name) => Parse(Slug.Of(name, Punctuation, MaxLength));

    /// <inheritdoc/>
    public override string ToString() => Value;
}
