using System.Net;
using System.Net.Sockets;
using OmnyDrive.Errors;

namespace OmnyDrive.Server;

/// <summary>Where a server may listen, decided before anything is opened.</summary>
internal sealed class ListenAddress
{
    private ListenAddress(IReadOnlyList<IPAddress> addresses) => Addresses = addresses;

    /// <summary>The addresses to bind.</summary>
    public IReadOnlyList<IPAddress> Addresses { get; }

    /// <summary>Whether only this machine can reach all of them.</summary>
    public bool IsLoopback => Addresses.All(IPAddress.IsLoopback);

    /// <summary>
    /// Finds the addresses of a host. Throws <see cref="DriveException"/> <c>invalid</c> for a port out of range, <c>cannot_listen</c> where the host has no
    /// address here or where plain HTTP would be open to the network and nobody allowed that.
    /// </summary>
    public static async Task<ListenAddress> FindAsync(ServerHostOptions options, CancellationToken cancellation)
    {
        if (options.Port is < 0 or > 65535)
            throw DriveException.Invalid($"{options.Port} is not a port.", $"A port is 0 to 65535, 0 taking a free one: {options.Command} --port PORT");
        var found = new ListenAddress(await ResolveAsync(options, cancellation));
        if (!found.IsLoopback && !options.AllowInsecureHttp)
            throw new DriveException(
                ErrorCode.CannotListen,
                $"Plain HTTP on {options.Host} could be read and changed by others on the network.",
                $"Listen on this machine only: {options.Command} --host localhost; or allow it where the network is yours alone: {options.Command} --host {options.Host} --allow-insecure-http");
        return found;
    }

    private static async Task<IReadOnlyList<IPAddress>> ResolveAsync(ServerHostOptions options, CancellationToken cancellation)
    {
        if (options.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase))
            return LocalHost(options.Port);
        if (IPAddress.TryParse(options.Host, out var address))
            return [address];
        try
        {
            return [(await Dns.GetHostAddressesAsync(options.Host, cancellation))[0]];
        }
        catch (Exception e) when (e is SocketException or ArgumentException or IndexOutOfRangeException)
        {
            throw new DriveException(ErrorCode.CannotListen, $"\"{options.Host}\" has no address.", $"Give a name or address of this machine: {options.Command} --host localhost", e);
        }
    }

    // A free port is free for one address only, so both are bound for a given port alone.
    private static IReadOnlyList<IPAddress> LocalHost(int port) =>
        port != 0 && Socket.OSSupportsIPv6 ? [IPAddress.Loopback, IPAddress.IPv6Loopback] : [IPAddress.Loopback];
}
