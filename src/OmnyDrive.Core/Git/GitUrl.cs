using System.Globalization;
using OmnyDrive.Errors;

namespace OmnyDrive.Git;

/// <summary>
/// Where a repository lies on some server, as git takes it: <c>https://HOST/PATH</c>, <c>http://HOST/PATH</c>, <c>ssh://[USER@]HOST/PATH</c> or <c>[USER@]HOST:PATH</c>. It goes to the hub and to peers, so it holds
/// no secret; and nothing in it is taken for an option, a command or another protocol. See git-clone(1), "GIT URLS".
/// </summary>
public sealed record GitUrl
{
    private const int MaxLength = 2048;
    private const string Hint = "Such a URL is https://HOST/PATH, ssh://git@HOST/PATH or git@HOST:PATH.";

    private static readonly (string Scheme, int Port)[] Schemes = [("https", 443), ("http", 80), ("ssh", 22)];

    private GitUrl(string text, string scheme, string? user, string host, int port, string path) =>
        (Text, Scheme, User, Host, Port, Path) = (text, scheme, user, host, port, path);

    /// <summary>The URL as it was given.</summary>
    public string Text { get; }

    /// <summary>How git gets there: <c>https</c>, <c>http</c> or <c>ssh</c>.</summary>
    public string Scheme { get; }

    /// <summary>As whom by ssh; null where that is left to ssh, and with the other schemes.</summary>
    public string? User { get; }

    /// <summary>The server, in lower case; an IPv6 address in brackets.</summary>
    public string Host { get; }

    /// <summary>The port, also where the URL leaves it to the scheme.</summary>
    public int Port { get; }

    /// <summary>The path at the server.</summary>
    public string Path { get; }

    /// <summary>Whether ssh is what moves the commits.</summary>
    public bool IsSsh => Scheme == "ssh";

    /// <summary>The server as credentials are kept for it: with the port where it is not that of the scheme.</summary>
    public string Server => Port == Schemes.First(known => known.Scheme == Scheme).Port ? Host : string.Create(CultureInfo.InvariantCulture, $"{Host}:{Port}");

    /// <summary>What people call the repository: the last part of the path, without <c>.git</c>.</summary>
    public string Name => NameOf(Path);

    /// <summary>The last part of a path, without <c>.git</c>.</summary>
    public static string NameOf(string path)
    {
        var last = path.TrimEnd('/').Split('/')[^1];
        return last.EndsWith(".git", StringComparison.Ordinal) && last.Length > ".git".Length ? last[..^".git".Length] : last;
    }

    /// <summary>Whether git would take a text for a URL, good or bad, and not for a path: it names a scheme, a helper or a server.</summary>
    public static bool IsMeant(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        // One letter before it is a drive of Windows.
        return colon > 1 && !text.AsSpan(0, colon).Contains('/');
    }

    /// <summary>Reads a URL; throws <see cref="DriveException"/> <c>invalid</c> where git would not go there, or must not.</summary>
    public static GitUrl Parse(string text)
    {
        if (text.Length > MaxLength)
            throw DriveException.Invalid($"The URL of the repository has more than {MaxLength} characters.", Hint);
        if (text.Any(c => c is <= ' ' or > '~' or '\\' or '"' or '\''))
            throw Bad(text, "it has a character that a URL cannot have");
        if (text.StartsWith('-'))
            throw Bad(text, "it begins like an option");
        var scheme = text.IndexOf("://", StringComparison.Ordinal);
        if (scheme < 0)
            return OfScp(text);
        var name = text[..scheme].ToLowerInvariant();
        // Git knows them in lower case only.
        return Schemes.Any(known => known.Scheme == name) ? OfScheme(name + text[scheme..], name, text[(scheme + 3)..]) : throw Bad(text, $"\"{Printable.Of(name)}\" is not a protocol that is spoken here");
    }

