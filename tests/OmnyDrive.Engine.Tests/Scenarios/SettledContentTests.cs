using OmnyDrive.Errors;
using OmnyDrive.Reconciling;
using static OmnyDrive.Engine.Tests.Scenarios.ConflictSteps;

namespace OmnyDrive.Engine.Tests.Scenarios;

/// <summary>What is made of the versions in conflict: both kept, texts merged, what a tool made.</summary>
public sealed class SettledContentTests
{
    [Fact]
    public async Task Both_keeps_theirs_at_the_path_and_ours_beside_it_on_both_sides()
    {
        await using var sides = await ConflictedAsync();
        await Assert.ThrowsAsync<ConflictDetectedException>(sides.SyncAsync);
        await ResolveAsync(sides, ResolutionChoice.Both, "**");

        Assert.Equal(SyncStatus.Merged, (await sides.SyncAsync()).Status);

        sides.AssertSame();
        Assert.Equal(("theirs", "mine", "mine"), (Read(sides, "a.txt"), Read(sides, "a.from-beta.txt"), Read(sides, "run.from-beta.sh")));
    }

    [Fact]
    public async Task Texts_are_merged_line_by_line_although_both_owners_edited_in_place()
    {
        await using var sides = await TwoSides.StartAsync(root => File.WriteAllText(Path.Combine(root, "a.txt"), "one\ntwo\nthree\nfour\nfive\n"));
        File.WriteAllText(sides.InMount("a.txt"), "ONE\ntwo\nthree\nfour\nfive\n");
        File.WriteAllText(sides.AtOrigin("a.txt"), "one\ntwo\nthree\nfour\nFIVE\n");
        await Assert.ThrowsAsync<ConflictDetectedException>(sides.SyncAsync);
        Assert.Equal("one\ntwo\nthree\nfour\nfive\n", await VersionAsync(sides, ConflictVersion.Base));

        Assert.Empty((await ResolveAsync(sides, ResolutionChoice.Merge, "a.txt")).Open);
        Assert.Equal(SyncStatus.Merged, (await sides.SyncAsync()).Status);

        sides.AssertSame();
        Assert.Equal("ONE\ntwo\nthree\nfour\nFIVE\n", Read(sides, "a.txt"));
        Assert.Equal(SyncStatus.Clean, (await sides.SyncAsync()).Status);
    }

    [Fact]
    public async Task Texts_whose_lines_overlap_stay_open_unless_somebody_wants_marks()
    {
        await using var sides = await ConflictedAsync();
        await Assert.ThrowsAsync<ConflictDetectedException>(sides.SyncAsync);

        var open = Assert.Single((await ResolveAsync(sides, ResolutionChoice.Merge, "a.txt")).Open);
        Assert.Contains("the same lines in 1 place", open.Reason, StringComparison.Ordinal);
        Assert.Null((await sides.Beta.ListConflictsAsync(sides.Id))[0].Resolution);

        Assert.Empty((await sides.Beta.ResolveAsync(sides.Id, ["a.txt"], new ResolveOptions(ResolutionChoice.Merge) { Markers = true })).Open);
        await ResolveAsync(sides, ResolutionChoice.Ours, "run.sh");
        await sides.SyncAsync();
        sides.AssertSame();
        Assert.Matches("(?s)^<<<<<<< beta\nmine.*=======\ntheirs.*>>>>>>> alpha/docs\n", Read(sides, "a.txt"));
    }

