using OmnyDrive.Client;
using OmnyDrive.Drives;
using OmnyDrive.Engine;
using OmnyDrive.Engine.Hubs;
using OmnyDrive.Hubs;
using OmnyDrive.Origins;
using OmnyDrive.Testing;
using static OmnyDrive.Testing.GitTool;

namespace OmnyDrive.Server.Tests.Git;

/// <summary>A repository that endpoint alpha publishes as <c>alpha/repo</c>, and mounts of it at other endpoints.</summary>
internal sealed class GitSides : IAsyncDisposable
{
    private readonly ScratchDirectory _scratch = new();
    private readonly Way _way;
    private readonly List<IAsyncDisposable> _endpoints = [];
    private readonly List<IDisposable> _clients = [];
    private readonly List<string> _mounts = [];
    private readonly LocalDriveHub _near = new();
    private bool _isSound = true;
    private RunningHub? _far;
    private ContentServer? _server;

    private GitSides(Way way) => _way = way;

    internal static DriveId Drive { get; } = DriveId.Parse("alpha/repo");

    internal ScratchDirectory Scratch => _scratch;

    internal LocalDriveEndpoint Alpha { get; private set; } = null!;

    internal LocalDriveEndpoint Beta { get; private set; } = null!;

    /// <summary>The published repository.</summary>
    internal string Origin { get; private set; } = "";

    /// <summary>Beta's mount.</summary>
    internal string Mount => _scratch.At("mount");

    internal MountId Id { get; private set; }

    /// <summary>Where the content server listens; only by <see cref="Way.Http"/>.</summary>
    internal Uri Url { get; private set; } = null!;

    /// <summary>What git takes for the URL of the repository; only by <see cref="Way.Http"/>.</summary>
    internal string Repository => $"{Url.AbsoluteUri.TrimEnd('/')}/v1/content/{Drive}/git";

    /// <summary>A ticket for the drive, as an endpoint gets it.</summary>
    internal async Task<string> TicketAsync(DriveActions actions)
    {
        var (hub, id) = (Client(), EndpointId.Parse($"e{Guid.NewGuid():N}"));
        var token = (await hub.LoginAsync(id, (await hub.EnrolAsync(id, "Any")).Secret, "http://localhost:1")).Token;
        return (await hub.RouteAsync(token, Drive, actions)).Ticket;
    }

    /// <summary>A repository of three files and two branches, <c>main</c> and <c>topic</c>, published and cloned. The origin has <c>main</c> checked out.</summary>
    internal static async Task<GitSides> StartAsync(Way way, bool bare = false, Action<string>? prepare = null, CloneOptions? clone = null, PublishOptions? publish = null, bool cloned = true, bool sound = true)
    {
        var sides = new GitSides(way) { _isSound = sound };
        var work = sides._scratch.Directory("work");
        (prepare ?? Sample)(work);
        sides.Origin = bare ? sides._scratch.At("bare.git") : work;
        if (bare)
            Run(sides._scratch.Path, "clone", "--quiet", "--bare", work, sides.Origin);
        await sides.ServeAsync(publish);
        sides.Beta = sides.Endpoint("beta");
        if (cloned)
            await sides.CloneAsync(clone);
        return sides;
    }

    internal static void Sample(string work)
    {
        Run(work, "init", "--quiet", ".");
        Commit(work, ("a", "one\n"), ("dir/b", "two\n"), ("dir/c", "three\n"));
        Run(work, "branch", "topic");
    }

    internal async Task CloneAsync(CloneOptions? options = null) => Id = await CloneAsync(Beta, Mount, options);

    internal async Task<MountId> CloneAsync(LocalDriveEndpoint endpoint, string path, CloneOptions? options = null)
    {
        var id = (await endpoint.CloneDriveAsync(Drive, path, options)).Mount.Id;
        _mounts.Add(path);
        return id;
    }

    internal Task<SyncResult> SyncAsync(SyncOptions? options = null) => Beta.SyncMountAsync(Id, options);

    /// <summary>An endpoint of the same hub with a state of its own.</summary>
    internal LocalDriveEndpoint Endpoint(string id)
    {
        IDriveHub hub = _way == Way.Near ? _near : Client();
        var endpoint = new LocalDriveEndpoint(new EndpointIdentity(id), hub, new LocalDriveEndpointOptions
        {
            StateDirectory = _scratch.At($"{id}-state"),
            Connector = _way == Way.Near ? null : new ToServer(() => Url),
        });
        _endpoints.Add(endpoint);
        return endpoint;
    }

    /// <summary>The commit of a branch at the origin; null where there is none.</summary>
    internal string? AtOrigin(string branch) => CommitOf(Origin, $"refs/heads/{branch}");

    internal static string? CommitOf(string repository, string revision) => Try(repository, "rev-parse", "--quiet", "--verify", revision) is (0, var commit, _) ? commit.TrimEnd('\n') : null;

    /// <summary>All branches of the origin that were made for the work of mounts.</summary>
    internal IReadOnlyList<string> WorkBranches() => Run(Origin, "for-each-ref", "--format=%(refname:short)", "refs/heads/omnydrive").Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Fails the test unless git finds all repositories sound.</summary>
    internal void RequireSound()
    {
        foreach (var repository in _mounts.Where(Directory.Exists).Append(Origin))
            Run(repository, "fsck", "--strict", "--no-dangling");
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
        foreach (var endpoint in _endpoints)
            await endpoint.DisposeAsync();
        foreach (var client in _clients)
            client.Dispose();
        if (_far is not null)
            await _far.DisposeAsync();
        if (_isSound)
            RequireSound();
        _scratch.Dispose();
    }

    private async Task ServeAsync(PublishOptions? publish)
    {
        if (_way == Way.Http)
            _far = await RunningHub.StartAsync();
        Alpha = Endpoint("alpha");
        await Alpha.PublishGitAsync(Origin, (publish ?? new PublishOptions()) with { Name = "repo" });
        if (_way == Way.Near)
            return;
        _server = await ContentServer.OpenAsync(Alpha, new ContentServerOptions { Host = "127.0.0.1", Port = 0, Heartbeat = TimeSpan.FromDays(1) }, _far!.Time);
        Url = await _server.StartAsync();
    }

    // The hub was told of no port, for it is not known before the server listens.
    private sealed class ToServer(Func<Uri> url) : IOriginConnector
    {
        public IOrigin Connect(DriveRoute route, Func<DriveActions, CancellationToken, Task<DriveRoute>> renew, TransferOptions transfer) => new ContentClient(route.Drive.Id, url().ToString(), renew, transfer);
    }

    private HubClient Client()
    {
        var client = new HubClient(_far!.Url.ToString());
        _clients.Add(client);
        return client;
    }
}
