using OmnyDrive.Drives;
using OmnyDrive.Engine;
using OmnyDrive.Git;
using OmnyDrive.Reconciling;
using Xunit;
using static OmnyDrive.Server.Tests.Git.GitSteps;
using static OmnyDrive.Testing.GitTool;

namespace OmnyDrive.Server.Tests.Git;

/// <summary>Mounts of a git drive kept in step with it, near and through a content server. Each test ends with <c>git fsck --strict</c> on all repositories.</summary>
public sealed class GitSyncTests
{
    [Theory]
    [MemberData(nameof(Ways.Everywhere), MemberType = typeof(Ways))]
    public async Task A_clone_has_what_the_repository_has_and_a_second_sync_does_nothing(Way way, bool bare)
    {
        await using var sides = await GitSides.StartAsync(way, bare, prepare: work =>
        {
            GitSides.Sample(work);
            File.CreateSymbolicLink(Path.Combine(work, "link"), "dir/b");
            File.WriteAllText(Path.Combine(work, "run"), "#!/bin/sh\n");
            File.SetUnixFileMode(Path.Combine(work, "run"), (UnixFileMode)0b111_101_101);
            Commit(work);
        });
        Assert.Equal("one\n", File.ReadAllText(Path.Combine(sides.Mount, "a")));
        Assert.Equal("dir/b", new FileInfo(Path.Combine(sides.Mount, "link")).LinkTarget);
        Assert.True(File.GetUnixFileMode(Path.Combine(sides.Mount, "run")).HasFlag(UnixFileMode.UserExecute));
        Assert.Equal(("", "main", sides.AtOrigin("main")), (Run(sides.Mount, "status", "--porcelain"), Run(sides.Mount, "branch", "--show-current"), GitSides.CommitOf(sides.Mount, "HEAD")));
        var before = Refs(sides.Mount) + Refs(sides.Origin);

        var result = await sides.SyncAsync();

        Assert.Equal((SyncStatus.Clean, 0, BranchAction.None), (result.Status, result.Changes.Count, result.Branches!.Action));
        Assert.Equal(SyncRef.OfCommit(sides.AtOrigin("main")!), result.Ref);
        Assert.Equal(before, Refs(sides.Mount) + Refs(sides.Origin));
    }

    [Theory]
    [MemberData(nameof(Ways.Everywhere), MemberType = typeof(Ways))]
    public async Task Commits_of_the_origin_come_into_the_mount(Way way, bool bare)
    {
        await using var sides = await GitSides.StartAsync(way, bare);
        await AddAsync(sides, ("a", "changed\n"), ("new/file", "new\n"));

        var result = await sides.SyncAsync();

        Assert.Equal((SyncStatus.Pulled, "a new/file", 1), (result.Status, Paths(result), result.Branches!.Behind));
        Assert.All(result.Changes, applied => Assert.Equal(Side.Local, applied.Side));
        Assert.Equal(("changed\n", "new\n"), (Read(sides, "a"), Read(sides, "new/file")));
        Assert.Equal(sides.AtOrigin("main"), GitSides.CommitOf(sides.Mount, "HEAD"));
        Assert.Equal(SyncStatus.Clean, (await sides.SyncAsync()).Status);
    }

    [Theory]
    [MemberData(nameof(Ways.Everywhere), MemberType = typeof(Ways))]
    public async Task Work_on_a_branch_goes_there_and_what_is_not_committed_is_committed_first(Way way, bool bare)
    {
        await using var sides = await GitSides.StartAsync(way, bare);
        Run(sides.Mount, "switch", "--quiet", "topic");
        Write(sides, "a", "mine\n");
        Write(sides, "new", "new\n");
        File.Delete(Path.Combine(sides.Mount, "dir/c"));

        var plan = await sides.Beta.PlanSyncAsync(sides.Id);
        var result = await sides.SyncAsync();

        Assert.Equal(("a dir/c new", BranchAction.Push, true), (string.Join(' ', plan.ToOrigin.Select(change => change.Path)), plan.Branches!.Action, plan.Branches.Commits));
        Assert.Equal((SyncStatus.Pushed, "a dir/c new", "topic"), (result.Status, Paths(result), result.Branches!.PushedTo));
        Assert.Equal(result.Ref, SyncRef.OfCommit(sides.AtOrigin("topic")!));
        Assert.Equal("mine", Run(sides.Origin, "show", "topic:a"));
        Assert.StartsWith("Update 3 files", Run(sides.Origin, "log", "-1", "--format=%B", "topic"), StringComparison.Ordinal);
        Assert.Equal("", Run(sides.Mount, "status", "--porcelain"));
        Assert.Equal(SyncStatus.Clean, (await sides.SyncAsync()).Status);
    }

