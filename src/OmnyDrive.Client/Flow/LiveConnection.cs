using System.Net.Sockets;

namespace OmnyDrive.Client.Flow;

/// <summary>
/// Opens connections that notice a peer which is gone without a word (its machine lost power, a cable was pulled), however long an answer may take that is
/// still being computed: the system itself asks whether the peer's system is still there.
/// </summary>
internal static class LiveConnection
{
    private const int SilentSeconds = 15, ProbeSeconds = 5, Probes = 3;

    // What was sent and is not acknowledged is given up on by itself only after a quarter of an hour.
    private const int TcpLevel = 6, TcpUserTimeout = 18, UnacknowledgedMilliseconds = 30_000;

    internal static async ValueTask<Stream> OpenAsync(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, SilentSeconds);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, ProbeSeconds);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, Probes);
            if (OperatingSystem.IsLinux())
                socket.SetRawSocketOption(TcpLevel, TcpUserTimeout, BitConverter.GetBytes(UnacknowledgedMilliseconds));
            await socket.ConnectAsync(context.DnsEndPoint, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
