using System.Net;
using System.Net.Sockets;

namespace OmnyDrive.Cli.Demo;

/// <summary>Finds ports for servers whose URL must be known before they start.</summary>
internal static class FreePort
{
    /// <summary>A port on loopback that was free a moment ago. The system hands out such ports in turn, so it very likely still is.</summary>
    public static int Take()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
