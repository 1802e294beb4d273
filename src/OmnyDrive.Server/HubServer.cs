using OmnyDrive.Engine.Hubs;
using OmnyDrive.Errors;
using OmnyDrive.Hub;

namespace OmnyDrive.Server;

/// <summary>How a hub is served.</summary>
public sealed record HubServerOptions : ServerHostOptions
{
    /// <summary>Options with the port of hubs, 7070.</summary>
    public HubServerOptions() => Port = 7070;

    /// <summary>Where the hub keeps its database and keys.</summary>
    public required string StateDirectory { get; init; }

    /// <summary>How the hub behaves; whether it enrols openly is decided by where it listens.</summary>
    public HubOptions Hub { get; init; } = new();
}

/// <summary>
/// A hub as a server. It enrols openly where only this machine reaches it, or where plain HTTP was allowed explicitly.
/// </summary>
public sealed class HubServer : IAsyncDisposable
{
    private readonly HubState _state;
    private readonly ServerHost _host;

    private HubServer(HubState state, ServerHost host) => (_state, _host) = (state, host);

    /// <summary>
    /// Opens the hub's state; it does not listen yet. Throws <see cref="DriveException"/>: <c>cannot_listen</c> where it must not listen
    /// there (before anything is made on disk), and what <see cref="HubState.OpenAsync"/> throws.
    /// </summary>
    public static async Task<HubServer> OpenAsync(HubServerOptions options, TimeProvider? time = null, CancellationToken cancellation = default)
    {
        var address = await ListenAddress.FindAsync(options, cancellation);
        var hub = options.Hub with { OpenEnrolment = options.Hub.OpenEnrolment && (address.IsLoopback || options.AllowInsecureHttp) };
        var state = await HubState.OpenAsync(options.StateDirectory, hub, time, cancellation);
        try
        {
            return new HubServer(state, await ServerHost.BuildAsync(options, routes => routes.MapHub(state.Hub), cancellation));
        }
        catch
        {
            await state.DisposeAsync();
            throw;
        }
    }

    /// <summary>The hub behind the server.</summary>
    public DriveHub Hub => _state.Hub;

    /// <summary>Begins to listen and returns the URL, with the real port; throws <see cref="DriveException"/> <c>cannot_listen</c> where that fails.</summary>
    public Task<Uri> StartAsync(CancellationToken cancellation = default) => _host.StartAsync(cancellation);

    /// <summary>Waits until <paramref name="cancellation"/> is asked for, then ends gracefully. Does not throw on cancellation.</summary>
    public Task WaitForShutdownAsync(CancellationToken cancellation = default) => _host.WaitForShutdownAsync(cancellation);

    /// <summary>Stops listening; requests in progress have five seconds to end.</summary>
    public Task StopAsync(CancellationToken cancellation = default) => _host.StopAsync(cancellation);

    /// <summary>Stops, and closes the state.</summary>
    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await _state.DisposeAsync();
    }
}
