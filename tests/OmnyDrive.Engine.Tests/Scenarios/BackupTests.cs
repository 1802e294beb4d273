using System.Diagnostics;
using OmnyDrive.Engine.State;
using OmnyDrive.Errors;
using OmnyDrive.Filtering;
using OmnyDrive.History;
using OmnyDrive.Reconciling;
using OmnyDrive.Testing;

namespace OmnyDrive.Engine.Tests.Scenarios;

/// <summary>One side comes from a backup, with or without the state of its endpoint.</summary>
public sealed class BackupTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_mount_that_was_restored_from_a_backup_is_a_conflict_and_nothing_newer_is_overwritten(bool pulled)
    {
        await using var sides = await TwoSides.StartAsync();
        await SyncEditAsync(sides, "one", pulled);
        Copy(sides.Mount, sides.Scratch.At("backup"));
        await SyncEditAsync(sides, "two", pulled);
        await SyncEditAsync(sides, "three", pulled);
        Directory.Move(sides.Mount, sides.Scratch.At("newer"));
        Copy(sides.Scratch.At("backup"), sides.Mount);
        var (origin, mount) = (DiskTree.Describe(sides.Origin), DiskTree.Describe(sides.Mount));

        foreach (var work in new Func<Task>[] { () => sides.SyncAsync(), () => sides.Beta.PlanSyncAsync(sides.Id), () => sides.Beta.UndoAsync(sides.Id) })
            Assert.Equal(ErrorCode.Conflict, (await Assert.ThrowsAsync<DriveException>(work)).Code);

        Assert.Equal((origin, mount), (DiskTree.Describe(sides.Origin), DiskTree.Describe(sides.Mount)));
        // What it names helps: what was restored is an earlier state, and what is newer comes again.
        var plan = await sides.Beta.PlanRepairAsync(sides.Mount);
        Assert.Equal((MountRepairKind.Restored, true, new ChangeCounts(0, 1, 0), false), (plan.Kind, plan.IsKnownState, plan.Differences, plan.IsRepaired));
        Assert.True((await sides.Beta.RepairAsync(sides.Mount)).IsRepaired);
        Assert.Equal(SyncStatus.Pulled, (await sides.SyncAsync()).Status);
        sides.AssertSame();
        Assert.Equal("three", File.ReadAllText(sides.InMount("a.txt")));
    }

    [Fact]
    public async Task A_restored_mount_that_was_edited_is_compared_anew_and_what_differs_is_a_conflict()
    {
        await using var sides = await TwoSides.StartAsync();
        Copy(sides.Mount, sides.Scratch.At("backup"));
        await SyncEditAsync(sides, "newer", pulled: true);
        Directory.Move(sides.Mount, sides.Scratch.At("newer"));
        Copy(sides.Scratch.At("backup"), sides.Mount);
        File.WriteAllText(sides.InMount("mine.txt"), "mine");

        var repaired = await sides.Beta.RepairAsync(sides.Id.Value);

        Assert.Equal((MountRepairKind.Restored, false), (repaired.Kind, repaired.IsKnownState));
        var refused = await Assert.ThrowsAsync<ConflictDetectedException>(sides.SyncAsync);
        Assert.Equal(["a.txt"], refused.Conflict.Paths.Select(path => path.Path.ToString()));
        Assert.Equal("newer", File.ReadAllText(sides.AtOrigin("a.txt")));
        File.WriteAllText(sides.InMount("a.txt"), "newer");
        Assert.Equal(SyncStatus.Pushed, (await sides.SyncAsync()).Status);
        Assert.Equal(DiskTree.Describe(sides.Origin), DiskTree.Describe(sides.Mount));
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, false)]
    [InlineData(true, true)]
    public async Task An_origin_that_was_restored_from_a_backup_is_a_conflict_and_nothing_newer_is_overwritten(bool pulled, bool wentOn)
    {
        await using var sides = await TwoSides.StartAsync();
        await SyncEditAsync(sides, "one", pulled);
        var backup = DiskTree.Describe(sides.Origin);
        Copy(sides.Origin, sides.Scratch.At("backup"));
        await SyncEditAsync(sides, "two", pulled);
        File.WriteAllText(sides.InMount("new.txt"), "newer");
        Assert.Equal(SyncStatus.Pushed, (await sides.SyncAsync()).Status);
        await RestoreAsync(sides);
        if (wentOn)
        {
            // As many generations as there were, and more, but others.
            for (var i = 0; i < 5; i++)
            {
                File.WriteAllText(sides.AtOrigin("other.txt"), $"{i}");
                await sides.Alpha.OpenOrigin(TwoSides.Drive).GetHeadAsync(TestContext.Current.CancellationToken);
            }
            backup = DiskTree.Describe(sides.Origin);
        }
        var mount = DiskTree.Describe(sides.Mount);

        foreach (var work in new Func<Task>[] { () => sides.SyncAsync(), () => sides.Beta.PlanSyncAsync(sides.Id) })
        {
            var refused = await Assert.ThrowsAsync<DriveException>(work);
            Assert.Equal(ErrorCode.Conflict, refused.Code);
            Assert.Contains($"omnydrive mounts repair {sides.Mount}", refused.Hint, StringComparison.Ordinal);
        }

        Assert.Equal((backup, mount), (DiskTree.Describe(sides.Origin), DiskTree.Describe(sides.Mount)));
        Assert.Equal((MountRepairKind.Parted, false), ((await sides.Beta.PlanRepairAsync(sides.Mount)).Kind, (await sides.Beta.PlanRepairAsync(sides.Mount)).IsRepaired));
        Assert.True((await sides.Beta.RepairAsync(sides.Mount)).IsRepaired);
        var compared = (await sides.Beta.PlanSyncAsync(sides.Id)).Conflict;
        Assert.Equal(["a.txt"], compared!.Paths.Select(path => path.Path.ToString()));
        Assert.Equal(["new.txt"], compared.LocalChanges.Select(change => change.Path.ToString()));
        File.WriteAllText(sides.AtOrigin("a.txt"), File.ReadAllText(sides.InMount("a.txt")));
        File.Delete(sides.AtOrigin("other.txt"));
        Assert.Equal(SyncStatus.Pushed, (await sides.SyncAsync()).Status);
        Assert.Equal(DiskTree.Describe(sides.Origin), DiskTree.Describe(sides.Mount));
        Assert.Equal(ErrorCode.Invalid, (await Assert.ThrowsAsync<DriveException>(() => sides.Beta.PlanRepairAsync(sides.Mount))).Code);
    }

    [Fact]
    public async Task A_drive_that_was_withdrawn_and_published_again_as_it_was_goes_on()
    {
        await using var sides = await TwoSides.StartAsync();
        await SyncEditAsync(sides, "one", pulled: false);
        await sides.Alpha.UnpublishAsync(TwoSides.Drive, TestContext.Current.CancellationToken);
        await sides.Alpha.PublishDirectoryAsync(sides.Origin, new PublishOptions { Name = TwoSides.Drive.Name }, TestContext.Current.CancellationToken);

        await SyncEditAsync(sides, "two", pulled: true);
        await SyncEditAsync(sides, "three", pulled: false);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_state_that_was_restored_from_a_backup_knows_what_both_sides_did_since(bool pulled)
    {
        await using var sides = await TwoSides.StartAsync();
        await SyncEditAsync(sides, "one", pulled);
        await sides.RestartBetaAsync(() => Copy(sides.Scratch.At("beta-state"), sides.Scratch.At("backup")));
        await SyncEditAsync(sides, "two", pulled);
        await SyncEditAsync(sides, "three", pulled);
        await sides.RestartBetaAsync(() =>
        {
            Directory.Delete(sides.Scratch.At("beta-state"), recursive: true);
            Copy(sides.Scratch.At("backup"), sides.Scratch.At("beta-state"));
        });
        var before = DiskTree.Describe(sides.Origin, times: true);

        Assert.Equal(SyncStatus.Clean, (await sides.SyncAsync()).Status);

        Assert.Equal(before, DiskTree.Describe(sides.Origin, times: true));
        sides.AssertSame();
        await SyncEditAsync(sides, "four", pulled);
        sides.AssertSame();
    }

    private static async Task SyncEditAsync(TwoSides sides, string content, bool pulled)
    {
        File.WriteAllText(pulled ? sides.AtOrigin("a.txt") : sides.InMount("a.txt"), content);
        Assert.Equal(pulled ? SyncStatus.Pulled : SyncStatus.Pushed, (await sides.SyncAsync()).Status);
    }

    [Fact]
    public async Task A_drive_that_was_edited_and_published_anew_with_other_options_goes_on()
    {
        await using var sides = await TwoSides.StartAsync();
        await SyncEditAsync(sides, "one", pulled: false);
        File.WriteAllText(sides.AtOrigin("a.txt"), "not seen by the mount yet");
        await sides.Alpha.OpenOrigin(TwoSides.Drive).GetHeadAsync(TestContext.Current.CancellationToken);
        await sides.Alpha.UnpublishAsync(TwoSides.Drive, TestContext.Current.CancellationToken);
        File.WriteAllText(sides.AtOrigin("dir/b.txt"), "edited while it was not published");
        await sides.Alpha.PublishDirectoryAsync(sides.Origin, new PublishOptions { Name = TwoSides.Drive.Name, Filter = new FilterOptions([], ["*.tmp"], FilterOptions.DefaultIgnoreFile, false) }, TestContext.Current.CancellationToken);

        Assert.Equal(SyncStatus.Pulled, (await sides.SyncAsync()).Status);

        sides.AssertSame();
        await SyncEditAsync(sides, "three", pulled: false);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_repair_that_is_broken_off_leaves_the_mount_refused_and_is_made_again(bool isMount)
    {
        await using var sides = await TwoSides.StartAsync();
        Copy(isMount ? sides.Mount : sides.Origin, sides.Scratch.At("backup"));
        await SyncEditAsync(sides, "newer", pulled: true);
        if (isMount)
        {
            Directory.Move(sides.Mount, sides.Scratch.At("newer"));
            Copy(sides.Scratch.At("backup"), sides.Mount);
        }
        else
            await RestoreAsync(sides);
        await sides.RestartBetaAsync(() => Copy(sides.Scratch.At("beta-state"), sides.Scratch.At("state before")));
        var kind = (await sides.Beta.RepairAsync(sides.Mount)).Kind;
        // What the root got came through, and what the state got did not.
        await sides.RestartBetaAsync(() =>
        {
            Directory.Delete(sides.Scratch.At("beta-state"), recursive: true);
            Copy(sides.Scratch.At("state before"), sides.Scratch.At("beta-state"));
        });

        Assert.Equal(ErrorCode.Conflict, (await Assert.ThrowsAsync<DriveException>(sides.SyncAsync)).Code);

        Assert.Equal(isMount ? MountRepairKind.Restored : MountRepairKind.Parted, kind);
        Assert.Equal(kind, (await sides.Beta.RepairAsync(sides.Mount)).Kind);
        await Record.ExceptionAsync(sides.SyncAsync);
        Assert.Equal("newer", File.ReadAllText(isMount ? sides.AtOrigin("a.txt") : sides.InMount("a.txt")));
    }

    [Fact]
    public async Task An_origin_that_was_restored_after_a_pull_was_broken_off_is_a_conflict()
    {
        await using var sides = await TwoSides.StartAsync();
        await SyncEditAsync(sides, "one", pulled: true);
        Copy(sides.Origin, sides.Scratch.At("backup"));
        var before = sides.Beta.FindMount(sides.Mount).Ref!.Value;
        await SyncEditAsync(sides, "newer", pulled: true);
        await RestoreAsync(sides);
        // As a process leaves the state that ends after the files were placed and before the baseline was saved.
        await sides.RestartBetaAsync(() =>
        {
            using var store = EndpointStore.Open(sides.Scratch.At("beta-state"));
            store.Run(db => db.Execute("UPDATE mounts SET pending = ref, ref = $1", before.ToString()));
        });

        Assert.Equal(ErrorCode.Conflict, (await Assert.ThrowsAsync<DriveException>(sides.SyncAsync)).Code);

        Assert.Equal("newer", File.ReadAllText(sides.InMount("a.txt")));
    }

    private static async Task RestoreAsync(TwoSides sides)
    {
        Directory.Move(sides.Origin, sides.Scratch.At("newer"));
        Copy(sides.Scratch.At("backup"), sides.Origin);
        // As a person does when told that the root is another directory than the one that was published.
        await sides.Alpha.PublishDirectoryAsync(sides.Origin, new PublishOptions { Name = TwoSides.Drive.Name }, TestContext.Current.CancellationToken);
    }

    private static void Copy(string from, string to)
    {
        using var copy = Process.Start("cp", ["-a", from, to])!;
        copy.WaitForExit();
        Assert.Equal(0, copy.ExitCode);
    }
}