    [Theory]
    [MemberData(nameof(Ways.Everywhere), MemberType = typeof(Ways))]
    public async Task What_both_sides_committed_is_refused_with_counts_and_after_a_merge_goes_on(Way way, bool bare)
    {
        await using var sides = await GitSides.StartAsync(way, bare);
        Run(sides.Mount, "switch", "--quiet", "topic");
        await AddAsync(sides, "topic", ("a", "theirs\n"), ("dir/b", "their b\n"));
        await AddAsync(sides, "topic", ("dir/b", "their b again\n"));
        Commit(sides.Mount, ("a", "ours\n"));
        Write(sides, "dir/c", "our c, not committed\n");
        var before = Refs(sides.Origin) + Refs(sides.Mount, "refs/heads");

        var refused = (await Assert.ThrowsAsync<ConflictDetectedException>(() => sides.SyncAsync())).Conflict;

        Assert.Equal((ConflictKind.ContentDivergence, "a", "dir/c", "dir/b"), (refused.Kind, refused.Paths.Single().Path.ToString(), refused.LocalChanges.Single().Path.ToString(), refused.OriginChanges.Single().Path.ToString()));
        Assert.Equal(new BranchDivergence(BranchConflict.Diverged, "topic", 1, 2, IsDirty: true, null), refused.Branches);
        Assert.Contains("git merge origin/topic", ConflictMessage.HintOf(refused), StringComparison.Ordinal);
        Assert.Equal((before, "our c, not committed\n"), (Refs(sides.Origin) + Refs(sides.Mount, "refs/heads"), Read(sides, "dir/c")));

        Commit(sides.Mount);
        Run(sides.Mount, "merge", "--quiet", "--strategy-option=ours", "--no-edit", "origin/topic");
        var result = await sides.SyncAsync();
        Assert.Equal((SyncStatus.Pushed, "topic"), (result.Status, result.Branches!.PushedTo));
        Assert.Equal(GitSides.CommitOf(sides.Mount, "HEAD"), sides.AtOrigin("topic"));
    }

    [Theory]
    [InlineData(Way.Near)]
    [InlineData(Way.Http)]
    public async Task Changes_that_do_not_overlap_are_refused_all_the_same(Way way)
    {
        await using var sides = await GitSides.StartAsync(way);
        await AddAsync(sides, ("new", "theirs\n"));
        Write(sides, "a", "ours\n");
        var refused = (await Assert.ThrowsAsync<ConflictDetectedException>(() => sides.SyncAsync())).Conflict;
        Assert.Equal((ConflictKind.RefMoved, 0, 1, true), (refused.Kind, refused.Branches!.Ahead, refused.Branches.Behind, refused.Branches.IsDirty));
        Assert.Equal("ours\n", Read(sides, "a"));
        Assert.False(File.Exists(Path.Combine(sides.Mount, "new")));
    }

    [Fact]
    public async Task Without_leave_to_commit_nothing_is_committed()
    {
        await using var sides = await GitSides.StartAsync(Way.Near);
        Write(sides, "a", "ours\n");
        var refused = (await Assert.ThrowsAsync<ConflictDetectedException>(() => sides.SyncAsync(new SyncOptions { NoCommit = true }))).Conflict;
        Assert.Equal((BranchConflict.Uncommitted, "a"), (refused.Branches!.Why, refused.LocalChanges.Single().Path.ToString()));
        Assert.Equal(sides.AtOrigin("main"), GitSides.CommitOf(sides.Mount, "HEAD"));
    }

