using OmnyDrive.Errors;

namespace OmnyDrive.Drives;

/// <summary>The id of a drive: <c>&lt;endpoint&gt;/&lt;name&gt;</c>, the name being <c>[a-z0-9][a-z0-9_.-]{0,99}</c>.</summary>
public readonly record struct DriveId
{
    private const string Punctuation = "_.-";
    private const int MaxNameLength = 100;

    /// <summary>The endpoint that publishes the drive.</summary>
    public EndpointId Endpoint { get; }

    /// <summary>The name of the drive at its endpoint.</summary>
    public string Name { get; }

    private DriveId(EndpointId endpoint, string name) => (Endpoint, Name) = (endpoint, name);

    /// <summary>Puts an id together; throws <see cref="DriveException"/> <c>invalid</c> where the name is malformed.</summary>
    public static DriveId Of(EndpointId endpoint, string name) => Slug.IsValid(name, Punctuation, MaxNameLength)
        ? new DriveId(endpoint, name)
        : throw DriveException.Invalid($"\"{Printable.Of(name)}\" is not a drive name.", "A drive name is 1 to 100 of a-z, 0-9, _, . and -, and begins with a letter or digit, such as docs.");

    /// <summary>Reads an id; throws <see cref="DriveException"/> <c>invalid</c> where it is malformed.</summary>
    public static DriveId Parse(string text) => TryParse(text, out var id)
        ? id
        : throw DriveException.Invalid($"\"{Printable.Of(text)}\" is not a drive id.", "A drive id is <endpoint>/<name>, all in lower case, such as alpha/docs; see: omnydrive drives");

    /// <summary>Reads an id; false where it is malformed.</summary>
    public static bool TryParse(string? text, out DriveId id)
    {
        id = default;
        var slash = text?.IndexOf('/') ?? -1;
        if (slash < 0 || !EndpointId.TryParse(text![..slash], out var endpoint) || !Slug.IsValid(text.AsSpan(slash + 1), Punctuation, MaxNameLength))
            return false;
        id = new DriveId(endpoint, text[(slash + 1)..]);
        return true;
    }

    /// <summary>The drive name that a person's name for it becomes (<c>My Docs</c> → <c>my-docs</c>); <c>drive</c> where nothing usable is left.</summary>
    public static string NameFrom(string text)
    {
        var slug = Slug.Of(text, Punctuation, MaxNameLength);
        return slug.Length == 0 ? "drive" : slug;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Endpoint}/{Name}";
}
