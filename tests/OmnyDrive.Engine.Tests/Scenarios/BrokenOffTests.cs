using OmnyDrive.Engine.State;
using OmnyDrive.Errors;
using OmnyDrive.Testing;

namespace OmnyDrive.Engine.Tests.Scenarios;

/// <summary>A sync or clone that breaks off at each of its steps, by a lost connection or because the user ends it.</summary>
public sealed class BrokenOffTests
{
    public enum Ending
    {
        ConnectionLost,
        Cancelled,
    }

    /// <summary>Every step with either ending.</summary>
    public static MatrixTheoryData<OriginStep, Ending> Pulling =>
        new([OriginStep.BeforeHead, OriginStep.BeforeTrees, OriginStep.BeforeFetch, OriginStep.AfterFirstContent], Enum.GetValues<Ending>());

    public static MatrixTheoryData<OriginStep, Ending> Pushing =>
        new([OriginStep.BeforeHead, OriginStep.BeforePush, OriginStep.BeforeStage, OriginStep.AfterStage, OriginStep.BeforeCommit, OriginStep.AfterCommit], Enum.GetValues<Ending>());

    [Theory, MemberData(nameof(Pulling))]
    public async Task A_clone_that_breaks_off_shows_no_part_of_a_file_and_is_continued_by_the_same_call(OriginStep step, Ending ending)
    {
        await using var sides = await TwoSides.StartAsync(Many);
        var place = sides.Scratch.At("second");

        await BreakOffAsync(sides, step, ending, token => sides.Beta.CloneDriveAsync(TwoSides.Drive, place, null, token));

        AssertWholeFilesOnly(sides.Origin, place);
        Assert.Equal(step != OriginStep.BeforeHead, Directory.Exists(place));
        if (Directory.Exists(place))
        {
            var begun = sides.Beta.FindMount(place);
            Assert.Equal((MountStatus.Cloning, null), (begun.Status, begun.Ref));
            Assert.Equal(ErrorCode.Invalid, (await Assert.ThrowsAsync<DriveException>(() => sides.Beta.SyncMountAsync(begun.Id))).Code);
        }
        var continued = await sides.Beta.CloneDriveAsync(TwoSides.Drive, place);
        Assert.Equal(DiskTree.Describe(sides.Origin, times: true), DiskTree.Describe(place, times: true));
        Assert.Equal(MountStatus.Ready, continued.Mount.Status);
        AssertNothingStaged(place);
        Assert.Equal(SyncStatus.Clean, (await sides.Beta.SyncMountAsync(continued.Mount.Id)).Status);
    }

    [Theory, MemberData(nameof(Pulling))]
    public async Task A_pull_that_breaks_off_shows_no_part_of_a_file_and_the_next_sync_completes_it(OriginStep step, Ending ending)
    {
        await using var sides = await TwoSides.StartAsync(Many);
        var before = DiskTree.Describe(sides.Mount, times: true);
        EditMany(sides.Origin);

        await BreakOffAsync(sides, step, ending, token => sides.Beta.SyncMountAsync(sides.Id, null, token));

        Assert.Equal(before, DiskTree.Describe(sides.Mount, times: true));
        Assert.Equal(SyncStatus.Pulled, (await sides.SyncAsync()).Status);
        sides.AssertSame();
        AssertNothingStaged(sides.Mount);
    }

    [Theory, MemberData(nameof(Pushing))]
    public async Task A_push_that_breaks_off_leaves_the_old_or_the_new_tree_and_the_next_sync_converges(OriginStep step, Ending ending)
    {
        await using var sides = await TwoSides.StartAsync(Many);
        var before = DiskTree.Describe(sides.Origin, times: true);
        EditMany(sides.Mount);

        await BreakOffAsync(sides, step, ending, token => sides.Beta.SyncMountAsync(sides.Id, null, token));

        Assert.Equal(step == OriginStep.AfterCommit ? DiskTree.Describe(sides.Mount, times: true) : before, DiskTree.Describe(sides.Origin, times: true));
        Assert.Equal(step == OriginStep.AfterCommit ? SyncStatus.Clean : SyncStatus.Pushed, (await sides.SyncAsync()).Status);
        sides.AssertSame();
        AssertNothingStaged(sides.Origin);
    }