    [Fact]
    public async Task What_a_person_makes_in_a_tool_is_what_both_sides_take()
    {
        await using var sides = await ConflictedAsync();
        await Assert.ThrowsAsync<ConflictDetectedException>(sides.SyncAsync);
        MergeFiles? seen = null;
        var options = new ResolveOptions(ResolutionChoice.Tool)
        {
            Tool = async (files, cancellation) =>
            {
                seen = files;
                Assert.Equal(("first", "mine", "theirs"), (File.ReadAllText(files.Base), File.ReadAllText(files.Local), File.ReadAllText(files.Remote)));
                Assert.StartsWith("<<<<<<<", File.ReadAllText(files.Merged), StringComparison.Ordinal);
                await File.WriteAllTextAsync(files.Merged, "made by hand", cancellation);
                return true;
            },
        };

        await sides.Beta.ResolveAsync(sides.Id, ["a.txt"], options);
        Assert.False(File.Exists(seen!.Merged));
        var gaveUp = await sides.Beta.ResolveAsync(sides.Id, ["run.sh"], options with { Tool = (_, _) => Task.FromResult(false) });
        Assert.Single(gaveUp.Open);
        await ResolveAsync(sides, ResolutionChoice.Ours, "run.sh");
        await sides.SyncAsync();

        sides.AssertSame();
        Assert.Equal("made by hand", Read(sides, "a.txt"));
    }

    [Fact]
    public async Task Where_the_base_is_not_to_be_had_a_merge_says_so_and_the_others_still_work()
    {
        await using var sides = await ConflictedAsync();
        File.Delete(sides.InMount(".omnydrive/bases"));
        await Assert.ThrowsAsync<ConflictDetectedException>(sides.SyncAsync);

        Assert.Contains("not to be had any more", Assert.Single((await ResolveAsync(sides, ResolutionChoice.Merge, "a.txt")).Open).Reason, StringComparison.Ordinal);
        Assert.Equal(ErrorCode.Expired, (await Assert.ThrowsAsync<DriveException>(() => VersionAsync(sides, ConflictVersion.Base))).Code);

        await ResolveAsync(sides, ResolutionChoice.Ours, "**");
        Assert.Equal(SyncStatus.Pushed, (await sides.SyncAsync()).Status);
    }

    [Fact]
    public async Task The_base_comes_from_the_trash_of_an_origin_that_was_pushed_to()
    {
        await using var sides = await TwoSides.StartAsync();
        await using var gamma = sides.Endpoint("gamma");
        var other = (await gamma.CloneDriveAsync(TwoSides.Drive, sides.Scratch.At("other"))).Mount;
        File.WriteAllText(Path.Combine(other.Path, "a.txt"), "theirs");
        await gamma.SyncMountAsync(other.Id);
        File.Delete(sides.InMount(".omnydrive/bases"));
        File.WriteAllText(sides.InMount("a.txt"), "mine");

        await Assert.ThrowsAsync<ConflictDetectedException>(sides.SyncAsync);

        Assert.Equal("first", await VersionAsync(sides, ConflictVersion.Base));
        Assert.Equal("gamma", Assert.Single((await sides.Beta.ListConflictsAsync(sides.Id))).TheirAuthor!.Author!.Value.Value);
    }

    [Fact]
    public async Task What_somebody_made_by_hand_is_where_a_tool_begins_when_a_side_changed_once_more()
    {
        await using var sides = await ConflictedAsync();
        await Assert.ThrowsAsync<ConflictDetectedException>(sides.SyncAsync);
        await sides.Beta.ResolveAsync(sides.Id, ["a.txt"], Tool("an hour of work"));
        File.WriteAllText(sides.AtOrigin("a.txt"), "theirs again");
        await Assert.ThrowsAsync<ConflictDetectedException>(sides.SyncAsync);
        await Assert.ThrowsAsync<ConflictDetectedException>(sides.SyncAsync);
        string? begun = null;

        await sides.Beta.ResolveAsync(sides.Id, ["a.txt"], new ResolveOptions(ResolutionChoice.Tool) { Tool = (files, _) => { begun = File.ReadAllText(files.Merged); return Task.FromResult(false); } });

        Assert.Equal("an hour of work", begun);
    }