    private static GitUrl OfScp(string text)
    {
        var colon = text.StartsWith('[') || text.Contains("@[", StringComparison.Ordinal) ? text.IndexOf("]:", StringComparison.Ordinal) + 1 : text.IndexOf(':', StringComparison.Ordinal);
        if (colon <= 0 || text.AsSpan(0, colon).Contains('/'))
            throw Bad(text, "it names no server");
        if (text[(colon + 1)..].StartsWith(':'))
            throw Bad(text, "it names a program instead of a server");
        var (user, host) = WithUser(text, text[..colon]);
        return Checked(text, "ssh", user, host, null, text[(colon + 1)..]);
    }

    private static GitUrl OfScheme(string text, string scheme, string rest)
    {
        var slash = rest.IndexOf('/', StringComparison.Ordinal);
        if (slash <= 0)
            throw Bad(text, "it names no repository");
        var (user, server) = WithUser(text, rest[..slash]);
        if (user is not null && scheme != "ssh")
            throw DriveException.Invalid("The URL of the repository holds a user name, or worse, a password; all who see the drive would read it.", "Leave it out, and keep it for this machine alone: omnydrive credential add HOST --pat");
        var colon = server.LastIndexOf(':');
        var port = colon > server.LastIndexOf(']') ? server[(colon + 1)..] : null;
        return Checked(text, scheme, user, port is null ? server : server[..colon], port, rest[slash..]);
    }

    private static (string? User, string Host) WithUser(string text, string server)
    {
        var at = server.LastIndexOf('@');
        if (at < 0)
            return (null, server);
        var user = server[..at];
        if (user.Contains(':', StringComparison.Ordinal))
            throw DriveException.Invalid("The URL of the repository holds a password; all who see the drive would read it.", "Leave it out, and keep it for this machine alone: omnydrive credential add HOST --pat");
        return user.Length > 0 && user[0] != '-' && user.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.')
            ? (user, server[(at + 1)..])
            : throw Bad(text, "its user name is none");
    }

    private static GitUrl Checked(string text, string scheme, string? user, string host, string? port, string path)
    {
        var known = CanonicalHost(host) ?? throw Bad(text, "its server has no name that one can have");
        var number = Schemes.First(by => by.Scheme == scheme).Port;
        if (port is not null && (!int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out number) || number is 0 or > ushort.MaxValue))
            throw Bad(text, "its port is none");
        if (path.Trim('/').Length == 0)
            throw Bad(text, "it names no repository");
        if (path.TrimStart('/').StartsWith('-') || path.AsSpan().ContainsAny('?', '#') || HoldsCodedControl(path))
            throw Bad(text, "its path is one that no repository should have");
        return new GitUrl(text, scheme, user, known, number, path);
    }

    // As everybody else writes it: an address has many spellings, and what stands in brackets may be anything to ssh.
    private static string? CanonicalHost(string host)
    {
        var isHost = host.StartsWith('[')
            ? host[^1] == ']' && Uri.CheckHostName(host[1..^1]) == UriHostNameType.IPv6 && host[1..^1].All(c => char.IsAsciiHexDigit(c) || c is ':' or '.')
            : host.Length is > 0 and <= 253 && host[0] is not ('-' or '.') && host.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_');
        return isHost && Uri.TryCreate($"http://{host}/", UriKind.Absolute, out var url) ? url.Host : null;
    }

    // What a server decodes into the end of a line could begin another one of what is said to a helper.
    private static bool HoldsCodedControl(string path)
    {
        for (var at = path.IndexOf('%', StringComparison.Ordinal); at >= 0; at = path.IndexOf('%', at + 1))
        {
            if (at + 2 >= path.Length || !byte.TryParse(path.AsSpan(at + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value) || value is < 0x20 or 0x7F)
                return true;
        }
        return false;
    }

    private static DriveException Bad(string text, string why) => DriveException.Invalid($"\"{Printable.Of(WithoutUser(text))}\" is not a URL of a repository: {why}.", Hint);

    // It may be a secret, whatever else is wrong.
    private static string WithoutUser(string text)
    {
        var at = text.LastIndexOf('@');
        var start = text.IndexOf("://", StringComparison.Ordinal) is >= 0 and var scheme && scheme < at ? scheme + 3 : 0;
        return at < 0 ? text : $"{text[..start]}…{text[at..]}";
    }

    /// <inheritdoc/>
    public override string ToString() => Text;
}
