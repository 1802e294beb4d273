using OmnyDrive.Drives;
using OmnyDrive.Engine.Applying;
using OmnyDrive.Engine.Files;
using OmnyDrive.Engine.Hubs;
using OmnyDrive.Engine.Syncing;
using OmnyDrive.Reconciling;
using OmnyDrive.Snapshots;
using OmnyDrive.Testing;

namespace OmnyDrive.Engine.Tests;

/// <summary>An origin at endpoint alpha and mounts of it at endpoint beta, in one process and without sockets.</summary>
internal sealed class TwoSides : IAsyncDisposable
{
    private readonly ScratchDirectory _scratch = new();

    private readonly TimeProvider _time;
    private readonly bool _inMemory;

    private TwoSides(TimeProvider time, bool inMemory)
    {
        (_time, _inMemory) = (time, inMemory);
        Hub = new LocalDriveHub(time: time);
        Steps = new HookedConnector(Hub);
        Alpha = Endpoint("alpha");
        Beta = Endpoint("beta");
        Origin = _scratch.Directory("origin");
        Mount = _scratch.At("mount");
    }

    internal LocalDriveHub Hub { get; }

    /// <summary>The steps of beta's syncs as the origin sees them.</summary>
    internal HookedConnector Steps { get; }

    internal LocalDriveEndpoint Alpha { get; }

    internal LocalDriveEndpoint Beta { get; private set; }

    internal string Origin { get; }

    internal string Mount { get; }

    internal MountId Id { get; private set; }

    /// <summary>What the file system of mounts is taken to make of names; null looks at it.</summary>
    internal TargetTraits? Target { get; set; }

    internal ScratchDirectory Scratch => _scratch;

    internal static DriveId Drive { get; } = DriveId.Parse("alpha/docs");

    /// <summary>Both sides holding a small tree of every kind of entry.</summary>
    internal static async Task<TwoSides> StartAsync(Action<string>? prepare = null, CloneOptions? clone = null, PublishOptions? publish = null, TimeProvider? time = null, bool inMemory = false)
    {
        var sides = new TwoSides(time ?? TimeProvider.System, inMemory);
        (prepare ?? Sample)(sides.Origin);
        await sides.Alpha.PublishDirectoryAsync(sides.Origin, (publish ?? new PublishOptions()) with { Name = "docs" });
        sides.Id = (await sides.Beta.CloneDriveAsync(Drive, sides.Mount, clone)).Mount.Id;
        return sides;
    }

    internal Task<SyncResult> SyncAsync() => Beta.SyncMountAsync(Id);

    internal Task<SyncResult> SyncAsync(Brake allowed) => Beta.SyncMountAsync(Id, new SyncOptions { Allowed = [allowed] });

    /// <summary>An endpoint of the same hub with a state of its own.</summary>
    internal LocalDriveEndpoint Endpoint(string id, Func<RootDirectory, TargetTraits>? lookAtTarget = null, long clonePortion = ClonePortions.Usual) => new(new EndpointIdentity(id), Hub, new LocalDriveEndpointOptions
    {
        StateDirectory = _inMemory ? null : _scratch.At($"{id}-state"),
        Connector = id == "beta" || clonePortion != ClonePortions.Usual ? Steps : null,
        ClonePortion = clonePortion,
        Time = _time,
        LookAtTarget = lookAtTarget ?? (root => Target ?? TargetProbe.Look(root)),
    });

    /// <summary>Endpoint beta ends, and another process begins with its state.</summary>
    internal async Task RestartBetaAsync(Action? between = null)
    {
        await Beta.DisposeAsync();
        between?.Invoke();
        Beta = Endpoint("beta");
    }

    internal string InMount(string path) => Path.Combine(Mount, path);

    internal string AtOrigin(string path) => Path.Combine(Origin, path);

    internal static void Sample(string root)
    {
        Directory.CreateDirectory(Path.Combine(root, "dir", "deep"));
        Directory.CreateDirectory(Path.Combine(root, "empty"));
        File.WriteAllText(Path.Combine(root, "a.txt"), "first");
        File.WriteAllText(Path.Combine(root, "dir", "b.txt"), "second");
        File.WriteAllText(Path.Combine(root, "dir", "deep", "c.txt"), "third");
        File.WriteAllText(Path.Combine(root, "run.sh"), "#!/bin/sh\n");
        File.SetUnixFileMode(Path.Combine(root, "run.sh"), (UnixFileMode)0b111_101_101);
        File.CreateSymbolicLink(Path.Combine(root, "link"), "dir/b.txt");
        File.SetLastWriteTimeUtc(Path.Combine(root, "a.txt"), new DateTime(2020, 2, 3, 4, 5, 6, DateTimeKind.Utc));
    }

    internal void AssertSame() => Assert.Equal(DiskTree.Describe(Origin, times: true), DiskTree.Describe(Mount, times: true));

    public async ValueTask DisposeAsync()
    {
        await Alpha.DisposeAsync();
        await Beta.DisposeAsync();
        _scratch.Dispose();
    }
}