    [Fact]
    public async Task A_clone_that_was_killed_as_it_placed_files_is_continued_after_its_origin_moved_on()
    {
        await using var sides = await TwoSides.StartAsync(Many);
        PretendKilled(sides, before: null);
        var marker = sides.InMount(".omnydrive/marker.json");
        File.WriteAllText(marker, File.ReadAllText(marker).Replace("\"ready\"", "\"cloning\"", StringComparison.Ordinal));
        File.Delete(sides.InMount("f3"));
        File.Delete(sides.InMount("run.sh"));
        EditMany(sides.Origin);

        await sides.Beta.CloneDriveAsync(TwoSides.Drive, sides.Mount);

        Assert.Equal(DiskTree.Describe(sides.Origin), DiskTree.Describe(sides.Mount));
        Assert.Equal(SyncStatus.Clean, (await sides.SyncAsync()).Status);
    }

    [Fact]
    public async Task A_pull_that_was_killed_as_it_placed_files_is_continued_after_its_origin_moved_on_and_keeps_what_was_edited_here()
    {
        await using var sides = await TwoSides.StartAsync(Many);
        var before = sides.Beta.FindMount(sides.Mount).Ref;
        EditMany(sides.Origin);
        await sides.SyncAsync();
        PretendKilled(sides, before);
        File.WriteAllText(sides.InMount("f8"), "content 8");
        File.WriteAllText(sides.InMount("f15"), "content 15");
        for (var i = 0; i < 10; i++)
            File.WriteAllText(sides.AtOrigin($"f{i}"), $"edited once more {i}");

        Assert.Equal(SyncStatus.Pulled, (await sides.SyncAsync()).Status);

        Assert.Equal(DiskTree.Describe(sides.Origin), DiskTree.Describe(sides.Mount));
        PretendKilled(sides, before);
        File.WriteAllText(sides.InMount("f5"), "mine");
        File.WriteAllText(sides.AtOrigin("f5"), "theirs");
        var refused = await Assert.ThrowsAsync<Reconciling.ConflictDetectedException>(sides.SyncAsync);
        Assert.Equal("f5", Assert.Single(refused.Conflict.Paths).Path.ToString());
    }

    // The state that a process leaves that is killed between the first path that it places and the baseline.
    private static void PretendKilled(TwoSides sides, Drives.SyncRef? before)
    {
        using var store = EndpointStore.Open(sides.Scratch.At("beta-state"));
        store.Run(db => db.Execute("UPDATE mounts SET pending = ref, ref = $2, synced_at = NULL WHERE id = $1", sides.Id.Value, before?.ToString()));
    }

    [Fact]
    public async Task A_clone_of_another_drive_does_not_continue_one_that_broke_off()
    {
        await using var sides = await TwoSides.StartAsync();
        var other = sides.Scratch.Directory("other");
        File.WriteAllText(Path.Combine(other, "other.txt"), "other");
        await sides.Alpha.PublishDirectoryAsync(other);
        var place = sides.Scratch.At("second");
        await BreakOffAsync(sides, OriginStep.BeforeFetch, Ending.ConnectionLost, token => sides.Beta.CloneDriveAsync(TwoSides.Drive, place, null, token));

        var refused = await Assert.ThrowsAsync<DriveException>(() => sides.Beta.CloneDriveAsync(Drives.DriveId.Parse("alpha/other"), place));

        Assert.Equal(ErrorCode.DestinationNotEmpty, refused.Code);
        await sides.Beta.CloneDriveAsync(TwoSides.Drive, place);
        Assert.Equal(DiskTree.Describe(sides.Origin, times: true), DiskTree.Describe(place, times: true));
    }

