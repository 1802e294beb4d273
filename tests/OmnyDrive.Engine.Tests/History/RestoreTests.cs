using OmnyDrive.Errors;
using OmnyDrive.History;
using OmnyDrive.Reconciling;
using OmnyDrive.Snapshots;
using OmnyDrive.Testing;

namespace OmnyDrive.Engine.Tests.History;

public sealed class RestoreTests
{
    [Fact]
    public async Task Every_state_that_a_mount_pulled_can_be_brought_back()
    {
        await using var sides = await TwoSides.StartAsync();
        List<string> states = [DiskTree.Describe(sides.Mount)];
        foreach (var edit in SampleEdits.ByName.Values)
        {
            Refill(sides.Origin);
            edit(sides.Origin);
            await SyncAsync(sides);
            states.Add(DiskTree.Describe(sides.Mount));
        }
        var generations = (await sides.Beta.ReadHistoryAsync(sides.Id)).OrderBy(generation => generation.Number).ToList();
        Assert.Equal(states.Count, generations.Count);
        for (var i = states.Count - 1; i >= 0; i--)
        {
            await sides.Beta.RestoreAsync(sides.Id, $"{generations[i].Number}");
            Assert.Equal(states[i], DiskTree.Describe(sides.Mount));
        }
        // And forward again, back, and to one that a restore led to.
        foreach (var (generation, state) in new[] { (generations[^1].Number, states[^1]), (generations[1].Number, states[1]), (generations[^1].Number + 1, states[^2]), (generations[0].Number, states[0]) })
        {
            await sides.Beta.RestoreAsync(sides.Id, $"{generation}");
            Assert.Equal(state, DiskTree.Describe(sides.Mount));
        }
        Assert.Equal(SyncStatus.Pushed, (await SyncAsync(sides)).Status);
        Assert.Equal(states[0], DiskTree.Describe(sides.Origin));
    }

    [Fact]
    public async Task Every_state_that_was_pushed_can_be_brought_back_at_the_origin()
    {
        await using var sides = await TwoSides.StartAsync();
        List<string> states = [DiskTree.Describe(sides.Origin)];
        foreach (var edit in SampleEdits.ByName.Values)
        {
            Refill(sides.Mount);
            edit(sides.Mount);
            await SyncAsync(sides);
            states.Add(DiskTree.Describe(sides.Origin));
        }
        var generations = (await sides.Alpha.ReadHistoryAsync(TwoSides.Drive)).OrderBy(generation => generation.Number).ToList();
        Assert.Equal(states.Count, generations.Count);
        for (var i = states.Count - 1; i >= 0; i--)
        {
            await sides.Alpha.RestoreAsync(TwoSides.Drive, generations[i].Ref.ToString());
            Assert.Equal(states[i], DiskTree.Describe(sides.Origin));
        }
    }

    [Fact]
    public async Task What_a_mount_overwrote_and_pushed_comes_back_from_the_origin()
    {
        await using var sides = await TwoSides.StartAsync();
        var large = Enumerable.Range(0, 3_000_000).Select(i => (byte)(i * i >> 7)).ToArray();
        File.WriteAllBytes(sides.InMount("large"), large);
        await sides.SyncAsync();
        File.WriteAllText(sides.InMount("a.txt"), "mine");
        File.WriteAllText(sides.InMount("large"), "small by now");
        await sides.SyncAsync();

        await sides.Beta.RestoreAsync(sides.Id, "2");

        Assert.Equal("first", File.ReadAllText(sides.InMount("a.txt")));
        Assert.Equal(large, File.ReadAllBytes(sides.InMount("large")));
        Assert.Equal("mine", File.ReadAllText(sides.AtOrigin("a.txt")));
        Assert.True(File.GetLastWriteTimeUtc(sides.InMount("a.txt")) > DateTime.UtcNow.AddHours(-1), "What is not known to be older is from now.");
    }

    [Fact]
    public async Task What_was_edited_and_deleted_since_the_last_sync_comes_back()
    {
        await using var sides = await TwoSides.StartAsync();
        File.WriteAllText(sides.AtOrigin("a.txt"), "second of a");
        await sides.SyncAsync();
        var (newest, before) = (await NewestAsync(sides), DiskTree.Describe(sides.Mount));
        EditAndDelete(sides.Mount);

        Assert.NotEmpty((await sides.Beta.RestoreAsync(sides.Id, newest)).Changes);

        File.Delete(sides.InMount("mine.txt"));
        Assert.Equal(before, DiskTree.Describe(sides.Mount));
        Assert.Equal(SyncStatus.Clean, (await sides.SyncAsync()).Status);
        // What was displaced comes back in turn.
        EditAndDelete(sides.Mount);
        var edited = DiskTree.Describe(sides.Mount);
        await sides.Beta.RestoreAsync(sides.Id, newest);
        await sides.Beta.UndoAsync(sides.Id);
        Assert.Equal(edited, DiskTree.Describe(sides.Mount));
    }

