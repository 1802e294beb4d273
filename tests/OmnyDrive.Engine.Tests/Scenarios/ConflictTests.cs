using OmnyDrive.Errors;
using OmnyDrive.History;
using OmnyDrive.Reconciling;
using OmnyDrive.Snapshots;
using OmnyDrive.Testing;
using static OmnyDrive.Engine.Tests.Scenarios.ConflictSteps;

namespace OmnyDrive.Engine.Tests.Scenarios;

/// <summary>Both sides changed, and somebody settles it.</summary>
public sealed class ConflictTests
{
    [Fact]
    public async Task Strict_notes_what_overlaps_and_goes_on_once_all_of_it_is_decided()
    {
        await using var sides = await ConflictedAsync();
        File.WriteAllText(sides.InMount("dir/b.txt"), "mine alone");
        File.WriteAllText(sides.AtOrigin("theirs.txt"), "theirs alone");
        var before = (DiskTree.Describe(sides.Origin), DiskTree.Describe(sides.Mount));
        await Assert.ThrowsAsync<ConflictDetectedException>(sides.SyncAsync);
        Assert.Equal(before, (DiskTree.Describe(sides.Origin), DiskTree.Describe(sides.Mount)));
        Assert.Equal(["a.txt", "run.sh"], (await sides.Beta.ListConflictsAsync(sides.Id)).Select(open => open.Conflict.Path.ToString()));

        await ResolveAsync(sides, ResolutionChoice.Ours, "a.txt");
        Assert.Equal(ConflictKind.ContentDivergence, (await Assert.ThrowsAsync<ConflictDetectedException>(sides.SyncAsync)).Conflict.Kind);
        Assert.Equal(before, (DiskTree.Describe(sides.Origin), DiskTree.Describe(sides.Mount)));
        Assert.Equal([ResolutionKind.Ours, null], (await sides.Beta.ListConflictsAsync(sides.Id)).Select(open => open.Resolution?.Kind));

        await ResolveAsync(sides, ResolutionChoice.Theirs, "run.sh");
        var result = await sides.SyncAsync();

        Assert.Equal(SyncStatus.Merged, result.Status);
        sides.AssertSame();
        Assert.Equal(("mine", "theirs", "mine alone", "theirs alone"), (Read(sides, "a.txt"), Read(sides, "run.sh"), Read(sides, "dir/b.txt"), Read(sides, "theirs.txt")));
        Assert.Empty((await sides.Beta.ListConflictsAsync(sides.Id)));
        Assert.False(Directory.Exists(sides.InMount(".omnydrive/versions")));
        Assert.Equal(SyncStatus.Clean, (await sides.SyncAsync()).Status);
        // What lost is in the history of the side on which it was displaced.
        Assert.Contains("theirs", Trashed(sides.Origin));
        Assert.Contains("mine", Trashed(sides.Mount));
    }