    [Fact]
    public async Task A_continued_clone_pushes_nothing_and_keeps_what_was_put_there_and_the_stricter_access()
    {
        await using var sides = await TwoSides.StartAsync();
        var (origin, place) = (DiskTree.Describe(sides.Origin, times: true), sides.Scratch.At("second"));
        await BreakOffAsync(sides, OriginStep.BeforeFetch, Ending.ConnectionLost, token => sides.Beta.CloneDriveAsync(TwoSides.Drive, place, null, token));
        File.WriteAllText(Path.Combine(place, "mine.txt"), "mine");
        File.WriteAllText(Path.Combine(place, "a.txt"), "mine too");

        var cloned = await sides.Beta.CloneDriveAsync(TwoSides.Drive, place, new CloneOptions { ReadOnly = true });

        Assert.Equal((MountStatus.Ready, Drives.AccessMode.ReadOnly, "a.txt"), (cloned.Mount.Status, cloned.Mount.AccessMode, Assert.Single(cloned.Problems).Path));
        Assert.Equal(("mine", "mine too", "second"), (File.ReadAllText(Path.Combine(place, "mine.txt")), File.ReadAllText(Path.Combine(place, "a.txt")), File.ReadAllText(Path.Combine(place, "dir/b.txt"))));
        var refused = await Assert.ThrowsAsync<Reconciling.ConflictDetectedException>(() => sides.Beta.SyncMountAsync(cloned.Mount.Id));
        Assert.Equal(Reconciling.ConflictKind.LocalDivergence, refused.Conflict.Kind);
        Assert.Equal(origin, DiskTree.Describe(sides.Origin, times: true));
    }

    [Fact]
    public async Task A_clone_that_was_complete_but_for_its_baseline_does_not_push_what_was_added_since()
    {
        await using var sides = await TwoSides.StartAsync();
        PretendKilled(sides, before: null);
        var marker = sides.InMount(".omnydrive/marker.json");
        File.WriteAllText(marker, File.ReadAllText(marker).Replace("\"ready\"", "\"cloning\"", StringComparison.Ordinal));
        File.WriteAllText(sides.InMount("mine.txt"), "mine");

        await sides.Beta.CloneDriveAsync(TwoSides.Drive, sides.Mount);

        Assert.False(File.Exists(sides.AtOrigin("mine.txt")));
        Assert.Equal("mine.txt", Assert.Single((await sides.SyncAsync()).Changes).Change.Path.ToString());
        sides.AssertSame();
    }

    [Fact]
    public async Task A_clone_that_lacks_a_path_fails_and_is_continued_by_the_same_call()
    {
        await using var sides = await TwoSides.StartAsync(Many);
        var place = sides.Scratch.At("second");
        sides.Steps.Once(OriginStep.BeforeFetch, () => File.WriteAllText(sides.AtOrigin("f7"), "changed meanwhile"));

        var failed = await Assert.ThrowsAsync<DriveException>(() => sides.Beta.CloneDriveAsync(TwoSides.Drive, place));

        Assert.Contains("1 path of alpha/docs could not be brought over, such as \"f7\"", failed.Message, StringComparison.Ordinal);
        Assert.Contains($"omnydrive clone alpha/docs {place}", failed.Hint, StringComparison.Ordinal);
        var begun = sides.Beta.FindMount(place);
        Assert.Equal((MountStatus.Cloning, null), (begun.Status, begun.Ref));
        Assert.Empty((await sides.Beta.CloneDriveAsync(TwoSides.Drive, place)).Problems);
        Assert.Equal(DiskTree.Describe(sides.Origin, times: true), DiskTree.Describe(place, times: true));
        Assert.Equal(SyncStatus.Clean, (await sides.Beta.SyncMountAsync(begun.Id)).Status);
    }

