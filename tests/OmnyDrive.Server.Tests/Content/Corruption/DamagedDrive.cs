using OmnyDrive.Client;
using OmnyDrive.Engine;
using OmnyDrive.Errors;
using OmnyDrive.Hubs;
using OmnyDrive.Origins;
using OmnyDrive.Reconciling;
using OmnyDrive.Server.Tests.Origins;
using OmnyDrive.Testing;
using Xunit;

namespace OmnyDrive.Server.Tests.Content.Corruption;

/// <summary>A drive and an endpoint that reaches it through a <see cref="DamagingProxy"/>.</summary>
internal sealed class DamagedDrive : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(40);

    private readonly FarDrive _served = new(ScratchDirectory.InMemory());
    private DamagingProxy _proxy = null!;
    private HubClient _hub = null!;
    private (Traffic ToServer, Traffic ToClient) _usual;

    /// <summary>The published directory.</summary>
    internal string Root => _served.Root;

    /// <summary>The endpoint behind the proxy; what it knows ends with it.</summary>
    internal LocalDriveEndpoint Endpoint { get; private set; } = null!;

    /// <summary>Publishes a version of the tree.</summary>
    internal static async Task<DamagedDrive> StartAsync(int version)
    {
        var drive = new DamagedDrive();
        await drive._served.StartAsync();
        VersionedTree.Write(drive.Root, version);
        await drive._served.PublishAsync();
        drive._proxy = new DamagingProxy(drive._served.Url);
        drive._hub = new HubClient(drive._served.HubUrl.ToString());
        drive.Endpoint = new LocalDriveEndpoint(new EndpointIdentity("gamma"), drive._hub, new LocalDriveEndpointOptions { Connector = new ThroughProxy(drive._proxy.Url) });
        return drive;
    }

    internal string Mount(string name) => _served.Scratch.At(name);

    internal Task CloneAsync(string mount) => Endpoint.CloneDriveAsync(ServedDrive.Drive, mount);

    /// <summary>Syncs a mount; nothing may be left out.</summary>
    internal async Task SyncAsync(string mount)
    {
        if ((await Endpoint.SyncMountAsync(Endpoint.FindMount(mount).Id)).Problems is [var problem, ..])
            throw new DriveException(ErrorCode.Incomplete, $"{problem}");
    }

    /// <summary>Runs a command without damage, which must succeed, and takes its traffic for what is usual.</summary>
    internal async Task MeasureAsync(Func<Task> command)
    {
        _proxy.Damage = Damage.Measuring();
        await command().WaitAsync(Deadline);
        _usual = _proxy.Damage.Passed;
    }

    /// <summary>Runs a command without damage; it must succeed.</summary>
    internal async Task RunWholeAsync(Func<Task> command)
    {
        _proxy.Damage = Damage.None();
        await command().WaitAsync(Deadline);
    }

    /// <summary>
    /// Runs a command with the damage of a seed. Returns the code it ended with, null where it succeeded. Anything but success and a clear code in
    /// time fails the test.
    /// </summary>
    internal async Task<(string? Code, Damage Damage)> RunHurtAsync(int seed, Func<Task> command)
    {
        var damage = _proxy.Damage = Damage.Of(seed, _usual);
        try
        {
            await command().WaitAsync(Deadline);
            return (null, damage);
        }
        catch (DriveException e) when (e.Code != ErrorCode.Failed && e is not ConflictDetectedException)
        {
            return (e.Code, damage);
        }
        catch (Exception e)
        {
            Assert.Fail($"Seed {seed}, {damage}: {e}");
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _proxy.Dispose();
        await Endpoint.DisposeAsync();
        _hub.Dispose();
        await _served.DisposeAsync();
    }

    private sealed class ThroughProxy(Uri proxy) : IOriginConnector
    {
        public IOrigin Connect(DriveRoute route, Func<DriveActions, CancellationToken, Task<DriveRoute>> renew, TransferOptions transfer) => new ContentClient(route.Drive.Id, proxy.ToString(), renew, transfer);
    }
}
