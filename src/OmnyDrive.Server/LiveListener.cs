using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using OmnyDrive.Client.Flow;

namespace OmnyDrive.Server;

/// <summary>
/// Listens with sockets that end by themselves when their peer is gone or takes nothing. A minimum rate alone does not see to that: each byte taken
/// sooner than it must be is time that the peer may be silent later, and 100 MB make five days at 240 bytes a second.
/// </summary>
internal static class LiveListener
{
    internal static Socket Bind(EndPoint at, TimeSpan longestStall)
    {
        var listener = SocketTransportOptions.CreateDefaultBoundListenSocket(at);
        // Accepted sockets take the options over.
        LiveConnection.Watch(listener, longestStall);
        return listener;
    }
}
