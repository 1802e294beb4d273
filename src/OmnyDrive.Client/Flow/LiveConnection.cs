using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace OmnyDrive.Client.Flow;

/// <summary>
/// Connections that notice a peer which is gone without a word (its machine lost power, a cable was pulled), however long an answer may take that is
/// still being computed: the system itself asks whether the peer's system is still there.
/// </summary>
internal static class LiveConnection
{
    private const int SilentSeconds = 15, ProbeSeconds = 5, Probes = 3;
    private const int TcpLevel = 6, TcpUserTimeout = 18;

    private static readonly TimeSpan LongestStall = TimeSpan.FromSeconds(30);

    /// <summary>Opens one.</summary>
    internal static ValueTask<Stream> OpenAsync(SocketsHttpConnectionContext context, CancellationToken cancellation) => OpenAsync(context, static (_, _) => { }, cancellation);

    /// <summary>Opens one, and tells how long it took.</summary>
    internal static async ValueTask<Stream> OpenAsync(SocketsHttpConnectionContext context, Action<Socket, TimeSpan> opened, CancellationToken cancellation)
    {
        var addresses = await Dns.GetHostAddressesAsync(context.DnsEndPoint.Host, cancellation);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            Watch(socket, LongestStall);
            var began = Stopwatch.GetTimestamp();
            await socket.ConnectAsync(addresses, context.DnsEndPoint.Port, cancellation);
            opened(socket, Stopwatch.GetElapsedTime(began));
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Sets it up on a socket, or on a listener for all that it accepts.</summary>
    /// <param name="socket">The socket.</param>
    /// <param name="longestStall">
    /// How long the peer may take nothing of what was sent. Where the system cannot be told so, what is not acknowledged is given up on after its own time, a quarter of an
    /// hour or so, and a peer that is there and takes nothing is never.
    /// </param>
    internal static void Watch(Socket socket, TimeSpan longestStall)
    {
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, SilentSeconds);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, ProbeSeconds);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, Probes);
        if (OperatingSystem.IsLinux())
            socket.SetRawSocketOption(TcpLevel, TcpUserTimeout, BitConverter.GetBytes((int)longestStall.TotalMilliseconds));
    }
}
