using System.Net;
using System.Net.Sockets;
using OmnyDrive.Errors;

namespace OmnyDrive.Engine.Hubs;

// What a hub accepts from endpoints before it remembers it.
internal static class HubInput
{
    private const int MaxDisplayName = 200;
    private const int MaxServeUrl = 2048;
    private const int MaxProvider = 32;
    private const int MaxSecret = 256;

    // The metadata services of clouds that have a name, or an address that is not link-local.
    private static readonly HashSet<string> MetadataHosts = new(StringComparer.OrdinalIgnoreCase) { "metadata.google.internal", "metadata", "fd00:ec2::254", "100.100.100.200" };

    public static string DisplayName(string name) => name.Trim() is { Length: > 0 and <= MaxDisplayName } trimmed && !trimmed.Any(char.IsControl)
        ? trimmed
        : throw DriveException.Invalid($"A display name has 1 to {MaxDisplayName} characters and no control characters.", "Choose another: omnydrive login --name NAME");

    public static string Provider(string provider) =>
        provider.Length is > 0 and <= MaxProvider && provider.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-')
            ? provider
            : throw DriveException.Invalid("A kind of drive is 1 to 32 of a-z, 0-9 and -, such as directory.");

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
        // A peer that dials such an address would talk to its own cloud's metadata service, or to whoever shares its cable.
        if (IsForbidden(uri.DnsSafeHost.TrimEnd('.')))
            throw DriveException.Invalid($"The serve URL names {uri.Host}, an address that peers must not dial.", Hint);
        return url;
    }

    private static bool IsForbidden(string host)
    {
        if (host.Length == 0 || MetadataHosts.Contains(host))
            return true;
        if (!IPAddress.TryParse(host, out var address))
            return false;
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        return address.AddressFamily == AddressFamily.InterNetworkV6
            ? address.IsIPv6LinkLocal || address.IsIPv6Multicast || address.Equals(IPAddress.IPv6Any)
            : IsForbiddenV4(address.GetAddressBytes());
    }

    private static bool IsForbiddenV4(byte[] address) => address[0] == 0 || address is [169, 254, ..] || address[0] >= 224;
}
