using System.Net;
using System.Net.Sockets;

namespace OmnyDrive.Engine.Hubs;

/// <summary>Hosts that nobody may make a peer dial: there it would talk to its own cloud's metadata service, or to whoever shares its cable.</summary>
internal static class ForbiddenHosts
{
    // The metadata services of clouds that have a name, or an address that is not link-local.
    private static readonly HashSet<string> MetadataHosts = new(StringComparer.OrdinalIgnoreCase) { "metadata.google.internal", "metadata.goog", "metadata", "instance-data" };
    private static readonly HashSet<IPAddress> MetadataAddresses = [IPAddress.Parse("fd00:ec2::254"), IPAddress.Parse("100.100.100.200")];

    /// <summary>Whether a name or an address is one; an IPv6 address may be in brackets.</summary>
    internal static bool Contains(string name)
    {
        var host = name.TrimEnd('.').Trim('[', ']');
        if (host.Length == 0 || MetadataHosts.Contains(host))
            return true;
        if (!IPAddress.TryParse(host, out var address))
            return false;
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        if (MetadataAddresses.Contains(address))
            return true;
        return address.AddressFamily == AddressFamily.InterNetworkV6
            ? address.IsIPv6LinkLocal || address.IsIPv6Multicast || address.Equals(IPAddress.IPv6Any)
            : IsForbiddenV4(address.GetAddressBytes());
    }

    private static bool IsForbiddenV4(byte[] address) => address[0] == 0 || address is [169, 254, ..] || address[0] >= 224;
}
