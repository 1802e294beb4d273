using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace OmnyDrive.Server;

/// <summary>Where a server listens and what it takes.</summary>
public record ServerHostOptions
{
    /// <summary>A name or address of this machine; <c>localhost</c> by default.</summary>
    public string Host { get; init; } = "localhost";

    /// <summary>The port; 0 takes a free one.</summary>
    public int Port { get; init; }

    /// <summary>Whether plain HTTP may be offered beyond this machine.</summary>
    public bool AllowInsecureHttp { get; init; }

    /// <summary>Bytes that a request's body may have; 64 KiB by default. A route that takes more says so itself.</summary>
    public long MaxBodySize { get; init; } = 64 * 1024;

    /// <summary>Connections that are served at once; further ones are closed. 1,000 by default.</summary>
    public int MaxConnections { get; init; } = 1_000;

    /// <summary>
    /// How slowly a peer may send a body or take an answer, and how long it may be slower at first; 240 bytes a second and five seconds. One that is slower
    /// is disconnected, which frees what it held. What a peer has taken sooner than it must counts in its favour.
    /// </summary>
    internal MinDataRate SlowestPeer { get; init; } = new(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(5));

    /// <summary>How long a peer may take nothing at all of what is sent to it, however fast it was before; 60 seconds, on Linux.</summary>
    internal TimeSpan LongestStall { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The command that starts this server, for hints: <c>omnydrive serve</c>.</summary>
    public string Command { get; init; } = "omnydrive serve";
}
