using OmnyDrive.Drives;
using OmnyDrive.Engine;
using OmnyDrive.Errors;
using OmnyDrive.Git;
using OmnyDrive.Reconciling;
using Xunit;
using static OmnyDrive.Testing.GitTool;

namespace OmnyDrive.Server.Tests.Git;

/// <summary>Mounts of a git drive kept in step with it, near and through a content server. Each test ends with <c>git fsck --strict</c> on all repositories.</summary>
public sealed class GitSyncTests
{
    private static readonly bool All = Environment.GetEnvironmentVariable("OMNYDRIVE_TEST_ALL") == "1";

    // Whether the origin is without a work tree.
    public static TheoryData<Way, bool> Everywhere => All ? new() { { Way.Near, false }, { Way.Near, true }, { Way.Http, false }, { Way.Http, true } } : new() { { Way.Near, true }, { Way.Http, false } };

    [Theory]
    [MemberData(nameof(Everywhere))]
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
    [MemberData(nameof(Everywhere))]
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
    [MemberData(nameof(Everywhere))]
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
    [MemberData(nameof(Everywhere))]
    public async Task A_branch_that_the_origin_lacks_is_made_there(Way way, bool bare)
    {
        await using var sides = await GitSides.StartAsync(way, bare);
        Run(sides.Mount, "switch", "--quiet", "--create", "own/branch");
        Commit(sides.Mount, ("x", "x\n"));

        var result = await sides.SyncAsync();

        Assert.Equal(("own/branch", "x", sides.AtOrigin("own/branch")), (result.Branches!.PushedTo, Paths(result), GitSides.CommitOf(sides.Mount, "HEAD")));
    }

    [Theory]
    [MemberData(nameof(Everywhere))]
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
        Assert.Equal(SyncStatus.Clean, (await sides.SyncAsync()).Status);

        // Somebody takes it over into the branch.
        Run(sides.Origin, "update-ref", "refs/heads/main", sides.AtOrigin(second.Branches.PushedTo!)!);
        if (!bare)
            Run(sides.Origin, "reset", "--quiet", "--hard");
        var after = await sides.SyncAsync();
        Assert.Equal((SyncStatus.Clean, 0), (after.Status, after.Branches!.Ahead));
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

    [Theory]
    [MemberData(nameof(Everywhere))]
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
    [MemberData(nameof(Everywhere))]
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
    [MemberData(nameof(Everywhere))]
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
    public async Task A_file_that_git_leaves_out_is_not_written_over()
    {
        await using var sides = await GitSides.StartAsync(Way.Near, prepare: work =>
        {
            GitSides.Sample(work);
            Commit(work, (".gitignore", "*.local\n"));
        });
        Write(sides, "x.local", "my own\n");
        Run(sides.Origin, "add", "--force", "--all");
        File.WriteAllText(Path.Combine(sides.Origin, "x.local"), "theirs\n");
        Run(sides.Origin, "add", "--force", "x.local");
        Run(sides.Origin, "commit", "--quiet", "--message", "taken in");
        Assert.Equal(ErrorCode.Conflict, (await Assert.ThrowsAsync<DriveException>(() => sides.SyncAsync())).Code);
        Assert.Equal("my own\n", Read(sides, "x.local"));
        File.Delete(Path.Combine(sides.Mount, "x.local"));
        Assert.Equal((SyncStatus.Pulled, "theirs\n"), ((await sides.SyncAsync()).Status, Read(sides, "x.local")));
    }