    [Fact]
    public async Task Merge_applies_what_does_not_overlap_and_holds_the_rest_back_until_it_is_decided()
    {
        await using var sides = await ConflictedAsync();
        File.WriteAllText(sides.InMount("dir/b.txt"), "mine alone");
        File.Delete(sides.AtOrigin("dir/deep/c.txt"));
        sides.Beta.SetPolicy(sides.Id, SyncPolicy.Merge);

        var first = await sides.SyncAsync();

        Assert.Equal((SyncStatus.Conflicted, 2), (first.Status, first.Conflict!.Paths.Count));
        Assert.Equal(("mine alone", false), (File.ReadAllText(sides.AtOrigin("dir/b.txt")), File.Exists(sides.InMount("dir/deep/c.txt"))));
        Assert.Equal(("mine", "theirs"), (File.ReadAllText(sides.InMount("a.txt")), File.ReadAllText(sides.AtOrigin("a.txt"))));
        var second = await sides.SyncAsync();
        Assert.Equal((SyncStatus.Conflicted, 0), (second.Status, second.Changes.Count));

        await ResolveAsync(sides, ResolutionChoice.Theirs, "**");
        Assert.Equal(SyncStatus.Pulled, (await sides.SyncAsync()).Status);
        sides.AssertSame();
        Assert.Equal(SyncStatus.Clean, (await sides.SyncAsync()).Status);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_decision_ends_when_either_side_changes_afterwards(bool atOrigin)
    {
        await using var sides = await ConflictedAsync();
        await Assert.ThrowsAsync<ConflictDetectedException>(sides.SyncAsync);
        await ResolveAsync(sides, ResolutionChoice.Theirs, "**");
        File.WriteAllText(atOrigin ? sides.AtOrigin("a.txt") : sides.InMount("a.txt"), "later");

        var refused = await Assert.ThrowsAsync<ConflictDetectedException>(sides.SyncAsync);

        Assert.Equal(["a.txt"], refused.Conflict.Paths.Select(path => path.Path.ToString()));
        Assert.Equal([null, ResolutionKind.Theirs], (await sides.Beta.ListConflictsAsync(sides.Id)).Select(open => open.Resolution?.Kind));
        Assert.Equal("later", File.ReadAllText(atOrigin ? sides.AtOrigin("a.txt") : sides.InMount("a.txt")));
    }

    [Fact]
    public async Task Decisions_survive_a_restart_and_versions_are_kept_whatever_becomes_of_the_files()
    {
        await using var sides = await ConflictedAsync();
        await Assert.ThrowsAsync<ConflictDetectedException>(sides.SyncAsync);
        await ResolveAsync(sides, ResolutionChoice.Ours, "**");
        await sides.RestartBetaAsync();
        Assert.All((await sides.Beta.ListConflictsAsync(sides.Id)), open => Assert.Equal(ResolutionKind.Ours, open.Resolution!.Kind));
        File.Delete(sides.InMount("a.txt"));
        File.Delete(sides.AtOrigin("a.txt"));

        Assert.Equal(("first", "mine", "theirs"), (await VersionAsync(sides, ConflictVersion.Base), await VersionAsync(sides, ConflictVersion.Ours), await VersionAsync(sides, ConflictVersion.Theirs)));
    }

    [Fact]
    public async Task A_sync_that_breaks_off_between_the_two_sides_is_completed_by_the_next()
    {
        await using var sides = await TwoSides.StartAsync(root => File.WriteAllText(Path.Combine(root, "a.txt"), "one\ntwo\nthree\n"));
        File.WriteAllText(sides.InMount("a.txt"), "ONE\ntwo\nthree\n");
        File.WriteAllText(sides.AtOrigin("a.txt"), "one\ntwo\nTHREE\n");
        await Assert.ThrowsAsync<ConflictDetectedException>(sides.SyncAsync);
        await ResolveAsync(sides, ResolutionChoice.Merge, "a.txt");
        sides.Steps.OnStep = step => step == OriginStep.BeforePush ? throw new DriveException(ErrorCode.OriginUnreachable, "It is gone.") : Task.CompletedTask;
        Assert.Equal(ErrorCode.OriginUnreachable, (await Assert.ThrowsAsync<DriveException>(sides.SyncAsync)).Code);
        Assert.Equal(("ONE\ntwo\nTHREE\n", "one\ntwo\nTHREE\n"), (File.ReadAllText(sides.InMount("a.txt")), File.ReadAllText(sides.AtOrigin("a.txt"))));
        sides.Steps.OnStep = null;

        Assert.Equal(SyncStatus.Pushed, (await sides.SyncAsync()).Status);

        sides.AssertSame();
        Assert.Empty((await sides.Beta.ListConflictsAsync(sides.Id)));
    }

    [Fact]
    public async Task A_read_only_mount_drops_its_edits_into_its_history_when_somebody_says_so()
    {
        await using var sides = await TwoSides.StartAsync(clone: new CloneOptions { ReadOnly = true });
        var origin = DiskTree.Describe(sides.Origin, times: true);
        File.WriteAllText(sides.InMount("a.txt"), "mine");
        File.WriteAllText(sides.InMount("new.txt"), "mine too");
        File.Delete(sides.InMount("run.sh"));
        var refused = await Assert.ThrowsAsync<ConflictDetectedException>(sides.SyncAsync);
        Assert.Equal((ConflictKind.LocalDivergence, 3), (refused.Conflict.Kind, refused.Conflict.Paths.Count));
        Assert.Equal(ErrorCode.ReadOnly, (await Assert.ThrowsAsync<DriveException>(() => ResolveAsync(sides, ResolutionChoice.Ours, "**"))).Code);

        await ResolveAsync(sides, ResolutionChoice.Theirs, "**");
        Assert.Equal(SyncStatus.Pulled, (await sides.SyncAsync()).Status);

        Assert.Equal((origin, origin), (DiskTree.Describe(sides.Origin, times: true), DiskTree.Describe(sides.Mount, times: true)));
        Assert.Empty(new[] { "mine", "mine too" }.Except(Trashed(sides.Mount)));
        await sides.Beta.UndoAsync(sides.Id);
        Assert.Equal("mine", File.ReadAllText(sides.InMount("a.txt")));
        // What was brought back is an edit again that nobody has agreed to.
        Assert.Equal(ConflictKind.LocalDivergence, (await Assert.ThrowsAsync<ConflictDetectedException>(sides.SyncAsync)).Conflict.Kind);
        Assert.Equal("mine", File.ReadAllText(sides.InMount("a.txt")));
    }

    [Theory]
    [InlineData(ResolutionChoice.Theirs)]
    [InlineData(ResolutionChoice.Ours)]
    public async Task A_decision_that_is_taken_back_is_a_conflict_again(ResolutionChoice choice)
    {
        await using var sides = await ConflictedAsync();
        await Assert.ThrowsAsync<ConflictDetectedException>(sides.SyncAsync);
        await ResolveAsync(sides, choice, "**");
        await sides.SyncAsync();

        await sides.Beta.UndoAsync(sides.Id);

        Assert.Equal(("mine", "theirs"), (File.ReadAllText(sides.InMount("a.txt")), File.ReadAllText(sides.AtOrigin("a.txt"))));
        var refused = await Assert.ThrowsAsync<ConflictDetectedException>(sides.SyncAsync);
        Assert.Equal(["a.txt", "run.sh"], refused.Conflict.Paths.Select(path => path.Path.ToString()));
        Assert.Equal(("mine", "theirs"), (File.ReadAllText(sides.InMount("a.txt")), File.ReadAllText(sides.AtOrigin("a.txt"))));
    }

    [Fact]
    public async Task A_sync_that_went_both_ways_is_taken_back_on_both_sides()
    {
        await using var sides = await ConflictedAsync();
        File.WriteAllText(sides.InMount("dir/b.txt"), "mine alone");
        File.Delete(sides.AtOrigin("dir/deep/c.txt"));
        await Assert.ThrowsAsync<ConflictDetectedException>(sides.SyncAsync);
        var before = (DiskTree.Describe(sides.Origin, times: true), DiskTree.Describe(sides.Mount, times: true));
        await ResolveAsync(sides, ResolutionChoice.Both, "a.txt");
        await ResolveAsync(sides, ResolutionChoice.Ours, "run.sh");
        Assert.Equal(SyncStatus.Merged, (await sides.SyncAsync()).Status);

        var undone = await sides.Beta.UndoAsync(sides.Id);

        Assert.Equal(before, (DiskTree.Describe(sides.Origin, times: true), DiskTree.Describe(sides.Mount, times: true)));
        Assert.Equal([Side.Local, Side.Origin], undone.Changes.Select(change => change.Side).Distinct().Order());
        Assert.Equal(ErrorCode.Invalid, (await Assert.ThrowsAsync<DriveException>(() => sides.Beta.UndoAsync(sides.Id))).Code);
        var refused = await Assert.ThrowsAsync<ConflictDetectedException>(sides.SyncAsync);
        Assert.Equal(["a.txt", "run.sh"], refused.Conflict.Paths.Select(path => path.Path.ToString()));
        Assert.Equal(before, (DiskTree.Describe(sides.Origin, times: true), DiskTree.Describe(sides.Mount, times: true)));
    }

    [Fact]
    public async Task A_sync_in_both_directions_whose_files_were_edited_since_is_not_taken_back_at_all()
    {
        await using var sides = await TwoSides.StartAsync(clone: new CloneOptions { Policy = SyncPolicy.Merge });
        File.WriteAllText(sides.InMount("a.txt"), "mine");
        File.WriteAllText(sides.AtOrigin("dir/b.txt"), "theirs");
        await sides.SyncAsync();
        File.WriteAllText(sides.InMount("dir/b.txt"), "edited since");
        Assert.Equal(ErrorCode.Conflict, (await Assert.ThrowsAsync<DriveException>(() => sides.Beta.UndoAsync(sides.Id))).Code);
        Assert.Equal(("mine", "edited since"), (File.ReadAllText(sides.AtOrigin("a.txt")), File.ReadAllText(sides.InMount("dir/b.txt"))));
    }

    [Fact]
    public async Task Decisions_that_free_directories_on_both_sides_are_carried_out_to_the_end()
    {
        await using var sides = await TwoSides.StartAsync(root =>
        {
            foreach (var directory in new[] { "d", "e" })
            {
                Directory.CreateDirectory(Path.Combine(root, directory));
                File.WriteAllText(Path.Combine(root, directory, "x"), "base");
            }
        });
        Directory.Delete(sides.InMount("d"), recursive: true);
        File.WriteAllText(sides.AtOrigin("d/x"), "theirs");
        Directory.Delete(sides.AtOrigin("e"), recursive: true);
        File.WriteAllText(sides.InMount("e/x"), "mine");
        await Assert.ThrowsAsync<ConflictDetectedException>(sides.SyncAsync);
        await ResolveAsync(sides, ResolutionChoice.Ours, "d/x");
        await ResolveAsync(sides, ResolutionChoice.Theirs, "e/x");

        var result = await sides.Beta.SyncMountAsync(sides.Id, new SyncOptions { Allowed = Enum.GetValues<Brake>() });

        Assert.Equal((SyncStatus.Merged, null), (result.Status, result.Conflict));
        sides.AssertSame();
        Assert.False(Directory.Exists(sides.InMount("d")) || Directory.Exists(sides.InMount("e")));
    }

    [Fact]
    public async Task Versions_are_kept_although_nobody_can_tell_who_made_them()
    {
        await using var sides = await ConflictedAsync();
        sides.Steps.OnAuthors = () => throw new DriveException(ErrorCode.Protocol, "It does not know that question.");
        await Assert.ThrowsAsync<ConflictDetectedException>(sides.SyncAsync);
        File.WriteAllText(sides.AtOrigin("a.txt"), "later");
        Assert.Equal("theirs", await VersionAsync(sides, ConflictVersion.Theirs));
    }

    [Fact]
    public async Task A_read_only_mount_under_merge_pulls_what_it_did_not_change()
    {
        await using var sides = await TwoSides.StartAsync(clone: new CloneOptions { ReadOnly = true, Policy = SyncPolicy.Merge });
        File.WriteAllText(sides.InMount("a.txt"), "mine");
        File.WriteAllText(sides.AtOrigin("dir/b.txt"), "newer");

        var result = await sides.SyncAsync();

        Assert.Equal((SyncStatus.Conflicted, ConflictKind.LocalDivergence), (result.Status, result.Conflict!.Kind));
        Assert.Equal(("mine", "newer", "first"), (File.ReadAllText(sides.InMount("a.txt")), File.ReadAllText(sides.InMount("dir/b.txt")), File.ReadAllText(sides.AtOrigin("a.txt"))));
    }

    [Fact]
    public async Task A_log_that_grows_at_the_origin_does_not_refuse_a_combined_push()
    {
        await using var sides = await TwoSides.StartAsync(clone: new CloneOptions { Policy = SyncPolicy.Merge });
        File.WriteAllText(sides.InMount("a.txt"), "mine");
        sides.Steps.OnStep = step =>
        {
            if (step == OriginStep.BeforeCommit)
                File.AppendAllText(sides.AtOrigin("log"), "another line\n");
            return Task.CompletedTask;
        };

        Assert.Equal(SyncStatus.Pushed, (await sides.SyncAsync()).Status);

        sides.Steps.OnStep = null;
        Assert.Equal(("mine", "another line\n"), (File.ReadAllText(sides.AtOrigin("a.txt")), File.ReadAllText(sides.AtOrigin("log"))));
        Assert.Equal(SyncStatus.Pulled, (await sides.SyncAsync()).Status);
        sides.AssertSame();
        Assert.Equal([GenerationKind.Push, GenerationKind.Edit, GenerationKind.First], (await sides.Alpha.ReadHistoryAsync(TwoSides.Drive)).Select(generation => generation.Kind));
    }

    [Fact]
    public async Task A_bad_path_says_which_conflicts_there_are()
    {
        await using var sides = await ConflictedAsync();
        Assert.Equal(ErrorCode.PathNotFound, (await Assert.ThrowsAsync<DriveException>(() => ResolveAsync(sides, ResolutionChoice.Ours, "a.txt"))).Code);
        await Assert.ThrowsAsync<ConflictDetectedException>(sides.SyncAsync);
        var refused = await Assert.ThrowsAsync<DriveException>(() => ResolveAsync(sides, ResolutionChoice.Ours, "a.txt", "b.*"));
        Assert.Equal((ErrorCode.PathNotFound, "No open conflict is at \"b.*\". There are: \"a.txt\", \"run.sh\"."), (refused.Code, refused.Message));
        Assert.All((await sides.Beta.ListConflictsAsync(sides.Id)), open => Assert.Null(open.Resolution));
    }

    [Fact]
    public async Task Fifty_conflicts_of_one_kind_are_settled_by_one_glob()
    {
        await using var sides = await TwoSides.StartAsync(root => Fill(root, "base"));
        Fill(sides.Mount, "mine");
        Fill(sides.Origin, "theirs");
        await Assert.ThrowsAsync<ConflictDetectedException>(sides.SyncAsync);

        Assert.Equal(50, (await ResolveAsync(sides, ResolutionChoice.Theirs, "deep/**/*.txt")).Resolved.Count);

        Assert.Equal((SyncStatus.Pulled, 50), ((await sides.SyncAsync()).Status, Directory.EnumerateFiles(sides.InMount("deep"), "*.txt", SearchOption.AllDirectories).Count(file => File.ReadAllText(file) == "theirs")));

        static void Fill(string root, string text)
        {
            for (var i = 0; i < 50; i++)
            {
                Directory.CreateDirectory(Path.Combine(root, $"deep/{i % 7}"));
                File.WriteAllText(Path.Combine(root, $"deep/{i % 7}/{i}.txt"), text);
            }
        }
    }

    [Fact]
    public async Task A_large_version_is_fetched_when_somebody_wants_to_see_it()
    {
        var (mine, theirs) = (Bytes(1), Bytes(2));
        await using var sides = await TwoSides.StartAsync();
        File.WriteAllBytes(sides.InMount("large"), mine);
        File.WriteAllBytes(sides.AtOrigin("large"), theirs);
        await Assert.ThrowsAsync<ConflictDetectedException>(sides.SyncAsync);
        Assert.False(Directory.Exists(sides.InMount(".omnydrive/versions")));

        using var content = new MemoryStream();
        await sides.Beta.WriteVersionAsync(sides.Id, DrivePath.Parse("large"), ConflictVersion.Theirs, content, TestContext.Current.CancellationToken);

        Assert.Equal(theirs, content.ToArray());

        static byte[] Bytes(int seed)
        {
            var bytes = new byte[17 << 20];
            new Random(seed).NextBytes(bytes);
            return bytes;
        }
    }
}
