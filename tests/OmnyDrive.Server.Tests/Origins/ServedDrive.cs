using OmnyDrive.Client;
using OmnyDrive.Drives;
using OmnyDrive.Engine;
using OmnyDrive.Engine.Hubs;
using OmnyDrive.Hubs;
using OmnyDrive.Origins;
using OmnyDrive.Testing;

namespace OmnyDrive.Server.Tests.Origins;

/// <summary>A directory that endpoint alpha publishes as <c>alpha/docs</c>, and its origin as endpoint beta reaches it.</summary>
public abstract class ServedDrive(ScratchDirectory? scratch = null) : IAsyncDisposable
{
    private readonly List<ITreeOrigin> _origins = [];
    private string? _token;

    public static DriveId Drive { get; } = DriveId.Parse("alpha/docs");

    public ScratchDirectory Scratch { get; } = scratch ?? new();

    /// <summary>The published directory.</summary>
    public string Root => Scratch.At("root");

    public LocalDriveEndpoint Alpha { get; protected set; } = null!;

    /// <summary>The clock that pushes expire by.</summary>
    public ShiftedTime Time { get; } = new();

    protected abstract IDriveHub Hub { get; }

    public async Task StartAsync()
    {
        Directory.CreateDirectory(Root);
        await ServeAsync();
    }

    public Task PublishAsync(PublishOptions? options = null) => Alpha.PublishDirectoryAsync(Root, (options ?? new PublishOptions()) with { Name = "docs" });

    /// <summary>The origin, by a connection of its own.</summary>
    public async Task<ITreeOrigin> ConnectAsync()
    {
        var origin = Connect(await RouteAsync(DriveActions.Read));
        _origins.Add(origin);
        return origin;
    }

    /// <summary>A route with a ticket, as endpoint beta gets it.</summary>
    public async Task<DriveRoute> RouteAsync(DriveActions actions, DriveId? drive = null)
    {
        var beta = EndpointId.Parse("beta");
        _token ??= (await Hub.LoginAsync(beta, (await Hub.EnrolAsync(beta, "Beta")).Secret, "http://localhost:1")).Token;
        return await Hub.RouteAsync(_token, drive ?? Drive, actions);
    }

    public virtual async ValueTask DisposeAsync()
    {
        foreach (var origin in _origins)
            await origin.DisposeAsync();
        await Alpha.DisposeAsync();
        Scratch.Dispose();
        GC.SuppressFinalize(this);
    }

    protected abstract Task ServeAsync();

    protected abstract ITreeOrigin Connect(DriveRoute route);

    protected LocalDriveEndpoint Endpoint(IDriveHub hub) =>
        new(new EndpointIdentity("alpha"), hub, new LocalDriveEndpointOptions { StateDirectory = Scratch.At("alpha"), Time = Time });
}

/// <summary>In one process, without sockets.</summary>
public sealed class NearDrive : ServedDrive
{
    private readonly LocalDriveHub _hub = new();

    protected override IDriveHub Hub => _hub;

    protected override Task ServeAsync()
    {
        Alpha = Endpoint(_hub);
        return Task.CompletedTask;
    }

    protected override ITreeOrigin Connect(DriveRoute route) => (ITreeOrigin)_hub.Connect(route, (actions, _) => RouteAsync(actions), TransferOptions.Default);
}

/// <summary>Behind a real hub and a real content server, over HTTP.</summary>
public sealed class FarDrive(ScratchDirectory? scratch = null) : ServedDrive(scratch)
{
    private RunningHub _running = null!;
    private HubClient _alphaHub = null!, _betaHub = null!;
    private ContentServer _server = null!;

    protected override IDriveHub Hub => _betaHub;

    /// <summary>The clock that tickets are issued and verified by.</summary>
    public ManualTime TicketTime => _running.Time;

    public Uri HubUrl => _running.Url;

    /// <summary>How the content server is run.</summary>
    internal ContentServerOptions Options { get; init; } = new() { Host = "127.0.0.1", Port = 0, Heartbeat = TimeSpan.FromDays(1) };

    /// <summary>Where the content server listens.</summary>
    public Uri Url { get; private set; } = null!;

    public override async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await base.DisposeAsync();
        _alphaHub.Dispose();
        _betaHub.Dispose();
        await _running.DisposeAsync();
    }

    protected override async Task ServeAsync()
    {
        _running = await RunningHub.StartAsync();
        (_alphaHub, _betaHub) = (new HubClient(_running.Url.ToString()), new HubClient(_running.Url.ToString()));
        Alpha = Endpoint(_alphaHub);
        _server = await ContentServer.OpenAsync(Alpha, Options, TicketTime);
        Url = await _server.StartAsync();
    }

    protected override ITreeOrigin Connect(DriveRoute route) => ConnectTo(Url);

    /// <summary>The same origin at another address: through a proxy, for one.</summary>
    public ContentClient ConnectTo(Uri url) => new(Drive, url.ToString(), (actions, _) => RouteAsync(actions));
}
