using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace OmnyDrive.Cli.Demo;

/// <summary>Finds ports for servers whose URL must be known before they start.</summary>
internal static class FreePort
{
    // Below what Linux (32768), macOS and Windows (49152) give to outgoing connections, any of which could have the port before its server does.
    private const int First = 20000, End = 32768, Attempts = 200;

    /// <summary>A port on loopback that was free a moment ago. It is drawn at random from those that a system gives to no connection, so it very likely still is.</summary>
    /// <exception cref="SocketException">All that were tried are taken.</exception>
    public static int Take()
    {
        for (var attempt = 1; ; attempt++)
        {
            using var listener = new TcpListener(IPAddress.Loopback, RandomNumberGenerator.GetInt32(First, End));
            try
            {
                listener.Start();
                return ((IPEndPoint)listener.LocalEndpoint).Port;
            }
            catch (SocketException e) when (e.SocketErrorCode is SocketError.AddressAlreadyInUse or SocketError.AccessDenied && attempt < Attempts)
            {
                // Another has it, or the system keeps it: draw again.
            }
        }
    }
}
