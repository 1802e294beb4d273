using OmnyDrive.Engine;
using OmnyDrive.Errors;

namespace OmnyDrive.Server;

/// <summary>How an endpoint's drives are served.</summary>
public sealed record ContentServerOptions : ServerHostOptions
{
    /// <summary>Options with the port of content servers, 8080.</summary>
    public ContentServerOptions() => (Port, Command) = (8080, "omnydrive serve-content");

    /// <summary>How often the hub is told that this endpoint is serving and where its drives stand; 30 seconds by default.</summary>
    public TimeSpan Heartbeat { get; init; } = TimeSpan.FromSeconds(30);
}

/// <summary>
/// Serves the drives of an endpoint to its peers, those too that are published while it runs. Tells the hub at the start, at a steady pace, and
/// at the end.
/// </summary>
public sealed partial class ContentServer : IAsyncDisposable
{
    private readonly LocalDriveEndpoint _endpoint;
    private readonly ServerHost _host;
    private readonly TicketGate _gate;
    private readonly TimeSpan _pace;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _ended = new();
    private Task _heartbeat = Task.CompletedTask;

    private ContentServer(LocalDriveEndpoint endpoint, ServerHost host, TicketGate gate, TimeSpan pace, TimeProvider time) =>
        (_endpoint, _host, _gate, _pace, _time) = (endpoint, host, gate, pace, time);

    /// <summary>Makes the server; it does not listen yet. Throws <see cref="DriveException"/> <c>cannot_listen</c> where it must not listen there.</summary>
    public static async Task<ContentServer> OpenAsync(LocalDriveEndpoint endpoint, ContentServerOptions options, TimeProvider? time = null, CancellationToken cancellation = default)
    {
        time ??= TimeProvider.System;
        var gate = new TicketGate(endpoint, time);
        var host = await ServerHost.BuildAsync(options, routes => routes.MapContent(endpoint, gate).MapGit(endpoint, gate), cancellation);
        return new ContentServer(endpoint, host, gate, options.Heartbeat, time);
    }

    /// <summary>
    /// Begins to listen and returns the URL, with the real port. Throws <c>cannot_listen</c> where that fails, and what the hub throws: an
    /// endpoint that its hub does not know serves nobody.
    /// </summary>
    public async Task<Uri> StartAsync(CancellationToken cancellation = default)
    {
        var url = await _host.StartAsync(cancellation);
        await _endpoint.ReportAsync(serving: true, cancellation);
        _heartbeat = BeatAsync(_ended.Token);
        return url;
    }

    /// <summary>Waits until <paramref name="cancellation"/> is asked for, then ends gracefully. Does not throw on cancellation.</summary>
    public async Task WaitForShutdownAsync(CancellationToken cancellation = default)
    {
        await _host.WaitForShutdownAsync(cancellation);
        await StopAsync(CancellationToken.None);
    }

    /// <summary>Stops listening and tells the hub.</summary>
    public async Task StopAsync(CancellationToken cancellation = default)
    {
        if (_ended.IsCancellationRequested)
            return;
        await _ended.CancelAsync();
        try
        {
            await _heartbeat;
        }
        finally
        {
            await _host.StopAsync(cancellation);
        }
        await ReportAsync(serving: false, cancellation);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await _host.DisposeAsync();
        _gate.Dispose();
        _ended.Dispose();
    }

    private async Task BeatAsync(CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(_pace, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellation))
                await ReportAsync(serving: true, cancellation);
        }
        catch (OperationCanceledException)
        {
            // The server ends.
        }
    }

    private async Task ReportAsync(bool serving, CancellationToken cancellation)
    {
        try
        {
            await _endpoint.ReportAsync(serving, cancellation);
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellation.IsCancellationRequested)
        {
            // Tickets are verified without the hub, so serving goes on; the next beat tries again.
            if (e is not DriveException { Code: ErrorCode.HubUnreachable })
                LogReport(_host.Log, e.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The hub could not be told that this endpoint is serving: {Reason}")]
    private static partial void LogReport(ILogger logger, string reason);
}
