using System.Net;
using System.Net.Sockets;

namespace OmnyDrive.Server.Tests.Content.Corruption;

/// <summary>Passes connections on to a server and does to their bytes what <see cref="Damage"/> says.</summary>
internal sealed class DamagingProxy : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Uri _server;

    internal DamagingProxy(Uri server)
    {
        _server = server;
        _listener.Start();
        Url = new Uri($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");
        _ = AcceptAsync();
    }

    internal Uri Url { get; }

    /// <summary>The damage to connections that are opened from now on.</summary>
    internal Damage Damage { get; set; } = Damage.None();

    public void Dispose() => _listener.Dispose();

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _ = ServeAsync(await _listener.AcceptSocketAsync());
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Disposed.
        }
    }

    private async Task ServeAsync(Socket client)
    {
        var server = new Socket(SocketType.Stream, ProtocolType.Tcp);
        using var connection = new ProxiedConnection(client, server, Damage);
        try
        {
            await server.ConnectAsync(_server.Host, _server.Port);
            (client.NoDelay, server.NoDelay) = (true, true);
            await connection.PassAsync();
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // One of the two hung up, or the damage did.
        }
    }
}
