using System.Net.Sockets;

namespace OmnyDrive.Client;

/// <summary>How far away the other side of a connection is.</summary>
internal static class RoundTrip
{
    private const int Tcp = 6, TcpInfo = 11, MicrosecondsAt = 68;

    /// <summary>The round trip of a connection that has just been opened, as the system measured it; where the system does not tell, the time that opening took.</summary>
    internal static TimeSpan Of(Socket socket, TimeSpan opening) => OperatingSystem.IsLinux() ? Kernel(socket) ?? opening : opening;

    // Opening also waits for a processor, which on a loaded machine makes loopback look far away.
    private static TimeSpan? Kernel(Socket socket)
    {
        Span<byte> info = stackalloc byte[MicrosecondsAt + sizeof(uint)];
        try
        {
            return socket.GetRawSocketOption(Tcp, TcpInfo, info) == info.Length ? TimeSpan.FromMicroseconds(BitConverter.ToUInt32(info[MicrosecondsAt..])) : null;
        }
        catch (SocketException)
        {
            // A system that emulates Linux may not have it.
            return null;
        }
    }
}