    [Fact]
    public async Task A_tool_that_fails_for_one_file_leaves_what_was_made_of_the_others()
    {
        await using var sides = await ConflictedAsync();
        await Assert.ThrowsAsync<ConflictDetectedException>(sides.SyncAsync);
        var options = new ResolveOptions(ResolutionChoice.Tool)
        {
            Tool = async (files, cancellation) =>
            {
                await File.WriteAllTextAsync(files.Merged, "made", cancellation);
                return files.Path == Text ? true : throw new IOException("It broke.");
            },
        };

        var result = await sides.Beta.ResolveAsync(sides.Id, ["**"], options);

        Assert.Equal(("a.txt", "run.sh", "It broke."), (Assert.Single(result.Resolved).Conflict.Path.ToString(), Assert.Single(result.Open).Conflict.Conflict.Path.ToString(), result.Open[0].Reason));
    }

    [Fact]
    public async Task What_is_kept_beside_is_there_on_both_sides_before_the_path_takes_the_other_version()
    {
        await using var sides = await ConflictedAsync();
        await Assert.ThrowsAsync<ConflictDetectedException>(sides.SyncAsync);
        await ResolveAsync(sides, ResolutionChoice.Both, "**");
        sides.Steps.OnStep = step => step == OriginStep.BeforePush ? throw new DriveException(ErrorCode.OriginUnreachable, "It is gone.") : Task.CompletedTask;
        await Assert.ThrowsAsync<DriveException>(sides.SyncAsync);
        Assert.Equal(("mine", "mine"), (Read(sides, "a.txt"), Read(sides, "a.from-beta.txt")));
        sides.Steps.OnStep = null;

        Assert.Equal(SyncStatus.Merged, (await sides.SyncAsync()).Status);

        sides.AssertSame();
        Assert.Equal(("theirs", "mine"), (Read(sides, "a.txt"), Read(sides, "a.from-beta.txt")));
        Assert.Empty((await sides.Beta.ListConflictsAsync(sides.Id)));
    }

    [Fact]
    public async Task A_name_beside_that_the_origin_has_is_not_taken_again()
    {
        await using var sides = await ConflictedAsync();
        await Assert.ThrowsAsync<ConflictDetectedException>(sides.SyncAsync);
        await ResolveAsync(sides, ResolutionChoice.Both, "**");
        await sides.SyncAsync();
        File.Delete(sides.InMount("a.from-beta.txt"));
        File.WriteAllText(sides.InMount("a.txt"), "mine again");
        File.WriteAllText(sides.AtOrigin("a.txt"), "theirs again");
        await Assert.ThrowsAsync<ConflictDetectedException>(sides.SyncAsync);

        await ResolveAsync(sides, ResolutionChoice.Both, "a.txt");
        await sides.SyncAsync();

        sides.AssertSame();
        Assert.Equal(("theirs again", "mine again"), (Read(sides, "a.txt"), Read(sides, "a.from-beta-2.txt")));
    }

    [Fact]
    public async Task Long_names_and_names_with_brackets_are_settled_like_others()
    {
        string[] names = ["[slug].tsx", "s.tsx", new string('名', 83) + ".md", "a." + new string('x', 250)];
        await using var sides = await TwoSides.StartAsync();
        foreach (var (root, text) in new[] { (sides.Mount, "mine\n"), (sides.Origin, "theirs\n") })
        {
            foreach (var name in names)
                File.WriteAllText(Path.Combine(root, name), text);
        }
        await Assert.ThrowsAsync<ConflictDetectedException>(sides.SyncAsync);

        Assert.Equal("[slug].tsx", Assert.Single((await ResolveAsync(sides, ResolutionChoice.Ours, "[slug].tsx")).Resolved).Conflict.Path.ToString());
        Assert.Equal(4, (await sides.Beta.ResolveAsync(sides.Id, ["**"], new ResolveOptions(ResolutionChoice.Merge) { Markers = true })).Resolved.Count);
        Assert.Equal(4, (await ResolveAsync(sides, ResolutionChoice.Both, "**")).Resolved.Count);
        await sides.SyncAsync();
        sides.AssertSame();
        Assert.Equal(8, Directory.EnumerateFiles(sides.Mount).Count() - 3);
    }
}