    [Fact]
    public async Task Of_an_older_state_comes_back_also_what_was_deleted_since_the_last_sync()
    {
        await using var sides = await TwoSides.StartAsync();
        var first = DiskTree.Describe(sides.Mount);
        File.WriteAllText(sides.AtOrigin("a.txt"), "second of a");
        await sides.SyncAsync();
        EditAndDelete(sides.Mount);

        await sides.Beta.RestoreAsync(sides.Id, "1");

        File.Delete(sides.InMount("mine.txt"));
        Assert.Equal(first, DiskTree.Describe(sides.Mount));
        // And again, from there.
        File.Delete(sides.InMount("dir/b.txt"));
        await sides.Beta.RestoreAsync(sides.Id, "1");
        Assert.Equal(first, DiskTree.Describe(sides.Mount));
        await sides.Beta.RestoreAsync(sides.Id, "2");
        Assert.Equal("second of a", File.ReadAllText(sides.InMount("a.txt")));
        Assert.Equal(SyncStatus.Clean, (await sides.SyncAsync()).Status);
    }

    [Fact]
    public async Task An_edit_of_one_path_is_dropped_and_others_stay()
    {
        await using var sides = await TwoSides.StartAsync();
        File.WriteAllText(sides.InMount("a.txt"), "an edit");
        File.WriteAllText(sides.InMount("dir/b.txt"), "another");
        Directory.Delete(sides.InMount("dir/deep"), recursive: true);

        await sides.Beta.RestoreAsync(sides.Id, "1", DrivePath.Parse("a.txt"));
        await sides.Beta.RestoreAsync(sides.Id, "1", DrivePath.Parse("dir/deep"));

        Assert.Equal(("first", "another", "third"), (File.ReadAllText(sides.InMount("a.txt")), File.ReadAllText(sides.InMount("dir/b.txt")), File.ReadAllText(sides.InMount("dir/deep/c.txt"))));
        Assert.Equal("dir/b.txt", Assert.Single((await sides.SyncAsync()).Changes).Change.Path.ToString());
    }

    private static async Task<string> NewestAsync(TwoSides sides) => $"{(await sides.Beta.ReadHistoryAsync(sides.Id)).Max(generation => generation.Number)}";

    private static void EditAndDelete(string mount)
    {
        File.WriteAllText(Path.Combine(mount, "a.txt"), "an edit");
        File.Delete(Path.Combine(mount, "run.sh"));
        Directory.Delete(Path.Combine(mount, "dir/deep"), recursive: true);
        File.Delete(Path.Combine(mount, "link"));
        File.WriteAllText(Path.Combine(mount, "mine.txt"), "never synchronized");
    }

    [Fact]
    public async Task One_path_is_brought_back_and_the_others_stay()
    {
        await using var sides = await TwoSides.StartAsync();
        File.WriteAllText(sides.AtOrigin("a.txt"), "theirs");
        File.WriteAllText(sides.AtOrigin("dir/b.txt"), "theirs");
        File.WriteAllText(sides.AtOrigin("dir/new"), "theirs");
        await sides.SyncAsync();
        File.WriteAllText(sides.InMount("dir/b.txt"), "mine");

        var restored = await sides.Beta.RestoreAsync(sides.Id, "1", DrivePath.Parse("dir"));

        Assert.Equal(["dir/b.txt", "dir/new"], restored.Changes.Select(change => change.Change.Path.ToString()));
        Assert.Equal(("theirs", "second", false), (File.ReadAllText(sides.InMount("a.txt")), File.ReadAllText(sides.InMount("dir/b.txt")), File.Exists(sides.InMount("dir/new"))));
        // What it displaced was nobody's but the user's, and is kept all the same.
        await sides.Beta.UndoAsync(sides.Id);
        Assert.Equal(("mine", true), (File.ReadAllText(sides.InMount("dir/b.txt")), File.Exists(sides.InMount("dir/new"))));
    }

