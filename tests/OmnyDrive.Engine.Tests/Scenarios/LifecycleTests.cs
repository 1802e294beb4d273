using OmnyDrive.Drives;
using OmnyDrive.Errors;
using OmnyDrive.Engine.Files;
using OmnyDrive.Engine.Hubs;
using OmnyDrive.Engine.Roots;
using OmnyDrive.Engine.State;
using OmnyDrive.Testing;

namespace OmnyDrive.Engine.Tests.Scenarios;

/// <summary>What is published and mounted comes to an end and begins again; identities, tokens and the registry.</summary>
public sealed class LifecycleTests
{
    [Fact]
    public async Task Unmounting_leaves_the_files_and_takes_the_mark_and_the_place_can_be_used_again()
    {
        await using var sides = await TwoSides.StartAsync();
        var before = DiskTree.Describe(sides.Mount, times: true);

        await sides.Beta.UnmountAsync(sides.Id);

        Assert.Equal(before, DiskTree.Describe(sides.Mount, times: true));
        Assert.False(Directory.Exists(sides.InMount(".omnydrive")));
        Assert.Empty(sides.Beta.ListMounts());
        Assert.Equal(ErrorCode.MountNotFound, (await Assert.ThrowsAsync<DriveException>(sides.SyncAsync)).Code);
        Assert.Equal(ErrorCode.DestinationNotEmpty, (await Assert.ThrowsAsync<DriveException>(() => sides.Beta.CloneDriveAsync(TwoSides.Drive, sides.Mount))).Code);
        await sides.Beta.PublishDirectoryAsync(sides.Mount, new PublishOptions { Name = "mine" });
        await sides.Beta.UnpublishAsync(DriveId.Parse("beta/mine"));
        Directory.Delete(sides.Mount, recursive: true);
        await sides.Beta.CloneDriveAsync(TwoSides.Drive, sides.Mount);
        sides.AssertSame();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_mount_that_ends_while_its_lock_is_being_taken_is_left_alone(bool isSync)
    {
        await using var sides = await TwoSides.StartAsync();
        await using var beta = sides.Endpoint("beta");
        File.WriteAllText(sides.AtOrigin("a.txt"), "theirs");
        RootLock.BeforeLocking.Value = () =>
        {
            RootLock.BeforeLocking.Value = null;
            beta.UnmountAsync(sides.Id).GetAwaiter().GetResult();
        };

        var failed = await Assert.ThrowsAsync<DriveException>(() => isSync ? sides.SyncAsync() : sides.Beta.UnmountAsync(sides.Id));

        Assert.Equal(ErrorCode.MountNotFound, failed.Code);
        Assert.Equal("first", File.ReadAllText(sides.InMount("a.txt")));
        Assert.False(Directory.Exists(sides.InMount(".omnydrive")));
    }

    [Fact]
    public async Task A_mount_with_trash_is_forgotten_and_its_emptied_place_takes_a_clone()
    {
        await using var sides = await TwoSides.StartAsync();
        File.Delete(sides.AtOrigin("a.txt"));
        await sides.SyncAsync();
        await sides.Beta.UnmountAsync(sides.Id);
        foreach (var entry in new DirectoryInfo(sides.Mount).EnumerateFileSystemInfos().Where(entry => entry.Name != ".omnydrive"))
        {
            if (entry is DirectoryInfo { LinkTarget: null } directory)
                directory.Delete(recursive: true);
            else
                entry.Delete();
        }

        await sides.Beta.CloneDriveAsync(TwoSides.Drive, sides.Mount);

        sides.AssertSame();
        Assert.Equal("first", File.ReadAllText(Assert.Single(Directory.GetFiles(sides.InMount(".omnydrive/trash"), "*.txt", SearchOption.AllDirectories))));
    }

    [Fact]
    public async Task Unmounting_a_mount_whose_root_is_gone_forgets_it()
    {
        await using var sides = await TwoSides.StartAsync();
        Directory.Move(sides.Mount, sides.Mount + ".away");

        Assert.Equal(MountStatus.Missing, (await sides.Beta.UnmountAsync(sides.Id)).Status);

        Assert.Empty(sides.Beta.ListMounts());
        Assert.True(File.Exists(Path.Combine(sides.Mount + ".away", "a.txt")));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_clone_does_not_take_the_place_of_a_mount_whose_disk_is_absent(bool emptyPlaceIsThere)
    {
        await using var sides = await TwoSides.StartAsync();
        Directory.Move(sides.Mount, sides.Mount + ".away");
        if (emptyPlaceIsThere)
            Directory.CreateDirectory(sides.Mount);

        var refused = await Assert.ThrowsAsync<DriveException>(() => sides.Beta.CloneDriveAsync(TwoSides.Drive, sides.Mount));

        Assert.Equal((ErrorCode.DestinationNotEmpty, $"Bring it back, or forget it: omnydrive unmount {sides.Id}"), (refused.Code, refused.Hint));
        Assert.Equal(emptyPlaceIsThere, Directory.Exists(sides.Mount));
        if (emptyPlaceIsThere)
            Directory.Delete(sides.Mount);
        Directory.Move(sides.Mount + ".away", sides.Mount);
        File.WriteAllText(sides.InMount("a.txt"), "mine");
        Assert.Equal(SyncStatus.Pushed, (await sides.SyncAsync()).Status);
    }

    [Fact]
    public async Task Unpublishing_leaves_the_files_and_takes_the_mark_and_the_directory_can_be_published_again()
    {
        await using var sides = await TwoSides.StartAsync();
        var before = DiskTree.Describe(sides.Origin, times: true);

        await sides.Alpha.UnpublishAsync(TwoSides.Drive);

        Assert.Equal(before, DiskTree.Describe(sides.Origin, times: true));
        Assert.Equal(["log"], Directory.EnumerateFiles(sides.AtOrigin(".omnydrive"), "*", SearchOption.AllDirectories).Select(Path.GetFileName));
        Assert.Empty(await sides.Beta.ListDrivesAsync());
        Assert.Equal(ErrorCode.DriveNotFound, (await Assert.ThrowsAsync<DriveException>(sides.SyncAsync)).Code);
        await sides.Alpha.PublishDirectoryAsync(sides.Origin, new PublishOptions { Name = "other" });
        await sides.Alpha.UnpublishAsync(DriveId.Parse("alpha/other"));
        await sides.Alpha.PublishDirectoryAsync(sides.Origin, new PublishOptions { Name = "docs" });
        File.WriteAllText(sides.InMount("a.txt"), "mine");
        Assert.Equal(SyncStatus.Pushed, (await sides.SyncAsync()).Status);
        sides.AssertSame();
    }

    [Fact]
    public async Task A_push_that_is_landing_has_landed_before_its_drive_is_unpublished()
    {
        await using var sides = await TwoSides.StartAsync();
        Task unpublishing;
        using (var origin = RootDirectory.OpenAt(sides.Origin))
        using (RootLock.Take(origin, RootLayout.ApplyLock))
        {
            unpublishing = sides.Alpha.UnpublishAsync(TwoSides.Drive);
            await Task.Delay(200);
            Assert.True(File.Exists(sides.AtOrigin(".omnydrive/marker.json")));
        }

        await unpublishing;

        Assert.False(File.Exists(sides.AtOrigin(".omnydrive/marker.json")));
    }

    [Fact]
    public async Task A_drive_whose_endpoint_lost_its_state_is_published_again_under_its_name_or_its_mark_explains_itself()
    {
        await using var sides = await TwoSides.StartAsync();
        await using var gamma = sides.Endpoint("gamma");
        using (var store = EndpointStore.Open(sides.Scratch.At("alpha-state")))
            store.Run(db => db.Execute("DELETE FROM drives"));

        var elsewhere = await Assert.ThrowsAsync<DriveException>(() => gamma.PublishDirectoryAsync(sides.Origin));
        var renamed = await Assert.ThrowsAsync<DriveException>(() => sides.Alpha.PublishDirectoryAsync(sides.Origin, new PublishOptions { Name = "other" }));
        await sides.Alpha.PublishDirectoryAsync(sides.Origin, new PublishOptions { Name = "docs" });

        Assert.Equal((ErrorCode.DriveExists, ErrorCode.DriveExists), (elsewhere.Code, renamed.Code));
        Assert.Contains($"remove {sides.Origin}/.omnydrive/marker.json", elsewhere.Hint, StringComparison.Ordinal);
        Assert.Contains($"omnydrive publish {sides.Origin} --name docs", renamed.Hint, StringComparison.Ordinal);
        File.WriteAllText(sides.InMount("a.txt"), "mine");
        Assert.Equal(SyncStatus.Pushed, (await sides.SyncAsync()).Status);
    }

    [Fact]
    public async Task A_publication_that_the_state_cannot_keep_leaves_no_mark()
    {
        await using var sides = await TwoSides.StartAsync();
        var root = sides.Scratch.Directory("other");
        using (var store = EndpointStore.Open(sides.Scratch.At("alpha-state")))
            store.Run(db => db.Execute("CREATE TRIGGER full BEFORE INSERT ON drives BEGIN SELECT RAISE(ABORT, 'full'); END"));

        await Assert.ThrowsAnyAsync<Exception>(() => sides.Alpha.PublishDirectoryAsync(root));

        Assert.Empty(Directory.GetFileSystemEntries(root));
    }

    [Fact]
    public async Task One_directory_has_one_drive_and_one_drive_one_directory()
    {
        await using var sides = await TwoSides.StartAsync();
        var other = sides.Scratch.Directory("other");

        Assert.Equal(ErrorCode.DriveExists, (await Assert.ThrowsAsync<DriveException>(() => sides.Alpha.PublishDirectoryAsync(sides.Origin, new PublishOptions { Name = "second" }))).Code);
        Assert.Equal(ErrorCode.DriveExists, (await Assert.ThrowsAsync<DriveException>(() => sides.Alpha.PublishDirectoryAsync(other, new PublishOptions { Name = "docs" }))).Code);
        Assert.Equal(ErrorCode.DriveExists, (await Assert.ThrowsAsync<DriveException>(() => sides.Beta.PublishDirectoryAsync(sides.Origin, new PublishOptions { Name = "docs" }))).Code);

        Assert.False(Directory.Exists(Path.Combine(other, ".omnydrive")));
        Assert.Equal(SyncStatus.Clean, (await sides.SyncAsync()).Status);
    }

    [Fact]
    public async Task A_publish_that_the_hub_refuses_leaves_no_mark_and_no_row_and_one_that_changes_options_leaves_the_old_ones()
    {
        using var scratch = new ScratchDirectory();
        var hub = new FailingHub(new LocalDriveHub());
        await using var alpha = new LocalDriveEndpoint(new EndpointIdentity("alpha"), hub, new LocalDriveEndpointOptions { StateDirectory = scratch.At("state") });
        var root = scratch.Directory("docs");
        File.WriteAllText(Path.Combine(root, "a.txt"), "a");
        hub.Fails = true;

        Assert.Equal(ErrorCode.HubUnreachable, (await Assert.ThrowsAsync<DriveException>(() => alpha.PublishDirectoryAsync(root))).Code);
        Assert.Equal(["a.txt"], Directory.GetFileSystemEntries(root).Select(Path.GetFileName));
        Assert.Equal(ErrorCode.DriveNotFound, Assert.Throws<DriveException>(() => alpha.OpenOrigin(DriveId.Parse("alpha/docs"))).Code);

        hub.Fails = false;
        await alpha.PublishDirectoryAsync(root);
        hub.Fails = true;
        await Assert.ThrowsAsync<DriveException>(() => alpha.PublishDirectoryAsync(root, new PublishOptions { ReadOnly = true }));
        Assert.Equal(AccessMode.ReadWrite, (await alpha.OpenOrigin(DriveId.Parse("alpha/docs")).GetHeadAsync()).AccessMode);
    }

    [Fact]
    public async Task A_login_that_fails_after_its_enrolment_is_completed_by_the_next()
    {
        using var scratch = new ScratchDirectory();
        var hub = new FailingHub(new LocalDriveHub()) { FailsLogins = true };
        LocalDriveEndpoint Alpha() => new(new EndpointIdentity("alpha"), hub, new LocalDriveEndpointOptions { StateDirectory = scratch.At("state") });
        await using (var alpha = Alpha())
        {
            Assert.Equal(ErrorCode.HubUnreachable, (await Assert.ThrowsAsync<DriveException>(() => alpha.ListDrivesAsync())).Code);
            Assert.Null(alpha.TicketKey);
        }
        hub.FailsLogins = false;

        await using var again = Alpha();

        Assert.Empty(await again.ListDrivesAsync());
        Assert.NotNull(again.TicketKey);
    }

    [Fact]
    public async Task A_serve_url_that_the_hub_refuses_costs_no_enrolment()
    {
        var hub = new LocalDriveHub();
        await using (var wrong = new LocalDriveEndpoint(new EndpointIdentity("alpha"), hub, new LocalDriveEndpointOptions { ServeUrl = "http://169.254.169.254" }))
            Assert.Equal(ErrorCode.Invalid, (await Assert.ThrowsAsync<DriveException>(() => wrong.ListDrivesAsync())).Code);

        await using var right = new LocalDriveEndpoint(new EndpointIdentity("alpha"), hub);

        Assert.Empty(await right.ListDrivesAsync());
    }

    [Fact]
    public async Task A_token_that_has_expired_is_replaced_without_anybody_noticing()
    {
        var time = new ManualTime();
        await using var sides = await TwoSides.StartAsync(time: time);
        for (var day = 0; day < 3; day++)
        {
            time.Advance(TimeSpan.FromHours(25));
            File.WriteAllText(sides.InMount("a.txt"), new string('x', 10 + day));

            Assert.Equal(SyncStatus.Pushed, (await sides.SyncAsync()).Status);
            Assert.Single(await sides.Alpha.ListDrivesAsync());
        }
        sides.AssertSame();
    }

    [Fact]
    public async Task The_registry_shows_where_a_drive_stands_after_each_push()
    {
        await using var sides = await TwoSides.StartAsync();
        for (var i = 0; i < 2; i++)
        {
            File.WriteAllText(sides.InMount("a.txt"), $"version {i}");

            var pushed = await sides.SyncAsync();

            var listing = Assert.Single(await sides.Beta.ListDrivesAsync());
            Assert.Equal((pushed.Ref, true), (listing.Drive.Ref, listing.Online));
            Assert.NotEqual(pushed.PreviousRef, pushed.Ref);
        }
    }

    [Fact]
    public async Task An_endpoint_that_has_left_is_unreachable_and_nothing_is_left_of_a_clone()
    {
        await using var sides = await TwoSides.StartAsync();
        await sides.Alpha.DisposeAsync();

        Assert.Equal(ErrorCode.OriginUnreachable, (await Assert.ThrowsAsync<DriveException>(sides.SyncAsync)).Code);
        Assert.Equal(ErrorCode.OriginUnreachable, (await Assert.ThrowsAsync<DriveException>(() => sides.Beta.CloneDriveAsync(TwoSides.Drive, sides.Scratch.At("second")))).Code);

        Assert.False(Directory.Exists(sides.Scratch.At("second")));
        Assert.Single(sides.Beta.ListMounts());
    }
}
