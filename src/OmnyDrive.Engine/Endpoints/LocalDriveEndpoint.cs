using System.Security.Cryptography;
using OmnyDrive.Client;
using OmnyDrive.Drives;
using OmnyDrive.Engine.Applying;
using OmnyDrive.Engine.Credentials;
using OmnyDrive.Engine.Files;
using OmnyDrive.Engine.History;
using OmnyDrive.Engine.Origins;
using OmnyDrive.Engine.Providers;
using OmnyDrive.Engine.Roots;
using OmnyDrive.Engine.State;
using OmnyDrive.Engine.Syncing;
using OmnyDrive.Errors;
using OmnyDrive.Filtering;
using OmnyDrive.Git;
using OmnyDrive.History;
using OmnyDrive.Hubs;
using OmnyDrive.Origins;
using OmnyDrive.Reconciling;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine;

/// <summary>
/// An endpoint: publishes drives, clones them and keeps them in step. The command line is a thin shell over it, and a program that embeds it gets
/// the same behaviour, with or without sockets. Methods may be called concurrently; two that work on one mount do not wait for each other,
/// the second throws <c>lock_held</c>. All throw <see cref="DriveException"/> with a stable code where the environment does not allow
/// what is asked.
/// </summary>
public sealed partial class LocalDriveEndpoint : IAsyncDisposable
{
    private readonly EndpointStore _store;
    private readonly HubConnection _connection;
    private readonly IDriveHub _hub;
    private readonly IOriginConnector _connector;
    private readonly MountRegistry _mounts;
    private readonly DrivePublisher _publisher;
    private readonly ServedOrigins _served;
    private readonly TimeProvider _time;
    private readonly Func<RootDirectory, TargetTraits> _lookAtTarget;
    private readonly long _clonePortion;
    private readonly RetentionPolicy _retention;
    private readonly bool _ownsHub;

    /// <summary>Makes an endpoint. It enrols at the hub when it first needs it.</summary>
    /// <param name="identity">Who it is.</param>
    /// <param name="hub">Its hub. Not disposed with the endpoint.</param>
    /// <param name="options">Where it keeps its state, and more.</param>
    public LocalDriveEndpoint(EndpointIdentity identity, IDriveHub hub, LocalDriveEndpointOptions? options = null)
        : this(identity, hub, options ?? new LocalDriveEndpointOptions(), EndpointStore.Open(options?.StateDirectory), ownsHub: false)
    {
    }

    private LocalDriveEndpoint(EndpointIdentity identity, IDriveHub hub, LocalDriveEndpointOptions options, EndpointStore store, bool ownsHub)
    {
        (Identity, ServeUrl, _hub, _store, _time, _ownsHub) = (identity, options.ServeUrl, hub, store, options.Time, ownsHub);
        (_lookAtTarget, _clonePortion, _retention) = (options.LookAtTarget, options.ClonePortion, options.Retention);
        _connector = options.Connector ?? hub as IOriginConnector ?? new HttpOriginConnector();
        _connection = new HubConnection(hub, store, identity, options.ServeUrl, (hub as HubClient)?.Url.AbsoluteUri ?? "", _time);
        _mounts = new MountRegistry(store);
        _publisher = new DrivePublisher(store, identity.Id, _time);
        _served = new ServedOrigins(store, identity.Id, ReportLandedAsync, _time) { Retention = options.Retention, Credentials = CredentialOf };
        (hub as IEndpointDirectory)?.Add(this);
    }

    /// <summary>Who this endpoint is.</summary>
    public EndpointIdentity Identity { get; }

    /// <summary>The URL at which peers reach this endpoint.</summary>
    public string ServeUrl { get; }

    /// <summary>The key that tickets are verified with; null before the first login.</summary>
    public TicketKey? TicketKey => _connection.TicketKey;