    [Fact]
    public async Task Content_that_is_not_kept_any_more_is_named_and_nothing_is_changed()
    {
        await using var sides = await TwoSides.StartAsync();
        File.WriteAllText(sides.AtOrigin("a.txt"), "theirs");
        File.Delete(sides.AtOrigin("dir/b.txt"));
        await sides.SyncAsync();
        Directory.Delete(sides.InMount(".omnydrive/trash"), recursive: true);
        var before = DiskTree.Describe(sides.Mount, times: true);

        var refused = await Assert.ThrowsAsync<DriveException>(() => sides.Beta.RestoreAsync(sides.Id, "1"));

        Assert.Equal(ErrorCode.Expired, refused.Code);
        Assert.Contains("\"a.txt\", \"dir/b.txt\"", refused.Message, StringComparison.Ordinal);
        Assert.Equal(before, DiskTree.Describe(sides.Mount, times: true));
    }

    [Theory]
    [InlineData("9")]
    [InlineData("dir:0000")]
    [InlineData("yesterday")]
    [InlineData("abcdef0123")]
    public async Task A_generation_that_is_not_known_is_refused(string generation)
    {
        await using var sides = await TwoSides.StartAsync();
        Assert.Equal(ErrorCode.Invalid, (await Assert.ThrowsAsync<DriveException>(() => sides.Beta.RestoreAsync(sides.Id, generation))).Code);
    }

    [Fact]
    public async Task History_says_who_changed_what()
    {
        await using var sides = await TwoSides.StartAsync();
        File.WriteAllText(sides.InMount("a.txt"), "mine");
        File.Delete(sides.InMount("dir/b.txt"));
        await sides.SyncAsync();
        File.WriteAllText(sides.AtOrigin("new"), "theirs");
        await sides.SyncAsync();

        Assert.Equal(
            [(3, GenerationKind.Edit, null, new ChangeCounts(1, 0, 0)), (2, GenerationKind.Push, "beta", new ChangeCounts(0, 1, 1)), (1, GenerationKind.First, null, null)],
            (await sides.Alpha.ReadHistoryAsync(TwoSides.Drive)).Select(Shown));
        Assert.Equal(
            [(3, GenerationKind.Pull, "alpha", new ChangeCounts(1, 0, 0)), (2, GenerationKind.Push, "beta", new ChangeCounts(0, 1, 1)), (1, GenerationKind.First, "alpha", null)],
            (await sides.Beta.ReadHistoryAsync(sides.Id)).Select(Shown));
        Assert.All((await sides.Alpha.ReadHistoryAsync(TwoSides.Drive)).Zip((await sides.Alpha.ReadHistoryAsync(TwoSides.Drive)).Skip(1)), pair => Assert.Equal(pair.First.Parent, pair.Second.Ref));
    }

    [Fact]
    public async Task An_edit_that_comes_right_after_a_push_is_known_path_by_path_whenever_the_push_is_taken_over()
    {
        await using var sides = await TwoSides.StartAsync();
        for (var round = 0; round < 30; round++)
        {
            File.WriteAllText(sides.InMount("a.txt"), $"mine {round}");
            await sides.SyncAsync();
            File.WriteAllText(sides.AtOrigin($"new {round}"), "theirs");
            await Task.Delay(round);
            await sides.SyncAsync();
        }
        var history = (await sides.Alpha.ReadHistoryAsync(TwoSides.Drive));
        Assert.All(history.SkipLast(1), generation => Assert.Equal(1, generation.Counts?.Total));
        await sides.Alpha.RestoreAsync(TwoSides.Drive, "1");
        Assert.Equal("first", File.ReadAllText(sides.AtOrigin("a.txt")));
    }

    [Fact]
    public async Task Histories_go_with_their_drive_and_mount_but_for_the_names_of_a_drives_states()
    {
        await using var sides = await TwoSides.StartAsync();
        await sides.Beta.UnmountAsync(sides.Id);
        await sides.Alpha.UnpublishAsync(TwoSides.Drive);
        Assert.Equal(["log"], Directory.EnumerateFiles(sides.AtOrigin(".omnydrive"), "*", SearchOption.AllDirectories).Select(Path.GetFileName));
        Assert.False(Directory.Exists(sides.InMount(".omnydrive")));
    }

    private static (long, GenerationKind, string?, ChangeCounts?) Shown(Generation generation) => (generation.Number, generation.Kind, generation.Author?.Value, generation.Counts);

    private static Task<SyncResult> SyncAsync(TwoSides sides) => sides.Beta.SyncMountAsync(sides.Id, new SyncOptions { Allowed = Enum.GetValues<Brake>() });

    private static void Refill(string root)
    {
        foreach (var entry in new DirectoryInfo(root).EnumerateFileSystemInfos().Where(entry => entry.Name != ".omnydrive"))
        {
            if (entry is DirectoryInfo { LinkTarget: null } directory)
                directory.Delete(recursive: true);
            else
                entry.Delete();
        }
        TwoSides.Sample(root);
    }
}
