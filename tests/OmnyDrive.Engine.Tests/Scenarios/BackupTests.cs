using System.Diagnostics;
using OmnyDrive.Errors;
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
        // What it names helps.
        await sides.Beta.UnmountAsync(sides.Id);
        await sides.Beta.CloneDriveAsync(TwoSides.Drive, sides.Scratch.At("again"));
        Assert.Equal(origin, DiskTree.Describe(sides.Scratch.At("again")));
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

    private static void Copy(string from, string to)
    {
        using var copy = Process.Start("cp", ["-a", from, to])!;
        copy.WaitForExit();
        Assert.Equal(0, copy.ExitCode);
    }
}
