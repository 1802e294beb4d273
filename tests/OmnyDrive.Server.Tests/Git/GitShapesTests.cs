using OmnyDrive.Engine;
using OmnyDrive.Errors;
using OmnyDrive.Git;
using OmnyDrive.Reconciling;
using Xunit;
using static OmnyDrive.Testing.GitTool;

namespace OmnyDrive.Server.Tests.Git;

/// <summary>Repositories that are not laid out as most are: several work trees, objects that lie in another, branches that were renamed.</summary>
public sealed class GitShapesTests
{
    private static readonly PublishOptions Open = new() { ProtectedBranches = [] };

    [Theory]
    [InlineData(Way.Near)]
    [InlineData(Way.Http)]
    public async Task A_work_tree_beside_the_first_is_published_like_any_other(Way way)
    {
        await using var sides = await GitSides.StartAsync(way, publish: Open, cloned: false, prepare: work =>
        {
            // The published one is the second, whose repository lies in the first.
            var first = work + "-first";
            Run(Path.GetDirectoryName(work)!, "init", "--quiet", first);
            Commit(first, ("a", "one\n"));
            Run(first, "switch", "--quiet", "--create", "elsewhere");
            Directory.Delete(work);
            Run(first, "worktree", "add", "--quiet", work, "main");
        });
        await sides.CloneAsync();
        Assert.Equal("main", Run(sides.Mount, "branch", "--show-current"));
        await File.WriteAllTextAsync(Path.Combine(sides.Mount, "a"), "mine\n", TestContext.Current.CancellationToken);
        Assert.Equal((SyncStatus.Pushed, "main"), await sides.SyncAsync() is var pushed ? (pushed.Status, pushed.Branches!.PushedTo) : default);
        Assert.Equal(("mine\n", ""), (await File.ReadAllTextAsync(Path.Combine(sides.Origin, "a"), TestContext.Current.CancellationToken), Run(sides.Origin, "status", "--porcelain")));
        var theirs = Commit(sides.Origin, ("b", "theirs\n"));
        Assert.Equal($"git:{theirs}", (await sides.SyncAsync()).Ref.ToString());
    }

    [Theory]
    [InlineData(Way.Near)]
    [InlineData(Way.Http)]
    public async Task A_branch_that_another_work_tree_of_the_publisher_has_checked_out_is_never_left_behind_by_its_files(Way way)
    {
        await using var sides = await GitSides.StartAsync(way, publish: Open);
        var beside = sides.Scratch.At("beside");
        Run(sides.Origin, "worktree", "add", "--quiet", beside, "topic");
        Run(sides.Mount, "switch", "--quiet", "--track", "origin/topic");
        await File.WriteAllTextAsync(Path.Combine(sides.Mount, "a"), "mine\n", TestContext.Current.CancellationToken);

        var pushed = await sides.SyncAsync();

        Assert.Equal(SyncStatus.Pushed, pushed.Status);
        // Either the files there went along, or the branch stayed and another has the work.
        var went = pushed.Branches!.PushedTo == "topic";
        Assert.Equal((went ? "mine\n" : "one\n", ""), (await File.ReadAllTextAsync(Path.Combine(beside, "a"), TestContext.Current.CancellationToken), Run(beside, "status", "--porcelain")));
        Assert.True(went || pushed.Branches.PushedTo!.StartsWith("omnydrive/beta/topic-", StringComparison.Ordinal), pushed.Branches.PushedTo);
        Assert.Equal("", Run(sides.Origin, "status", "--porcelain"));
    }

    [Fact]
    public async Task A_mount_may_have_more_work_trees_and_a_sync_is_of_its_own()
    {
        await using var sides = await GitSides.StartAsync(Way.Near, publish: Open);
        var beside = sides.Scratch.At("beside");
        Run(sides.Mount, "worktree", "add", "--quiet", "-b", "more", beside);
        Commit(beside, ("b", "beside\n"));
        await File.WriteAllTextAsync(Path.Combine(sides.Mount, "a"), "mine\n", TestContext.Current.CancellationToken);
        Assert.Equal("main", (await sides.SyncAsync()).Branches!.PushedTo);
        Assert.Null(sides.AtOrigin("more"));
        Assert.Equal("", Run(beside, "status", "--porcelain"));
        Commit(sides.Origin, ("c", "theirs\n"));
        Assert.Equal(SyncStatus.Pulled, (await sides.SyncAsync()).Status);
    }

