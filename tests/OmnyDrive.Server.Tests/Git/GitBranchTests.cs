using OmnyDrive.Drives;
using OmnyDrive.Engine;
using OmnyDrive.Errors;
using OmnyDrive.Git;
using OmnyDrive.Reconciling;
using Xunit;
using static OmnyDrive.Server.Tests.Git.GitSteps;
using static OmnyDrive.Testing.GitTool;

namespace OmnyDrive.Server.Tests.Git;

/// <summary>Which branch of the origin takes what a mount pushes: its own, one that is made, or one that leaves a protected or checked-out branch where it is.</summary>
public sealed class GitBranchTests
{
    [Theory]
    [MemberData(nameof(Ways.Everywhere), MemberType = typeof(Ways))]
    public async Task A_branch_that_the_origin_lacks_is_made_there(Way way, bool bare)
    {
        await using var sides = await GitSides.StartAsync(way, bare);
        Run(sides.Mount, "switch", "--quiet", "--create", "own/branch");
        Commit(sides.Mount, ("x", "x\n"));

        var result = await sides.SyncAsync();

        Assert.Equal(("own/branch", "x", sides.AtOrigin("own/branch")), (result.Branches!.PushedTo, Paths(result), GitSides.CommitOf(sides.Mount, "HEAD")));
    }

    [Theory]
    [MemberData(nameof(Ways.Everywhere), MemberType = typeof(Ways))]
    public async Task A_protected_branch_stays_and_its_work_goes_to_one_branch_of_the_mount(Way way, bool bare)
    {
        await using var sides = await GitSides.StartAsync(way, bare);
        var main = sides.AtOrigin("main");
        Write(sides, "a", "first\n");
        var first = await sides.SyncAsync();
        Write(sides, "a", "second\n");
        var second = await sides.SyncAsync();
        var gamma = sides.Endpoint("gamma");
        var other = await sides.CloneAsync(gamma, sides.Scratch.At("other"));
        File.WriteAllText(sides.Scratch.At("other/a"), "another\n");
        var third = await gamma.SyncMountAsync(other);

        Assert.Equal((BranchAction.PushToNewBranch, BranchAction.PushToWorkBranch, BranchAction.PushToNewBranch), (first.Branches!.Action, second.Branches!.Action, third.Branches!.Action));
        Assert.Equal("main is protected", first.Branches.Reason);
        Assert.Equal(first.Branches.PushedTo, second.Branches.PushedTo);
        Assert.Equal(main, sides.AtOrigin("main"));
        Assert.Equal([first.Branches.PushedTo!, third.Branches.PushedTo!], sides.WorkBranches().Order());
        Assert.Equal("second", Run(sides.Origin, "show", $"{first.Branches.PushedTo}:a"));
        var waiting = await sides.SyncAsync();
        Assert.Equal((SyncStatus.Clean, second.Branches.PushedTo, 2), (waiting.Status, waiting.Branches!.WaitsOn, waiting.Branches.Ahead));

        // Somebody takes it over into the branch.
        Run(sides.Origin, "update-ref", "refs/heads/main", sides.AtOrigin(second.Branches.PushedTo!)!);
        if (!bare)
            Run(sides.Origin, "reset", "--quiet", "--hard");
        var after = await sides.SyncAsync();
        Assert.Equal((SyncStatus.Clean, 0, null), (after.Status, after.Branches!.Ahead, after.Branches.WaitsOn));
    }

    [Theory]
    [InlineData(Way.Near)]
    [InlineData(Way.Http)]
    public async Task The_publisher_chooses_which_branches_are_protected_and_a_mount_may_add_some(Way way)
    {
        await using var sides = await GitSides.StartAsync(way, bare: true, publish: new PublishOptions { ProtectedBranches = ["topic"] });
        Write(sides, "a", "on main\n");
        Assert.Equal("main", (await sides.SyncAsync()).Branches!.PushedTo);
        Run(sides.Mount, "switch", "--quiet", "topic");
        Write(sides, "a", "on topic\n");
        Assert.Equal("topic is protected", (await sides.SyncAsync()).Branches!.Reason);

        Run(sides.Mount, "switch", "--quiet", "main");
        await sides.Beta.ProtectAsync(sides.Id, ["main"]);
        Write(sides, "a", "on main again\n");
        var main = sides.AtOrigin("main");
        Assert.Equal((BranchAction.PushToNewBranch, main), ((await sides.SyncAsync()).Branches!.Action, sides.AtOrigin("main")));
        await sides.Beta.ProtectAsync(sides.Id, []);
        Assert.Equal((BranchAction.Push, GitSides.CommitOf(sides.Mount, "HEAD")), ((await sides.SyncAsync()).Branches!.Action, sides.AtOrigin("main")));

        await sides.Alpha.PublishGitAsync(sides.Origin, new PublishOptions { Name = "repo", ProtectedBranches = [] });
        Run(sides.Mount, "switch", "--quiet", "topic");
        Assert.Equal("topic", (await sides.SyncAsync()).Branches!.PushedTo);
        await sides.Alpha.PublishGitAsync(sides.Origin, new PublishOptions { Name = "repo" });
        Write(sides, "a", "on topic again\n");
        Assert.Equal("topic", (await sides.SyncAsync()).Branches!.PushedTo);
        Assert.Equal(ErrorCode.Invalid, (await Assert.ThrowsAsync<DriveException>(() => sides.Alpha.PublishGitAsync(sides.Origin, new PublishOptions { Name = "repo", ProtectedBranches = ["--all"] }))).Code);
    }

