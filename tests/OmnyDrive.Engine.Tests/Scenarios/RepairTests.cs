using System.Diagnostics;
using OmnyDrive.Errors;
using OmnyDrive.History;
using OmnyDrive.Reconciling;

namespace OmnyDrive.Engine.Tests.Scenarios;

/// <summary>Mounts whose directory was moved, copied, or lost its marker: each halts until somebody says what it is.</summary>
public sealed class RepairTests
{
    [Fact]
    public async Task A_moved_mount_halts_and_is_one_again_at_its_new_place_with_what_was_edited()
    {
        await using var sides = await TwoSides.StartAsync();
        var place = sides.Scratch.At("moved");
        Directory.Move(sides.Mount, place);
        File.WriteAllText(Path.Combine(place, "a.txt"), "edited");
        var halted = await Assert.ThrowsAsync<DriveException>(sides.SyncAsync);
        Assert.Equal(ErrorCode.RootMissing, halted.Code);
        Assert.Contains("omnydrive mounts repair", halted.Hint, StringComparison.Ordinal);
        var unknown = Assert.Throws<DriveException>(() => sides.Beta.FindMount(place));
        Assert.Contains($"omnydrive mounts repair {place}", unknown.Hint, StringComparison.Ordinal);

        var plan = await sides.Beta.PlanRepairAsync(Path.Combine(place, "dir"));

        Assert.Equal((MountRepairKind.Moved, place, sides.Mount, new ChangeCounts(0, 1, 0), false), (plan.Kind, plan.Path, plan.PreviousPath, plan.Differences, plan.IsRepaired));
        Assert.Equal(sides.Mount, Assert.Single(sides.Beta.ListMounts()).Path);

        Assert.Equal((place, MountStatus.Ready), ((await sides.Beta.RepairAsync(place)).Mount.Path, Assert.Single(sides.Beta.ListMounts()).Status));

        Assert.Equal(SyncStatus.Pushed, (await sides.SyncAsync()).Status);
        Assert.Equal("edited", File.ReadAllText(sides.AtOrigin("a.txt")));
        Assert.Contains((await sides.Beta.ReadHistoryAsync(sides.Id)), generation => generation.Kind == GenerationKind.Push);
    }

    [Fact]
    public async Task A_copied_mount_becomes_one_of_its_own_and_neither_overwrites_the_other()
    {
        await using var sides = await TwoSides.StartAsync();
        var place = sides.Scratch.At("copy");
        using (var copying = Process.Start("cp", ["-a", sides.Mount, place]))
            await copying.WaitForExitAsync(TestContext.Current.CancellationToken);
        File.WriteAllText(Path.Combine(place, "a.txt"), "of the copy");
        File.WriteAllText(sides.InMount("a.txt"), "of the mount");
        Assert.Equal(ErrorCode.MountNotFound, Assert.Throws<DriveException>(() => sides.Beta.FindMount(place)).Code);

        var repaired = await sides.Beta.RepairAsync(place);

        Assert.Equal((MountRepairKind.Copied, new ChangeCounts(0, 1, 0)), (repaired.Kind, repaired.Differences));
        Assert.NotEqual(sides.Id, repaired.Mount.Id);
        Assert.Equal([MountStatus.Ready, MountStatus.Ready], sides.Beta.ListMounts().Select(mount => mount.Status));
        Assert.Equal(SyncStatus.Pushed, (await sides.SyncAsync()).Status);
        await Assert.ThrowsAsync<ConflictDetectedException>(() => sides.Beta.SyncMountAsync(repaired.Mount.Id));
        Assert.Equal(("of the mount", "of the copy"), (File.ReadAllText(sides.AtOrigin("a.txt")), File.ReadAllText(Path.Combine(place, "a.txt"))));
        File.WriteAllText(Path.Combine(place, "a.txt"), "first");
        Assert.Equal(SyncStatus.Pulled, (await sides.Beta.SyncMountAsync(repaired.Mount.Id)).Status);
        await sides.Beta.UnmountAsync(sides.Id);
        Assert.Equal(SyncStatus.Clean, (await sides.Beta.SyncMountAsync(repaired.Mount.Id)).Status);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_mount_that_lost_its_marker_gets_it_again(bool byId)
    {
        await using var sides = await TwoSides.StartAsync();
        Directory.Delete(sides.InMount(".omnydrive"), recursive: true);
        Assert.Equal(ErrorCode.RootMissing, (await Assert.ThrowsAsync<DriveException>(sides.SyncAsync)).Code);
        File.WriteAllText(sides.AtOrigin("a.txt"), "newer");

        var repaired = await sides.Beta.RepairAsync(byId ? sides.Id.Value : sides.InMount("dir"));

        Assert.Equal((MountRepairKind.Unmarked, default(ChangeCounts), sides.Id), (repaired.Kind, repaired.Differences, repaired.Mount.Id));
        Assert.Equal(SyncStatus.Pulled, (await sides.SyncAsync()).Status);
        sides.AssertSame();
    }

    [Fact]
    public async Task An_empty_directory_in_the_place_of_a_mount_is_told_as_all_deleted_and_deletes_nothing_at_the_origin()
    {
        await using var sides = await TwoSides.StartAsync();
        Directory.Move(sides.Mount, sides.Scratch.At("unmounted"));
        Directory.CreateDirectory(sides.Mount);

        Assert.Equal((MountRepairKind.Unmarked, new ChangeCounts(0, 0, 8)), ((await sides.Beta.PlanRepairAsync(sides.Mount)).Kind, (await sides.Beta.PlanRepairAsync(sides.Mount)).Differences));
        Assert.Empty(Directory.GetFileSystemEntries(sides.Mount));
        await sides.Beta.RepairAsync(sides.Mount);

        await Assert.ThrowsAsync<SyncHaltedException>(sides.SyncAsync);
        Assert.Equal("first", File.ReadAllText(sides.AtOrigin("a.txt")));
    }

    [Fact]
    public async Task What_needs_no_repair_or_is_another_mount_is_refused()
    {
        await using var sides = await TwoSides.StartAsync();
        Assert.Equal(ErrorCode.Invalid, (await Assert.ThrowsAsync<DriveException>(() => sides.Beta.RepairAsync(sides.Mount))).Code);
        Assert.Equal(ErrorCode.MountNotFound, (await Assert.ThrowsAsync<DriveException>(() => sides.Beta.RepairAsync(sides.Origin))).Code);
        var second = await sides.Beta.CloneDriveAsync(TwoSides.Drive, sides.Scratch.At("second"));
        Directory.Delete(sides.Mount, recursive: true);
        Directory.Move(second.Mount.Path, sides.Mount);

        var refused = (await Assert.ThrowsAsync<DriveException>(() => sides.Beta.RepairAsync(sides.Mount)));

        Assert.Equal(ErrorCode.Invalid, refused.Code);
        Assert.Contains($"omnydrive unmount {sides.Id}", refused.Hint, StringComparison.Ordinal);
        await sides.Beta.UnmountAsync(sides.Id);
        Assert.Equal(second.Mount.Id, (await sides.Beta.RepairAsync(sides.Mount)).Mount.Id);
        Assert.Equal(SyncStatus.Clean, (await sides.Beta.SyncMountAsync(second.Mount.Id)).Status);
    }
}