    /// <summary>
    /// Opens the endpoint that <see cref="LoginAsync"/> set up in a state directory. Throws <c>not_logged_in</c> where there is none. Nothing is sent yet.
    /// </summary>
    public static LocalDriveEndpoint Open(string stateDirectory)
    {
        var store = EndpointStore.Open(stateDirectory);
        try
        {
            var known = IdentityTable.Read(store)
                ?? throw new DriveException(ErrorCode.NotLoggedIn, "This endpoint is not enrolled at a hub yet.", "Run: omnydrive login --hub URL --id ID --serve-url URL");
            var identity = new EndpointIdentity(EndpointId.Parse(known.Id), known.DisplayName);
            return new LocalDriveEndpoint(identity, new HubClient(known.HubUrl), new LocalDriveEndpointOptions { StateDirectory = stateDirectory, ServeUrl = known.ServeUrl }, store, ownsHub: true);
        }
        catch
        {
            store.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Enrols an endpoint at a hub, or logs in again, and keeps its identity in a state directory. Returns the secret where the endpoint is new: the only
    /// time that it is shown. Throws <c>endpoint_exists</c> where the id is taken, <c>unauthorized</c> where the secret is wrong,
    /// <c>invalid</c> where the directory belongs to another endpoint and <paramref name="force"/> is not set.
    /// </summary>
    public static async Task<string?> LoginAsync(
        string stateDirectory, Uri hub, EndpointIdentity identity, string serveUrl, string? secret, bool force, CancellationToken cancellation = default)
    {
        using var client = new HubClient(hub.AbsoluteUri);
        using var store = EndpointStore.Open(stateDirectory);
        if (!force && IdentityTable.Read(store) is { } known && (known.Id != identity.Id.Value || known.HubUrl != client.Url.AbsoluteUri))
            throw DriveException.Invalid(
                $"\"{stateDirectory}\" is the state of endpoint {known.Id} at {known.HubUrl}.",
                "Use another state directory (--state DIR), or replace the identity with --force.");
        using var connection = new HubConnection(client, store, identity, serveUrl, client.Url.AbsoluteUri, TimeProvider.System);
        return await connection.LoginAsync(secret, cancellation);
    }

    /// <summary>
    /// Publishes a directory and registers it at the hub. Publishing the same directory again under the same name updates its options. A directory that
    /// cannot be written is published read-only and left untouched. Throws <c>path_not_found</c>, <c>drive_exists</c>, <c>nested_root</c>.
    /// </summary>
    public async Task<PublishedDrive> PublishDirectoryAsync(string path, PublishOptions? options = null, CancellationToken cancellation = default)
    {
        var published = await PublishAsync(DriveProviders.Get(ProviderNames.Directory), path, options, cancellation);
        using var root = RootDirectory.OpenAt(published.Path);
        return published with { HoldsRepository = root.Top.Stat(".git") is not null };
    }

    /// <summary>
    /// Publishes a git repository as a drive whose mounts are clones of it: one on this machine, with a work tree or without, or one at some server by its URL (https, ssh, or user@host:path), where each peer goes by itself with
    /// credentials of its own. Throws as <see cref="PublishDirectoryAsync"/>; <c>unauthorized</c> and <c>origin_unreachable</c> where a server does not let this machine look, <c>invalid</c> where there is no repository, <c>not_supported</c> where
    /// something is to be left out, which a repository cannot.
    /// </summary>
    public Task<PublishedDrive> PublishGitAsync(string path, PublishOptions? options = null, CancellationToken cancellation = default) => options is { Filter: var filter } && !filter.Equals(FilterOptions.Default)
        ? throw new DriveException(ErrorCode.NotSupported, "A git drive leaves nothing out: its mounts are clones of the repository.", "Publish it without --include, --exclude, --ignore-file and --gitignore; what is not committed is not in the drive.")
        : PublishAsync(DriveProviders.Get(ProviderNames.Git), path, options, cancellation);

    private async Task<PublishedDrive> PublishAsync(IDriveProvider provider, string path, PublishOptions? options, CancellationToken cancellation)
    {
        await _connection.CallAsync(_ => Task.CompletedTask, cancellation);
        var before = DriveTable.All(_store, Identity.Id);
        var published = await _publisher.PublishAsync(provider, path, options ?? new PublishOptions());
        try
        {
            var head = await _served.Open(published.Drive).GetHeadAsync(cancellation);
            var registration = new DriveRegistration(published.Drive.Name, provider.Name, head.AccessMode, head.Capabilities, head.Ref) { Remote = published.IsElsewhere ? new DriveRemote(published.Path, options?.ProtectedBranches) : null };
            var drive = await _connection.CallAsync(token => _hub.RegisterAsync(token, registration, cancellation), cancellation);
            return new PublishedDrive(drive, published.Path);
        }
        catch
        {
            await _publisher.TakeBackAsync(published, before.FirstOrDefault(drive => drive.Drive == published.Drive));
            throw;
        }
    }

    /// <summary>Withdraws a drive of this endpoint. Its files stay. Throws <c>drive_not_found</c>.</summary>
    public async Task UnpublishAsync(DriveId drive, CancellationToken cancellation = default)
    {
        var published = _served.Published(drive);
        await _connection.CallAsync(async token =>
        {
            try
            {
                await _hub.WithdrawAsync(token, drive.Name, cancellation);
            }
            catch (DriveException e) when (e.Code == ErrorCode.DriveNotFound)
            {
                // An earlier call got as far as the hub.
            }
        }, cancellation);
        await _publisher.WithdrawAsync(published, cancellation);
    }

    /// <summary>What can be cloned.</summary>
    public Task<IReadOnlyList<DriveListing>> ListDrivesAsync(CancellationToken cancellation = default) =>
        _connection.CallAsync(token => _hub.ListAsync(token, cancellation), cancellation);

    /// <summary>
    /// Clones a drive into a directory that is empty or does not exist, and makes it a mount. An interrupted clone is continued by the same call,
    /// which neither pushes nor overwrites what somebody put there meanwhile, and keeps the stricter access mode of the two. Throws <c>failed</c> where
    /// a path could not be brought over; the same call then goes on from there. Throws <c>drive_not_found</c>, <c>destination_not_empty</c>, <c>nested_root</c>, <c>origin_unreachable</c>,
    /// and <see cref="ConflictDetectedException"/> where the destination's file system cannot hold a name of the drive; then nothing was brought over.
    /// </summary>
    public async Task<CloneResult> CloneDriveAsync(DriveId drive, string destination, CloneOptions? options = null, CancellationToken cancellation = default)
    {
        options ??= new CloneOptions();
        var path = RealPath.Of(destination);
        if (!options.AllowNested)
        {
            Nesting.RequireFree(path, DriveTable.All(_store, Identity.Id).Select(published => published.Path), "published directory", sameIsFree: false);
            Nesting.RequireFree(path, MountTable.All(_store).Select(mount => mount.Path), "mount", sameIsFree: true);
            Nesting.RequireNoneAbove(path, marker => marker.Drive is not null, "published directory");
            Nesting.RequireNoneAbove(path, marker => marker.Mount is not null, "mount");
        }
        var (origin, kind) = await ConnectAsync(drive, options.Transfer, cancellation);
        await using var connected = origin;
        // Asked before anything is made, so that an origin that is not there leaves nothing half done.
        var head = await origin.GetHeadAsync(cancellation);
        var mode = head.AccessMode.And(options.ReadOnly ? AccessMode.ReadOnly : AccessMode.ReadWrite);
        _mounts.RequirePlace(drive, path);
        MountRegistry.MakeDirectory(path);
        using var root = RootDirectory.OpenAt(path);
        using var held = RootLock.Take(root, RootLayout.SyncLock);
        var row = Chosen(_mounts.Begin(root, new MountRow(MountId.FromRandom(RandomNumberGenerator.GetBytes(6)), drive, kind, path, mode, null, null) { Filter = head.Filter, Retention = options.Retention, Policy = options.Policy ?? SyncPolicy.Strict }), options);
        var synchronizer = Synchronizer(row, root, origin);
        var problems = await synchronizer.CloneAsync(head, options.Progress, cancellation);
        MountRegistry.Complete(root);
        return new CloneResult(MountRegistry.Info(_mounts.Get(row.Id)), synchronizer.Held.Files, synchronizer.Held.Bytes, problems);
    }

    /// <summary>The mounts of this endpoint, ordered by path.</summary>
    public IReadOnlyList<MountInfo> ListMounts() => _mounts.All();

    /// <summary>
    /// A mount by its id or by any path in it; null means the current directory. Throws <c>mount_not_found</c>, <c>invalid</c>.
    /// </summary>
    public MountInfo FindMount(string? idOrPath) => MountRegistry.Info(_mounts.Find(idOrPath ?? "."));

    /// <summary>Forgets a mount. Its files stay.</summary>
    public Task<MountInfo> UnmountAsync(MountId mount, CancellationToken cancellation = default)
    {
        cancellation.ThrowIfCancellationRequested();
        var row = _mounts.Get(mount);
        var info = MountRegistry.Info(row);
        if (info.Status == MountStatus.Missing)
        {
            _mounts.Forget(row);
            return Task.FromResult(info);
        }
        using var root = RootGuard.OpenMount(row.Path, row.Id);
        using var held = TakeMount(root, mount);
        _mounts.Forget(row);
        return Task.FromResult(info);
    }

    /// <summary>
    /// What a sync with the same options would do now, or in <see cref="SyncPlan.Conflict"/> and <see cref="SyncPlan.Halt"/> why it would do nothing. Changes nothing.
    /// </summary>
    public async Task<SyncPlan> PlanSyncAsync(MountId mount, SyncOptions? options = null, CancellationToken cancellation = default)
    {
        var row = Ready(mount);
        using var root = RootGuard.OpenMount(row.Path, row.Id);
        AgreedRefs.RequireNotOlder(root, row);
        await using var origin = (await ConnectAsync(row.Drive, options?.Transfer ?? TransferOptions.Default, cancellation)).Origin;
        return await Synchronizer(row, root, origin).PlanAsync(options ?? new SyncOptions(), cancellation);
    }

    /// <summary>
    /// Brings a mount and its origin into step: pushes where only the mount changed, pulls where only the origin did. Throws
    /// <see cref="ConflictDetectedException"/> where both did, or where the mount's file system cannot hold a new name, and <see cref="SyncHaltedException"/> where it would delete
    /// so much that it looks like an accident and <see cref="SyncOptions.Allowed"/> does not say otherwise; then nothing was applied on either side. So it is with <c>root_missing</c>,
    /// where the root of either side is gone or is another, which no option allows.
    /// </summary>
    public async Task<SyncResult> SyncMountAsync(MountId mount, SyncOptions? options = null, CancellationToken cancellation = default)
    {
        var row = Ready(mount);
        using var root = RootGuard.OpenMount(row.Path, row.Id);
        using var held = TakeMount(root, mount);
        row = Ready(mount);
        AgreedRefs.RequireNotOlder(root, row);
        await using var origin = (await ConnectAsync(row.Drive, options?.Transfer ?? TransferOptions.Default, cancellation)).Origin;
        return await Synchronizer(row, root, origin).ApplyAsync(options ?? new SyncOptions(), cancellation);
    }

    /// <summary>
    /// The origin of a drive that this endpoint publishes, for whoever serves it. It stays this endpoint's; dispose of the returned object is not needed.
    /// Sees drives that another process published since. Throws <c>drive_not_found</c>, <c>root_missing</c>,
    /// and <c>not_supported</c> for a drive that lies elsewhere.
    /// </summary>
    public IOrigin OpenOrigin(DriveId drive) => _served.Published(drive) is { IsElsewhere: true, Path: var url }
        ? throw new DriveException(ErrorCode.NotSupported, $"{drive} is not served from here: it lies at {url}.", "Update OmnyDrive on the machine that asks; a newer one goes there by itself.")
        : _served.Open(drive);

    /// <summary>Tells the hub whether this endpoint is serving, and where its drives stand by a fresh look. A drive whose root is gone, and one that lies elsewhere, is left out.</summary>
    public async Task ReportAsync(bool serving, CancellationToken cancellation = default)
    {
        var refs = new Dictionary<string, SyncRef>(StringComparer.Ordinal);
        foreach (var published in serving ? DriveTable.All(_store, Identity.Id).Where(drive => !drive.IsElsewhere) : [])
        {
            try
            {
                refs[published.Drive.Name] = (await _served.Open(published.Drive).GetHeadAsync(cancellation)).Ref;
            }
            catch (DriveException)
            {
                // Whoever asks for that drive is told why it cannot be read; the others are reported.
            }
        }
        await _connection.CallAsync(token => _hub.ReportAsync(token, new EndpointReport(serving, refs), cancellation), cancellation);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        (_hub as IEndpointDirectory)?.Remove(this);
        await _served.DisposeAsync();
        _connection.Dispose();
        _store.Dispose();
        if (_ownsHub)
            (_hub as IDisposable)?.Dispose();
    }

    // What was known of the mount before the lock was taken may have ended with whoever held it.
    private RootLock TakeMount(RootDirectory root, MountId mount)
    {
        var held = RootLock.Take(root, RootLayout.SyncLock);
        try
        {
            var known = _mounts.Get(mount);
            RootGuard.RequireMount(root, mount);
            StagingLeftovers.Expire(root, _time);
            // How much it may be is known after a look at the mount.
            TrashRetention.Expire(root, HistoryRole.Mount, known.Retention ?? _retention, long.MaxValue, _time);
            return held;
        }
        catch
        {
            MarkerFile.RemoveLeftovers(root);
            held.Dispose();
            throw;
        }
    }

    private MountRow Ready(MountId mount)
    {
        var row = _mounts.Get(mount);
        return row.Baseline is not null
            ? row
            : throw DriveException.Invalid($"The clone of {row.Drive} into \"{row.Path}\" was interrupted.", $"Continue it first: omnydrive clone {row.Drive} {ShellWord.Of(row.Path)}");
    }

    // What is given when a clone is continued counts.
    private MountRow Chosen(MountRow row, CloneOptions options)
    {
        if (options.Retention is { } retention && retention != row.Retention)
            MountTable.SetRetention(_store, row.Id, retention);
        if (options.Policy is { } policy && policy != row.Policy)
            MountTable.SetPolicy(_store, row.Id, policy);
        return _mounts.Get(row.Id) with { AccessMode = row.AccessMode };
    }

    private ISynchronizer Synchronizer(MountRow row, RootDirectory root, IOrigin origin) =>
        DriveProviders.Get(row.Provider).CreateSynchronizer(WorkOn(row, root), origin);

    private MountWork WorkOn(MountRow row, RootDirectory root) => new(row, root, _store, Identity.Id, _time) { LookAtTarget = _lookAtTarget, ClonePortion = _clonePortion, Retention = row.Retention ?? _retention };

    private async Task<(IOrigin Origin, string Provider)> ConnectAsync(DriveId drive, TransferOptions transfer, CancellationToken cancellation)
    {
        Task<DriveRoute> Route(DriveActions actions, CancellationToken ended) =>
            _connection.CallAsync(token => _hub.RouteAsync(token, drive, actions, ended), ended);

        var route = await Route(DriveActions.Read, cancellation);
        var provider = DriveProviders.Get(route.Drive.Provider);
        return (route.Drive.Remote is null ? _connector.Connect(route, Route, transfer) : provider.OpenElsewhere(route, Route, CredentialOf), provider.Name);
    }

    private HostCredential? CredentialOf(GitUrl url) => CredentialTable.Find(_store, url.Server, url.IsSsh);

    private async Task ReportLandedAsync(DriveId drive, SyncRef head)
    {
        try
        {
            var report = new EndpointReport(true, new Dictionary<string, SyncRef>(StringComparer.Ordinal) { [drive.Name] = head });
            await _connection.CallAsync(token => _hub.ReportAsync(token, report), CancellationToken.None);
        }
        catch (DriveException)
        {
            // The push has landed all the same; the next heartbeat reports where the drive stands.
        }
    }
}
