using OmnyDrive.Drives;
using OmnyDrive.Errors;
using OmnyDrive.Testing;

namespace OmnyDrive.Engine.Tests.Scenarios;

/// <summary>Roots inside each other, and a mount that is published again.</summary>
public sealed class NestingTests
{
    [Theory]
    [InlineData("alpha")]
    [InlineData("beta")]
    public async Task A_mount_in_a_published_tree_must_be_asked_for_whichever_endpoint_makes_it(string endpoint)
    {
        await using var sides = await TwoSides.StartAsync();
        var cloner = endpoint == "alpha" ? sides.Alpha : sides.Beta;
        foreach (var place in new[] { sides.AtOrigin("inner"), sides.AtOrigin("dir/deep/inner") })
        {
            Assert.Equal(ErrorCode.Nested, (await Assert.ThrowsAsync<DriveException>(() => cloner.CloneDriveAsync(TwoSides.Drive, place))).Code);
            Assert.False(Directory.Exists(place));
        }

        await cloner.CloneDriveAsync(TwoSides.Drive, sides.AtOrigin("inner"), new CloneOptions { AllowNested = true });

        Assert.Equal("first", File.ReadAllText(sides.AtOrigin("inner/a.txt")));
    }

    [Theory]
    [InlineData("alpha")]
    [InlineData("beta")]
    public async Task A_drive_in_a_mount_must_be_asked_for_whichever_endpoint_publishes_it(string endpoint)
    {
        await using var sides = await TwoSides.StartAsync();
        var publisher = endpoint == "alpha" ? sides.Alpha : sides.Beta;

        Assert.Equal(ErrorCode.Nested, (await Assert.ThrowsAsync<DriveException>(() => publisher.PublishDirectoryAsync(sides.InMount("dir")))).Code);
        Assert.False(Directory.Exists(sides.InMount("dir/.omnydrive")));

        await publisher.PublishDirectoryAsync(sides.InMount("dir"), new PublishOptions { AllowNested = true });

        Assert.True(Directory.Exists(sides.InMount("dir/.omnydrive")));
        Assert.Equal(SyncStatus.Clean, (await sides.SyncAsync()).Status);
    }

    [Fact]
    public async Task A_directory_that_holds_a_mount_of_this_endpoint_must_be_published_on_purpose()
    {
        await using var sides = await TwoSides.StartAsync();

        Assert.Equal(ErrorCode.Nested, (await Assert.ThrowsAsync<DriveException>(() => sides.Beta.PublishDirectoryAsync(sides.Scratch.Path, new PublishOptions { Name = "all" }))).Code);

        Assert.False(Directory.Exists(sides.Scratch.At(".omnydrive")));
    }

    [Fact]
    public async Task A_directory_that_holds_a_mount_of_another_endpoint_must_be_published_on_purpose()
    {
        await using var sides = await TwoSides.StartAsync();
        await using var gamma = sides.Endpoint("gamma");
        var above = sides.Scratch.Directory("above");
        Directory.CreateDirectory(Path.Combine(above, "deep"));
        await sides.Beta.CloneDriveAsync(TwoSides.Drive, Path.Combine(above, "deep", "mount"));
        Directory.CreateSymbolicLink(sides.Scratch.Directory("linking") + "/link", above);

        Assert.Equal(ErrorCode.Nested, (await Assert.ThrowsAsync<DriveException>(() => gamma.PublishDirectoryAsync(above))).Code);
        Assert.False(Directory.Exists(Path.Combine(above, ".omnydrive")));

        await gamma.PublishDirectoryAsync(sides.Scratch.At("linking"));
        await gamma.PublishDirectoryAsync(above, new PublishOptions { AllowNested = true });
    }

    [Fact]
    public async Task A_link_to_a_place_inside_does_not_lead_around_the_rule()
    {
        await using var sides = await TwoSides.StartAsync();
        Directory.CreateSymbolicLink(sides.Scratch.At("way"), sides.AtOrigin("dir"));

        Assert.Equal(ErrorCode.Nested, (await Assert.ThrowsAsync<DriveException>(() => sides.Alpha.CloneDriveAsync(TwoSides.Drive, sides.Scratch.At("way/inner")))).Code);
    }

    [Fact]
    public async Task A_mount_that_is_published_again_carries_changes_both_ways()
    {
        await using var sides = await TwoSides.StartAsync();
        await using var gamma = sides.Endpoint("gamma");
        await sides.Beta.PublishDirectoryAsync(sides.Mount, new PublishOptions { Name = "again" });
        var last = sides.Scratch.At("last");
        var end = (await gamma.CloneDriveAsync(DriveId.Parse("beta/again"), last)).Mount.Id;

        File.WriteAllText(sides.AtOrigin("a.txt"), "from the first");
        Directory.Delete(sides.AtOrigin("dir/deep"), recursive: true);
        Assert.Equal(SyncStatus.Pulled, (await sides.SyncAsync()).Status);
        Assert.Equal(SyncStatus.Pulled, (await gamma.SyncMountAsync(end)).Status);
        Assert.Equal(DiskTree.Describe(sides.Origin, times: true), DiskTree.Describe(last, times: true));

        File.WriteAllText(Path.Combine(last, "dir", "b.txt"), "from the last");
        File.Delete(Path.Combine(last, "run.sh"));
        Assert.Equal(SyncStatus.Pushed, (await gamma.SyncMountAsync(end)).Status);
        Assert.Equal(SyncStatus.Pushed, (await sides.SyncAsync()).Status);
        Assert.Equal(DiskTree.Describe(last, times: true), DiskTree.Describe(sides.Origin, times: true));

        Assert.Equal(SyncStatus.Clean, (await sides.SyncAsync()).Status);
        Assert.Equal(SyncStatus.Clean, (await gamma.SyncMountAsync(end)).Status);
    }

    [Fact]
    public async Task A_push_that_reaches_the_middle_of_a_cascade_during_its_pull_loses_nothing()
    {
        await using var sides = await TwoSides.StartAsync();
        await using var gamma = sides.Endpoint("gamma");
        await sides.Beta.PublishDirectoryAsync(sides.Mount, new PublishOptions { Name = "again" });
        var end = (await gamma.CloneDriveAsync(DriveId.Parse("beta/again"), sides.Scratch.At("last"))).Mount.Id;
        File.WriteAllText(sides.AtOrigin("a.txt"), "first!");
        File.WriteAllText(sides.Scratch.At("last", "a.txt"), "last!!");
        sides.Steps.Once(OriginStep.BeforeFetch, () => Assert.Equal(SyncStatus.Pushed, gamma.SyncMountAsync(end).GetAwaiter().GetResult().Status));

        Assert.Equal("a.txt", Assert.Single((await sides.SyncAsync()).Problems).Path);

        Assert.Equal(("first!", "last!!", "last!!"), (File.ReadAllText(sides.AtOrigin("a.txt")), File.ReadAllText(sides.InMount("a.txt")), File.ReadAllText(sides.Scratch.At("last", "a.txt"))));
        await Assert.ThrowsAsync<Reconciling.ConflictDetectedException>(sides.SyncAsync);
    }

    [Fact]
    public async Task A_mount_that_only_reads_is_published_to_be_read()
    {
        await using var sides = await TwoSides.StartAsync(clone: new CloneOptions { ReadOnly = true });

        var published = await sides.Beta.PublishDirectoryAsync(sides.Mount, new PublishOptions { Name = "again" });

        Assert.Equal(AccessMode.ReadOnly, published.Drive.AccessMode);
    }
}