    [Theory]
    [InlineData("secret.local", "mine\n")]
    [InlineData("logs", "a file where a directory is\n")]
    [InlineData("one/two", "below a file\n")]
    public async Task What_the_publisher_leaves_out_is_not_written_over_by_a_push(string path, string content)
    {
        await using var sides = await GitSides.StartAsync(Way.Http, prepare: work =>
        {
            GitSides.Sample(work);
            Commit(work, (".gitignore", "*.local\n/logs\n/one\n"));
            Run(work, "switch", "--quiet", "-C", "topic");
        });
        Directory.CreateDirectory(Path.Combine(sides.Origin, "logs"));
        foreach (var own in new[] { "secret.local", "logs/today", "one" })
            File.WriteAllText(Path.Combine(sides.Origin, own), "the publisher's\n");
        Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(sides.Mount, path))!);
        Write(sides, path, content);
        Run(sides.Mount, "add", "--force", path);

        var result = await sides.SyncAsync();

        Assert.StartsWith("omnydrive/beta/topic-", result.Branches!.PushedTo, StringComparison.Ordinal);
        foreach (var own in new[] { "secret.local", "logs/today", "one" })
            Assert.Equal("the publisher's\n", File.ReadAllText(Path.Combine(sides.Origin, own)));
        Assert.Equal("", Run(sides.Origin, "status", "--porcelain"));
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
    [InlineData("!/.omnydrive/\n")]
    [InlineData("*\n!*/\n!*.json\n!.gitignore\n")]
    public async Task The_private_directory_is_not_committed_whatever_the_repository_takes_in(string rules)
    {
        await using var sides = await GitSides.StartAsync(Way.Near, prepare: work =>
        {
            GitSides.Sample(work);
            Commit(work, (".gitignore", rules));
        });
        Assert.Equal(SyncStatus.Clean, (await sides.SyncAsync()).Status);
        Write(sides, "b.json", "{}\n");
        var result = await sides.SyncAsync();
        Assert.Equal(("b.json", ""), (Paths(result), Run(sides.Origin, "ls-tree", "-r", "--name-only", result.Branches!.PushedTo!, ".omnydrive")));
    }

    [Fact]
    public async Task The_first_commits_of_an_origin_write_nothing_over_and_bring_all()
    {
        await using var sides = await GitSides.StartAsync(Way.Near, prepare: work => Run(work, "init", "--quiet", "."));
        Write(sides, ".gitignore", "*\n");
        Write(sides, "notes.txt", "my own\n");
        Directory.CreateDirectory(Path.Combine(sides.Mount, "dir"));
        Write(sides, "dir/mine", "my own\n");
        Commit(sides.Origin, ("notes.txt", "theirs\n"), ("dir/b", "b\n"), ("c", "c\n"));

        Assert.Equal(SyncStatus.Pulled, (await sides.SyncAsync()).Status);

        Assert.Equal(("my own\n", "my own\n", "b\n", "c\n"), (Read(sides, "notes.txt"), Read(sides, "dir/mine"), Read(sides, "dir/b"), Read(sides, "c")));
        Assert.Equal(" M notes.txt", Try(sides.Mount, "status", "--porcelain").Output.TrimEnd('\n'));
    }

    [Fact]
    public async Task A_clone_into_which_somebody_put_a_directory_meanwhile_lacks_nothing_afterwards()
    {
        await using var sides = await GitSides.StartAsync(Way.Near);
        var broken = sides.Scratch.At("broken");
        var gamma = sides.Endpoint("gamma");
        File.Move(Path.Combine(sides.Origin, ".git/HEAD"), Path.Combine(sides.Origin, ".git/HEAD.away"));
        await Assert.ThrowsAsync<DriveException>(() => gamma.CloneDriveAsync(GitSides.Drive, broken));
        File.Move(Path.Combine(sides.Origin, ".git/HEAD.away"), Path.Combine(sides.Origin, ".git/HEAD"));
        Directory.CreateDirectory(Path.Combine(broken, "dir"));
        if (Directory.Exists(Path.Combine(broken, ".omnydrive")))
        {
            File.WriteAllText(Path.Combine(broken, "dir/mine"), "mine\n");
            await sides.CloneAsync(gamma, broken);
            Assert.Equal("?? dir/mine", Run(broken, "status", "--porcelain", "--untracked-files=all"));
        }
    }

    [Fact]
    public async Task A_pull_that_was_merely_refused_takes_nothing_back_afterwards()
    {
        await using var sides = await GitSides.StartAsync(Way.Near, prepare: work =>
        {
            GitSides.Sample(work);
            Commit(work, (".gitignore", "*.local\n"));
        });
        Write(sides, "x.local", "my own\n");
        Commit(sides.Origin, ("a", "one\nand more\n"));
        File.WriteAllText(Path.Combine(sides.Origin, "x.local"), "theirs\n");
        Run(sides.Origin, "add", "--force", "x.local");
        Run(sides.Origin, "commit", "--quiet", "--message", "taken in");
        await Assert.ThrowsAsync<DriveException>(() => sides.SyncAsync());
        File.Delete(Path.Combine(sides.Mount, "x.local"));
        File.Delete(Path.Combine(sides.Mount, "a"));
        var refused = (await Assert.ThrowsAsync<ConflictDetectedException>(() => sides.SyncAsync())).Conflict;
        Assert.Equal(("a", false), (refused.Paths.Single().Path.ToString(), File.Exists(Path.Combine(sides.Mount, "a"))));
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
    public async Task A_file_whose_filter_is_not_set_up_is_not_committed()
    {
        await using var sides = await GitSides.StartAsync(Way.Near, prepare: work =>
        {
            GitSides.Sample(work);
            Commit(work, (".gitattributes", "*.bin filter=lfs\n"));
        });
        Write(sides, "large.bin", "contents\n");
        var refused = await Assert.ThrowsAsync<DriveException>(() => sides.SyncAsync());
        Assert.Equal(ErrorCode.NotSupported, refused.Code);
        Assert.Contains("git lfs install", refused.Hint, StringComparison.Ordinal);
        Assert.Equal(sides.AtOrigin("main"), GitSides.CommitOf(sides.Mount, "HEAD"));
    }

    [Fact]
    public async Task A_mount_that_lost_its_repository_runs_nothing_of_what_lies_there()
    {
        await using var sides = await GitSides.StartAsync(Way.Near);
        Directory.Move(Path.Combine(sides.Mount, ".git"), sides.Scratch.At("away"));
        Assert.Equal(ErrorCode.RootMissing, (await Assert.ThrowsAsync<DriveException>(() => sides.SyncAsync())).Code);
        Assert.Equal(ErrorCode.RootMissing, (await Assert.ThrowsAsync<DriveException>(() => sides.Beta.InspectAsync(sides.Id))).Code);
        Directory.Move(sides.Scratch.At("away"), Path.Combine(sides.Mount, ".git"));
    }

    [Fact]
    public async Task What_a_repository_has_of_the_private_directory_does_not_come()
    {
        await using var sides = await GitSides.StartAsync(Way.Near, cloned: false, prepare: work =>
        {
            GitSides.Sample(work);
            Commit(work, (".omnydrive/marker", "{}"));
        });
        Assert.Equal(ErrorCode.Invalid, (await Assert.ThrowsAsync<DriveException>(() => sides.CloneAsync())).Code);
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

    [Theory]
    [InlineData(Way.Near)]
    [InlineData(Way.Http)]
    public async Task Of_two_that_push_to_one_branch_one_lands_and_the_other_gets_a_conflict(Way way)
    {
        var rounds = All ? 100 : 5;
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

    private static async Task AddAsync(GitSides sides, params (string Path, string Content)[] files) => await AddAsync(sides, "main", files);

    // As somebody else does it, with a clone of the repository.
    private static async Task AddAsync(GitSides sides, string branch, params (string Path, string Content)[] files)
    {
        await Task.CompletedTask;
        var clone = sides.Scratch.Directory(Guid.NewGuid().ToString("N"));
        Run(clone, "clone", "--quiet", "--branch", branch, sides.Origin, ".");
        Commit(clone, files);
        Run(clone, "push", "--quiet", "--receive-pack=git -c receive.denyCurrentBranch=updateInstead receive-pack", "origin", branch);
    }

    private static string Refs(string repository, string below = "refs") => Run(repository, "for-each-ref", below);

    private static string Paths(SyncResult result) => string.Join(' ', result.Changes.Select(applied => applied.Change.Path));

    private static string Read(GitSides sides, string path) => File.ReadAllText(Path.Combine(sides.Mount, path));

    private static void Write(GitSides sides, string path, string content) => File.WriteAllText(Path.Combine(sides.Mount, path), content);
}