    [Theory]
    [InlineData(Way.Near)]
    [InlineData(Way.Http)]
    public async Task A_branch_that_is_checked_out_at_the_origin_goes_along_where_its_work_tree_is_clean_and_else_another_takes_the_work(Way way)
    {
        await using var sides = await GitSides.StartAsync(way);
        Run(sides.Origin, "switch", "--quiet", "topic");
        Run(sides.Mount, "switch", "--quiet", "topic");
        Write(sides, "a", "first\n");
        var first = await sides.SyncAsync();
        Assert.Equal(("topic", "first\n", ""), (first.Branches!.PushedTo, File.ReadAllText(Path.Combine(sides.Origin, "a")), Run(sides.Origin, "status", "--porcelain")));

        File.WriteAllText(Path.Combine(sides.Origin, "dir/b"), "the publisher's\n");
        var before = sides.AtOrigin("topic");
        Write(sides, "a", "second\n");
        var second = await sides.SyncAsync();

        Assert.StartsWith("omnydrive/beta/topic-", second.Branches!.PushedTo, StringComparison.Ordinal);
        Assert.Contains("its publisher has topic checked out", second.Branches.Reason, StringComparison.Ordinal);
        Assert.Equal((before, "the publisher's\n", "first\n"), (sides.AtOrigin("topic"), File.ReadAllText(Path.Combine(sides.Origin, "dir/b")), File.ReadAllText(Path.Combine(sides.Origin, "a"))));
        Assert.Equal("second", Run(sides.Origin, "show", $"{second.Branches.PushedTo}:a"));
    }

    [Fact]
    public async Task A_branch_that_the_publisher_is_rebasing_is_not_pushed_to()
    {
        await using var sides = await GitSides.StartAsync(Way.Http, prepare: work =>
        {
            GitSides.Sample(work);
            Run(work, "switch", "--quiet", "topic");
            Commit(work, ("x", "1\n"));
            Commit(work, ("x", "2\n"));
        });
        Try(sides.Origin, "-c", "sequence.editor=sed -i 1s/pick/edit/", "rebase", "--interactive", "topic~2");
        Run(sides.Mount, "switch", "--quiet", "topic");
        Write(sides, "a", "mine\n");
        var before = sides.AtOrigin("topic");
        var result = await sides.SyncAsync();
        Assert.StartsWith("omnydrive/beta/topic-", result.Branches!.PushedTo, StringComparison.Ordinal);
        Run(sides.Origin, "rebase", "--abort");
        Assert.Equal((before, ""), (sides.AtOrigin("topic"), Run(sides.Origin, "status", "--porcelain")));
    }

    [Theory]
    [InlineData(Way.Near)]
    [InlineData(Way.Http)]
    public async Task Of_two_that_push_to_one_branch_one_lands_and_the_other_gets_a_conflict(Way way)
    {
        var rounds = Ways.All ? 100 : 5;
        await using var sides = await GitSides.StartAsync(way, bare: true);
        var gamma = sides.Endpoint("gamma");
        var other = await sides.CloneAsync(gamma, sides.Scratch.At("other"));
        foreach (var mount in new[] { sides.Mount, sides.Scratch.At("other") })
            Run(mount, "switch", "--quiet", "topic");
        for (var round = 0; round < rounds; round++)
        {
            Write(sides, "a", $"beta {round}\n");
            File.WriteAllText(sides.Scratch.At("other/a"), $"gamma {round}\n");
            var before = sides.AtOrigin("topic");
            var pushes = new[] { sides.SyncAsync(), gamma.SyncMountAsync(other) };
            await Task.WhenAll(pushes.Select(push => push.ContinueWith(_ => { }, TaskScheduler.Default)));
            var landed = pushes.Where(push => push.IsCompletedSuccessfully).ToList();
            Assert.Equal((round, 1), (round, landed.Count));
            Assert.IsType<ConflictDetectedException>(pushes.Single(push => push.IsFaulted).Exception!.InnerException);
            Assert.Equal((await landed[0]).Ref, SyncRef.OfCommit(sides.AtOrigin("topic")!));
            Assert.Equal(before, Run(sides.Origin, "rev-parse", "topic~1"));
            // The loser gives way.
            var loser = pushes[0].IsFaulted ? sides.Mount : sides.Scratch.At("other");
            Run(loser, "reset", "--quiet", "--hard", "origin/topic");
            Assert.Equal((SyncStatus.Clean, SyncStatus.Clean), ((await sides.SyncAsync()).Status, (await gamma.SyncMountAsync(other)).Status));
        }
        Assert.Empty(sides.WorkBranches());
    }
}