    [Theory]
    [InlineData(Way.Near)]
    [InlineData(Way.Http)]
    public async Task A_history_that_was_written_anew_is_not_followed_and_a_deleted_branch_not_made_again(Way way)
    {
        await using var sides = await GitSides.StartAsync(way);
        var mine = GitSides.CommitOf(sides.Mount, "HEAD");
        Run(sides.Origin, "commit", "--quiet", "--amend", "--message", "another first");
        Assert.Equal(BranchConflict.OriginRewritten, (await Assert.ThrowsAsync<ConflictDetectedException>(() => sides.SyncAsync())).Conflict.Branches!.Why);
        Assert.Equal(mine, GitSides.CommitOf(sides.Mount, "HEAD"));

        Run(sides.Mount, "switch", "--quiet", "topic");
        await sides.SyncAsync();
        Run(sides.Origin, "branch", "--quiet", "-D", "topic");
        Write(sides, "a", "more\n");
        Assert.Equal(BranchConflict.OriginRewritten, (await Assert.ThrowsAsync<ConflictDetectedException>(() => sides.SyncAsync())).Conflict.Branches!.Why);
        Assert.Null(sides.AtOrigin("topic"));
    }

    [Fact]
    public async Task Without_a_branch_there_is_nothing_to_sync_and_work_without_one_is_refused()
    {
        await using var sides = await GitSides.StartAsync(Way.Near);
        Run(sides.Mount, "switch", "--quiet", "--detach");
        Assert.Equal((SyncStatus.Clean, null), ((await sides.SyncAsync()).Status, (await sides.SyncAsync()).Branches!.Branch));
        Commit(sides.Mount, ("a", "x\n"));
        var refused = (await Assert.ThrowsAsync<ConflictDetectedException>(() => sides.SyncAsync())).Conflict;
        Assert.Equal((BranchConflict.Detached, 1), (refused.Branches!.Why, refused.Branches.Ahead));
    }

    [Fact]
    public async Task What_the_user_has_begun_is_ended_by_the_user()
    {
        await using var sides = await GitSides.StartAsync(Way.Near);
        Run(sides.Mount, "switch", "--quiet", "--create", "other");
        Commit(sides.Mount, ("a", "other\n"));
        Run(sides.Mount, "switch", "--quiet", "topic");
        Commit(sides.Mount, ("a", "topic\n"));
        Assert.NotEqual(0, Try(sides.Mount, "merge", "other").ExitCode);
        var refused = (await Assert.ThrowsAsync<ConflictDetectedException>(() => sides.SyncAsync())).Conflict;
        Assert.Equal((BranchConflict.Unfinished, "merge"), (refused.Branches!.Why, refused.Branches.Unfinished));
        Assert.Contains("git merge --abort", ConflictMessage.HintOf(refused), StringComparison.Ordinal);
        Run(sides.Mount, "merge", "--abort");
        Assert.Equal(SyncStatus.Pushed, (await sides.SyncAsync()).Status);
    }

    [Theory]
    [MemberData(nameof(Ways.Everywhere), MemberType = typeof(Ways))]
    public async Task An_empty_repository_can_be_cloned_and_gets_its_first_commit(Way way, bool bare)
    {
        await using var sides = await GitSides.StartAsync(way, bare, prepare: work => Run(work, "init", "--quiet", "."));
        Assert.Equal(SyncStatus.Clean, (await sides.SyncAsync()).Status);
        Write(sides, "first", "1\n");
        var result = await sides.SyncAsync();
        Assert.Equal((SyncStatus.Pushed, "main"), (result.Status, result.Branches!.PushedTo));
        Assert.Equal(GitSides.CommitOf(sides.Mount, "HEAD"), sides.AtOrigin("main"));
    }