    [Theory]
    [InlineData(Way.Near)]
    [InlineData(Way.Http)]
    public async Task Of_a_repository_whose_objects_lie_in_another_a_clone_has_its_own(Way way)
    {
        await using var sides = await GitSides.StartAsync(way, publish: Open, prepare: work =>
        {
            var lender = work + "-lender";
            Run(Path.GetDirectoryName(work)!, "init", "--quiet", lender);
            Commit(lender, ("a", "one\n"));
            Directory.Delete(work);
            Run(Path.GetDirectoryName(work)!, "clone", "--quiet", "--shared", lender, work);
        });
        Assert.True(File.Exists(Path.Combine(sides.Origin, ".git/objects/info/alternates")));
        Assert.False(File.Exists(Path.Combine(sides.Mount, ".git/objects/info/alternates")));
        await File.WriteAllTextAsync(Path.Combine(sides.Mount, "a"), "mine\n", TestContext.Current.CancellationToken);
        Assert.Equal("main", (await sides.SyncAsync()).Branches!.PushedTo);
    }

    [Fact]
    public async Task Where_the_branch_was_renamed_the_mount_is_told_and_goes_on_with_the_new_one()
    {
        await using var sides = await GitSides.StartAsync(Way.Near, publish: Open);
        Run(sides.Origin, "branch", "--move", "main", "trunk");
        var refused = await Assert.ThrowsAsync<ConflictDetectedException>(() => sides.SyncAsync());
        Assert.Equal((BranchConflict.OriginRewritten, true), (refused.Conflict.Branches!.Why, refused.Conflict.Branches.IsGone));
        Assert.Null(sides.AtOrigin("main"));
        Run(sides.Mount, "switch", "--quiet", "--track", "origin/trunk");
        Assert.Equal(SyncStatus.Clean, (await sides.SyncAsync()).Status);
        await File.WriteAllTextAsync(Path.Combine(sides.Mount, "a"), "mine\n", TestContext.Current.CancellationToken);
        Assert.Equal("trunk", (await sides.SyncAsync()).Branches!.PushedTo);
    }

    [Fact]
    public async Task A_drive_stays_of_the_kind_that_its_mounts_know()
    {
        await using var sides = await GitSides.StartAsync(Way.Near);
        var refused = await Assert.ThrowsAsync<DriveException>(() => sides.Alpha.PublishDirectoryAsync(sides.Origin, new PublishOptions { Name = "repo" }));
        Assert.Equal(ErrorCode.DriveExists, refused.Code);
        Assert.False(Directory.Exists(Path.Combine(sides.Origin, ".omnydrive")));
        Assert.Equal(SyncStatus.Clean, (await sides.SyncAsync()).Status);
    }

    [Fact]
    public async Task Nobody_is_told_to_merge_what_would_write_over_the_mount_itself()
    {
        await using var sides = await GitSides.StartAsync(Way.Near, publish: Open);
        Directory.CreateDirectory(Path.Combine(sides.Origin, ".omnydrive"));
        await File.WriteAllTextAsync(Path.Combine(sides.Origin, ".omnydrive/marker.json"), "hostile", TestContext.Current.CancellationToken);
        Run(sides.Origin, "add", "--force", ".omnydrive/marker.json");
        Run(sides.Origin, "commit", "--quiet", "--message", "hostile");
        Commit(sides.Mount, ("a", "mine\n"));
        Assert.Equal(ErrorCode.Invalid, (await Assert.ThrowsAsync<DriveException>(() => sides.SyncAsync())).Code);
        Assert.Equal(ErrorCode.Invalid, (await Assert.ThrowsAsync<DriveException>(() => sides.Beta.InspectAsync(sides.Id))).Code);
    }

    [Fact]
    public async Task What_only_looks_like_a_repository_is_refused()
    {
        await using var sides = await GitSides.StartAsync(Way.Near);
        var place = sides.Scratch.Directory("odd");
        await File.WriteAllTextAsync(Path.Combine(place, ".git"), "gitdir: /nowhere\n", TestContext.Current.CancellationToken);
        Assert.Equal(ErrorCode.Invalid, (await Assert.ThrowsAsync<DriveException>(() => sides.Alpha.PublishGitAsync(place))).Code);
    }
}
