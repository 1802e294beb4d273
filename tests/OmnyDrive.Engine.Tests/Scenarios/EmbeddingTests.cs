using OmnyDrive.Engine.Hubs;
using OmnyDrive.Errors;
using OmnyDrive.Reconciling;
using OmnyDrive.Testing;

namespace OmnyDrive.Engine.Tests.Scenarios;

/// <summary>The library as a program embeds it: a hub and endpoints with nothing but defaults, nothing on disk but the roots.</summary>
public sealed class EmbeddingTests
{
    [Fact]
    public async Task A_hub_and_endpoints_with_default_options_publish_clone_sync_and_refuse_a_conflict()
    {
        using var scratch = new ScratchDirectory();
        var origin = scratch.Directory("origin");
        TwoSides.Sample(origin);
        var hub = new LocalDriveHub();
        await using var alpha = new LocalDriveEndpoint(new EndpointIdentity("alpha"), hub);
        await using var beta = new LocalDriveEndpoint(new EndpointIdentity("beta"), hub);

        var drive = (await alpha.PublishDirectoryAsync(origin)).Drive;
        var mount = (await beta.CloneDriveAsync(drive.Id, scratch.At("mount"))).Mount;
        Assert.Equal(DiskTree.Describe(origin, times: true), DiskTree.Describe(mount.Path, times: true));

        File.WriteAllText(scratch.At("mount", "a.txt"), "mine");
        var pushed = await beta.SyncMountAsync(mount.Id);
        Assert.Equal((SyncStatus.Pushed, "mine", 0), (pushed.Status, File.ReadAllText(Path.Combine(origin, "a.txt")), pushed.Metrics.BytesOnWire));

        File.WriteAllText(Path.Combine(origin, "a.txt"), "theirs");
        Assert.Equal(SyncStatus.Pulled, (await beta.SyncMountAsync(mount.Id)).Status);
        Assert.Equal("theirs", File.ReadAllText(scratch.At("mount", "a.txt")));

        File.WriteAllText(Path.Combine(origin, "a.txt"), "one");
        File.WriteAllText(scratch.At("mount", "a.txt"), "two");
        var refused = await Assert.ThrowsAsync<ConflictDetectedException>(() => beta.SyncMountAsync(mount.Id));
        Assert.Equal((ConflictKind.ContentDivergence, ErrorCode.Conflict), (refused.Conflict.Kind, refused.Code));
        Assert.Equal(("one", "two"), (File.ReadAllText(Path.Combine(origin, "a.txt")), File.ReadAllText(scratch.At("mount", "a.txt"))));
        Assert.Equal(["mount", "origin"], Directory.GetFileSystemEntries(scratch.Path).Select(Path.GetFileName).Order());
    }

    [Fact]
    public async Task An_endpoint_clones_its_own_drive()
    {
        using var scratch = new ScratchDirectory();
        var origin = scratch.Directory("origin");
        TwoSides.Sample(origin);
        await using var alpha = new LocalDriveEndpoint(new EndpointIdentity("alpha"), new LocalDriveHub());
        var drive = (await alpha.PublishDirectoryAsync(origin)).Drive;

        var mount = (await alpha.CloneDriveAsync(drive.Id, scratch.At("mount"))).Mount;

        File.WriteAllText(scratch.At("mount", "a.txt"), "mine");
        Assert.Equal(SyncStatus.Pushed, (await alpha.SyncMountAsync(mount.Id)).Status);
        Assert.Equal("mine", File.ReadAllText(Path.Combine(origin, "a.txt")));
    }

    [Fact]
    public async Task A_plan_shows_what_the_sync_then_does_and_changes_nothing()
    {
        await using var sides = await TwoSides.StartAsync();
        File.WriteAllText(sides.InMount("a.txt"), "mine");
        File.Delete(sides.InMount("run.sh"));
        var (mount, origin) = (DiskTree.Describe(sides.Mount, times: true), DiskTree.Describe(sides.Origin, times: true));

        var plan = await sides.Beta.PlanSyncAsync(sides.Id);

        Assert.Equal((mount, origin), (DiskTree.Describe(sides.Mount, times: true), DiskTree.Describe(sides.Origin, times: true)));
        var result = await sides.SyncAsync();
        Assert.Equal(plan.ToOrigin.Select(change => change.Path).Order(), result.Changes.Select(applied => applied.Change.Path).Order());
    }
}