    [Theory]
    [MemberData(nameof(Ways.Everywhere), MemberType = typeof(Ways))]
    public async Task A_mount_that_may_not_push_is_shallow_and_follows(Way way, bool bare)
    {
        await using var sides = await GitSides.StartAsync(way, bare, cloned: false);
        await AddAsync(sides, ("a", "2\n"));
        await AddAsync(sides, ("a", "3\n"));
        await sides.CloneAsync(new CloneOptions { ReadOnly = true });
        Assert.Equal(("true", "1"), (Run(sides.Mount, "rev-parse", "--is-shallow-repository"), Run(sides.Mount, "rev-list", "--count", "HEAD")));
        await AddAsync(sides, ("a", "4\n"));
        Assert.Equal((SyncStatus.Pulled, "4\n"), ((await sides.SyncAsync()).Status, Read(sides, "a")));
        Write(sides, "a", "mine\n");
        var refused = (await Assert.ThrowsAsync<ConflictDetectedException>(() => sides.SyncAsync())).Conflict;
        Assert.Equal((BranchConflict.ReadOnly, ConflictKind.LocalDivergence, "mine\n"), (refused.Branches!.Why, refused.Kind, Read(sides, "a")));
    }

    [Fact]
    public async Task Files_that_are_in_conflict_after_a_stash_are_not_committed()
    {
        await using var sides = await GitSides.StartAsync(Way.Near, publish: new PublishOptions { ProtectedBranches = [] });
        Write(sides, "a", "mine\n");
        Run(sides.Mount, "stash", "--quiet");
        await AddAsync(sides, ("a", "theirs\n"));
        await sides.SyncAsync();
        Assert.NotEqual(0, Try(sides.Mount, "stash", "pop").ExitCode);
        var (theirs, marked) = (sides.AtOrigin("main"), Read(sides, "a"));

        var refused = (await Assert.ThrowsAsync<ConflictDetectedException>(() => sides.SyncAsync())).Conflict;

        Assert.Equal((BranchConflict.Unfinished, BranchDivergence.Unmerged), (refused.Branches!.Why, refused.Branches.Unfinished));
        Assert.Equal((theirs, marked, "UU a"), (sides.AtOrigin("main"), Read(sides, "a"), Run(sides.Mount, "status", "--porcelain")));
        Write(sides, "a", "both\n");
        Run(sides.Mount, "add", "a");
        Assert.Equal(SyncStatus.Pushed, (await sides.SyncAsync()).Status);
        Assert.Equal("both", Run(sides.Origin, "show", "main:a"));
    }

    [Fact]
    public async Task An_origin_that_was_written_anew_can_be_followed_as_the_message_says()
    {
        await using var sides = await GitSides.StartAsync(Way.Near);
        await AddAsync(sides, ("a", "2\n"));
        await sides.SyncAsync();
        Run(sides.Origin, "reset", "--quiet", "--hard", "HEAD~1");
        await AddAsync(sides, ("a", "another 2\n"));
        await Assert.ThrowsAsync<ConflictDetectedException>(() => sides.SyncAsync());
        Run(sides.Mount, "reset", "--quiet", "--keep", "origin/main");
        Assert.Equal(SyncStatus.Clean, (await sides.SyncAsync()).Status);
        await AddAsync(sides, ("a", "3\n"));
        Assert.Equal(SyncStatus.Pulled, (await sides.SyncAsync()).Status);
    }

    [Fact]
    public async Task A_submodule_is_told_and_its_content_left_where_it_is()
    {
        await using var sides = await GitSides.StartAsync(Way.Near, cloned: false, prepare: work =>
        {
            GitSides.Sample(work);
            Run(work, "update-index", "--add", "--cacheinfo", $"160000,{GitSides.CommitOf(work, "HEAD")},sub");
            Run(work, "commit", "--quiet", "--message", "with a submodule");
        });
        var cloned = await sides.Beta.CloneDriveAsync(GitSides.Drive, sides.Mount);
        Assert.Equal("sub", Assert.Single(cloned.Problems).Path);
        Assert.Equal(SyncStatus.Clean, (await sides.Beta.SyncMountAsync(cloned.Mount.Id)).Status);
    }
}
