using OmnyDrive.Drives;
using OmnyDrive.Errors;
using OmnyDrive.Git;

namespace OmnyDrive.Engine.Hubs;

// What a hub accepts from endpoints before it remembers it.
internal static class HubInput
{
    private const int MaxDisplayName = 200;
    private const int MaxServeUrl = 2048;
    private const int MaxProvider = 32;
    private const int MaxSecret = 256;

    public static string DisplayName(string name) => name.Trim() is { Length: > 0 and <= MaxDisplayName } trimmed && !trimmed.Any(char.IsControl)
        ? trimmed
        : throw DriveException.Invalid($"A display name has 1 to {MaxDisplayName} characters and no control characters.", "Choose another: omnydrive login --name NAME");

    public static string Provider(string provider) =>
        provider.Length is > 0 and <= MaxProvider && provider.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-')
            ? provider
            : throw DriveException.Invalid("A kind of drive is 1 to 32 of a-z, 0-9 and -, such as directory.");

    /// <summary>Where a drive lies that its endpoint does not serve. Only git drives do.</summary>
    public static DriveRemote Remote(string provider, DriveRemote remote)
    {
        if (provider != ProviderNames.Git)
            throw DriveException.Invalid("Only a git drive lies elsewhere than at its endpoint.");
        if (ForbiddenHosts.Contains(GitUrl.Parse(remote.Url).Host))
            throw DriveException.Invalid("The URL of the repository names an address that peers must not dial.", "Give the address under which everybody reaches the repository.");
        return remote with { ProtectedBranches = remote.ProtectedBranches is { } names ? ProtectedBranches.Checked(names) : null };
    }

    // A secret that the hub did not make; it is cut short so that hashing it costs what hashing any secret costs.
    public static string Secret(string secret) => secret.Length <= MaxSecret ? secret : secret[..MaxSecret];

    public static string ServeUrl(string url)
    {
        const string Hint = "Give the address under which others reach this endpoint: omnydrive login --serve-url http://HOST:8080";
        if (url.Length > MaxServeUrl)
            throw DriveException.Invalid($"The serve URL has more than {MaxServeUrl} characters.", Hint);
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") || url.Any(char.IsControl))
            throw DriveException.Invalid("The serve URL is not an absolute http or https URL.", Hint);
        if (uri.UserInfo.Length > 0 || uri.Query.Length > 0 || uri.Fragment.Length > 0)
            throw DriveException.Invalid("The serve URL holds a user name, a query or a fragment.", Hint);
        if (ForbiddenHosts.Contains(uri.DnsSafeHost))
            throw DriveException.Invalid($"The serve URL names {uri.Host}, an address that peers must not dial.", Hint);
        return url;
    }
}