    [Fact]
    public async Task A_clone_is_complete_without_what_its_origin_cannot_read_and_says_so()
    {
        await using var sides = await TwoSides.StartAsync();
        Programs.Run("mkfifo", sides.AtOrigin("dir/pipe"));

        var cloned = await sides.Beta.CloneDriveAsync(TwoSides.Drive, sides.Scratch.At("second"));

        Assert.Equal((MountStatus.Ready, "dir/pipe"), (cloned.Mount.Status, Assert.Single(cloned.Problems).Path));
    }

    [Fact]
    public async Task A_clone_that_broke_off_can_be_forgotten()
    {
        await using var sides = await TwoSides.StartAsync();
        var place = sides.Scratch.At("second");
        await BreakOffAsync(sides, OriginStep.BeforeFetch, Ending.ConnectionLost, token => sides.Beta.CloneDriveAsync(TwoSides.Drive, place, null, token));

        await sides.Beta.UnmountAsync(sides.Beta.FindMount(place).Id);

        Assert.Empty(Directory.GetFileSystemEntries(place));
        await sides.Beta.CloneDriveAsync(TwoSides.Drive, place);
        Assert.Equal(DiskTree.Describe(sides.Origin, times: true), DiskTree.Describe(place, times: true));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_clone_that_was_killed_as_it_made_its_mark_is_begun_anew(bool directoryMade)
    {
        await using var sides = await TwoSides.StartAsync();
        var place = sides.Scratch.Directory("second");
        if (directoryMade)
            File.WriteAllText(Path.Combine(sides.Scratch.Directory("second", ".omnydrive"), "marker.json.half"), "");

        await sides.Beta.CloneDriveAsync(TwoSides.Drive, place);

        Assert.Equal(DiskTree.Describe(sides.Origin, times: true), DiskTree.Describe(place, times: true));
    }

    // Runs it and ends it at a step; it must throw what belongs to that ending.
    private static async Task BreakOffAsync(TwoSides sides, OriginStep step, Ending ending, Func<CancellationToken, Task> run)
    {
        using var user = new CancellationTokenSource();
        var came = false;
        sides.Steps.OnStep = at =>
        {
            if (at != step)
                return Task.CompletedTask;
            came = true;
            if (ending == Ending.ConnectionLost)
                throw new DriveException(ErrorCode.OriginUnreachable, "The connection broke off.");
            user.Cancel();
            user.Token.ThrowIfCancellationRequested();
            return Task.CompletedTask;
        };
        if (ending == Ending.Cancelled)
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run(user.Token));
        else
            Assert.Equal(ErrorCode.OriginUnreachable, (await Assert.ThrowsAsync<DriveException>(() => run(user.Token))).Code);
        Assert.True(came);
        sides.Steps.OnStep = null;
    }

    private static void Many(string root)
    {
        TwoSides.Sample(root);
        for (var i = 0; i < 20; i++)
            File.WriteAllText(Path.Combine(root, $"f{i}"), $"content {i}");
    }

    private static void EditMany(string root)
    {
        for (var i = 0; i < 10; i++)
            File.WriteAllText(Path.Combine(root, $"f{i}"), $"edited content {i}");
        File.Delete(Path.Combine(root, "f15"));
        Directory.Delete(Path.Combine(root, "dir"), recursive: true);
        File.WriteAllText(Path.Combine(root, "dir"), "a file now");
    }

    private static void AssertWholeFilesOnly(string origin, string place)
    {
        if (!Directory.Exists(place))
            return;
        var whole = DiskTree.Describe(origin, times: true).Split('\n').ToHashSet();
        Assert.All(DiskTree.Describe(place, times: true).Split('\n').Where(line => line.Length > 0), line => Assert.Contains(line, whole));
    }

    private static void AssertNothingStaged(string root)
    {
        var staging = Path.Combine(root, ".omnydrive", "staging");
        Assert.Empty(Directory.Exists(staging) ? Directory.GetFileSystemEntries(staging) : []);
    }
}
