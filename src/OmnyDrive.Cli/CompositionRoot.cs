using OmnyDrive.Engine;
using OmnyDrive.Server;

namespace OmnyDrive.Cli;

/// <summary>Where a server listens and keeps its state.</summary>
/// <param name="Host">The address or name to listen on.</param>
/// <param name="Port">The port; 0 takes a free one.</param>
/// <param name="StateDirectory">Absolute.</param>
/// <param name="AllowInsecureHttp">Whether plain HTTP may be open to other machines.</param>
internal sealed record ServerSettings(string Host, int Port, string StateDirectory, bool AllowInsecureHttp);

/// <summary>A server that runs until it is disposed.</summary>
/// <param name="Url">Where it answers.</param>
/// <param name="Server">What to dispose.</param>
internal sealed record RunningServer(Uri Url, IAsyncDisposable Server) : IAsyncDisposable
{
    public ValueTask DisposeAsync() => Server.DisposeAsync();
}

/// <summary>The one place that decides which implementations the commands work with.</summary>
internal sealed record CompositionRoot
{
    public static CompositionRoot Default { get; } = new();

    /// <summary>Opens the endpoint of a state directory; throws <c>not_logged_in</c>.</summary>
    public Func<string, LocalDriveEndpoint> OpenEndpoint { get; init; } = LocalDriveEndpoint.Open;

    /// <summary>Starts a hub.</summary>
    public Func<ServerSettings, CancellationToken, Task<RunningServer>> StartHub { get; init; } = StartHubAsync;

    /// <summary>Starts the content server of an endpoint.</summary>
    public Func<ServerSettings, LocalDriveEndpoint, CancellationToken, Task<RunningServer>> StartContent { get; init; } = StartContentAsync;

    private static async Task<RunningServer> StartHubAsync(ServerSettings settings, CancellationToken cancellation)
    {
        var options = new HubServerOptions { Host = settings.Host, Port = settings.Port, AllowInsecureHttp = settings.AllowInsecureHttp, StateDirectory = settings.StateDirectory };
        var server = await HubServer.OpenAsync(options, cancellation: cancellation);
        return await StartedAsync(server, server.StartAsync, cancellation);
    }

    private static async Task<RunningServer> StartContentAsync(ServerSettings settings, LocalDriveEndpoint endpoint, CancellationToken cancellation)
    {
        var options = new ContentServerOptions { Host = settings.Host, Port = settings.Port, AllowInsecureHttp = settings.AllowInsecureHttp };
        var server = await ContentServer.OpenAsync(endpoint, options, cancellation: cancellation);
        return await StartedAsync(server, server.StartAsync, cancellation);
    }

    private static async Task<RunningServer> StartedAsync(IAsyncDisposable server, Func<CancellationToken, Task<Uri>> start, CancellationToken cancellation)
    {
        try
        {
            return new RunningServer(await start(cancellation), server);
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }
}
