using OmnyDrive.Engine;
using OmnyDrive.Errors;
using OmnyDrive.Reconciling;
using OmnyDrive.Testing;
using Xunit;
using static OmnyDrive.Testing.GitTool;

namespace OmnyDrive.Server.Tests.Git;

/// <summary>What a pull leaves that was broken off while it wrote files, and what the next sync makes of it.</summary>
[Collection(typeof(ChangedEnvironment))]
public sealed class GitRecoveryTests
{
    [Fact]
    public async Task A_clone_that_was_broken_off_takes_nothing_back_of_what_the_origin_did_since()
    {
        await using var sides = await GitSides.StartAsync(Way.Near, cloned: false, publish: new PublishOptions { ProtectedBranches = [] });
        // All files are in place, and the branch is about to be set.
        using (Meddling(sides, "*update-ref*refs/heads/main*", "kill -9 $$"))
            await Assert.ThrowsAsync<DriveException>(() => sides.Beta.CloneDriveAsync(GitSides.Drive, sides.Mount));
        Assert.Equal("one\n", await File.ReadAllTextAsync(Path.Combine(sides.Mount, "a"), TestContext.Current.CancellationToken));
        Run(sides.Origin, "rm", "--quiet", "dir/c");
        var newer = Commit(sides.Origin, ("a", "newer\n"));
        await sides.CloneAsync();
        Assert.Equal("", Run(sides.Mount, "status", "--porcelain"));
        await sides.SyncAsync();
        Assert.Equal((newer, newer), (GitSides.CommitOf(sides.Mount, "HEAD"), sides.AtOrigin("main")));
        Assert.Equal(("newer\n", false), (await File.ReadAllTextAsync(Path.Combine(sides.Mount, "a"), TestContext.Current.CancellationToken), File.Exists(Path.Combine(sides.Mount, "dir/c"))));
    }

    [Fact]
    public async Task A_pull_that_was_broken_off_goes_on_with_files_that_are_old_new_torn_and_missing()
    {
        await using var sides = await BrokenOffAsync();

        var result = await sides.SyncAsync();

        Assert.Equal(SyncStatus.Pulled, result.Status);
        Assert.Equal("", Run(sides.Mount, "status", "--porcelain"));
        foreach (var file in new[] { "a", "dir/b", "new/whole", "new/torn" })
            Assert.Equal(File.ReadAllText(Path.Combine(sides.Origin, file)), File.ReadAllText(Path.Combine(sides.Mount, file)));
        Assert.False(File.Exists(Path.Combine(sides.Mount, "dir/c")));
        Assert.False(File.Exists(Path.Combine(sides.Mount, ".git/index.lock")));
    }

    [Theory]
    [InlineData("a", "an edit")]
    [InlineData("new/torn", "of my own")]
    [InlineData("another", "file of mine")]
    public async Task What_somebody_wrote_since_is_kept_and_counts_as_a_change(string path, string content)
    {
        await using var sides = await BrokenOffAsync();
        File.WriteAllText(Path.Combine(sides.Mount, path), content);

        var refused = (await Assert.ThrowsAsync<ConflictDetectedException>(() => sides.SyncAsync())).Conflict;

        Assert.Contains(path, refused.Paths.Select(conflict => conflict.Path.ToString()).Concat(refused.LocalChanges.Select(change => change.Path.ToString())));
        Assert.Equal(content, File.ReadAllText(Path.Combine(sides.Mount, path)));
    }

    [Fact]
    public async Task A_first_pull_that_cannot_place_a_file_fails_and_nobody_takes_that_for_deleted()
    {
        await using var sides = await GitSides.StartAsync(Way.Near, prepare: work => Run(work, "init", "--quiet", "."));
        File.WriteAllText(Path.Combine(sides.Mount, ".gitignore"), "*\n");
        File.WriteAllText(Path.Combine(sides.Mount, "dir"), "a file\n");
        var theirs = Commit(sides.Origin, ("dir/b", "b\n"), ("c", "c\n"));

        var failed = await Assert.ThrowsAsync<DriveException>(() => sides.SyncAsync());

        Assert.Contains("\"dir/b\"", failed.Message, StringComparison.Ordinal);
        Assert.Equal(("a file\n", theirs), (File.ReadAllText(Path.Combine(sides.Mount, "dir")), sides.AtOrigin("main")));
        Assert.Null(GitSides.CommitOf(sides.Mount, "refs/heads/main"));
    }

    [Fact]
    public async Task A_clone_that_was_broken_off_stays_on_the_branch_that_it_began_with()
    {
        await using var sides = await GitSides.StartAsync(Way.Near, cloned: false, publish: new PublishOptions { ProtectedBranches = [] });
        using (Meddling(sides, "*update-ref*refs/heads/main*", "kill -9 $$"))
            await Assert.ThrowsAsync<DriveException>(() => sides.Beta.CloneDriveAsync(GitSides.Drive, sides.Mount));
        Run(sides.Origin, "switch", "--quiet", "--create", "release");
        Run(sides.Origin, "rm", "--quiet", "dir/c");
        var release = Commit(sides.Origin, ("a", "released\n"));

        await sides.CloneAsync();

        Assert.Equal(("main", ""), (Run(sides.Mount, "symbolic-ref", "--short", "HEAD"), Run(sides.Mount, "status", "--porcelain")));
        Assert.Equal(SyncStatus.Clean, (await sides.SyncAsync()).Status);
        Assert.Equal((release, GitSides.CommitOf(sides.Mount, "HEAD"), ""), (sides.AtOrigin("release"), sides.AtOrigin("main"), Run(sides.Origin, "status", "--porcelain")));
    }

    [Fact]
    public async Task What_somebody_committed_in_a_clone_that_was_broken_off_stays_on_the_branch_where_it_is()
    {
        await using var sides = await GitSides.StartAsync(Way.Near, cloned: false, publish: new PublishOptions { ProtectedBranches = [] });
        using (Meddling(sides, "*update-ref*refs/omnydrive/agreed*", "kill -9 $$"))
            await Assert.ThrowsAsync<DriveException>(() => sides.Beta.CloneDriveAsync(GitSides.Drive, sides.Mount));
        Run(sides.Mount, "switch", "--quiet", "--create", "experiment");
        var mine = Commit(sides.Mount, ("a", "an experiment\n"));
        var theirs = sides.AtOrigin("main");

        await sides.CloneAsync();

        Assert.Equal(("experiment", mine, ""), (Run(sides.Mount, "symbolic-ref", "--short", "HEAD"), GitSides.CommitOf(sides.Mount, "HEAD"), Run(sides.Mount, "status", "--porcelain")));
        Assert.Equal("experiment", (await sides.SyncAsync()).Branches!.PushedTo);
        Assert.Equal((mine, theirs), (sides.AtOrigin("experiment"), sides.AtOrigin("main")));
    }

    [Fact]
    public async Task A_branch_that_the_origin_deleted_while_its_clone_was_broken_off_is_not_made_again()
    {
        await using var sides = await GitSides.StartAsync(Way.Near, cloned: false, publish: new PublishOptions { ProtectedBranches = [] });
        using (Meddling(sides, "*update-ref*refs/heads/main*", "kill -9 $$"))
            await Assert.ThrowsAsync<DriveException>(() => sides.Beta.CloneDriveAsync(GitSides.Drive, sides.Mount));
        Run(sides.Origin, "branch", "--move", "main", "trunk");

        await sides.CloneAsync();

        await Assert.ThrowsAsync<Reconciling.ConflictDetectedException>(() => sides.SyncAsync());
        Assert.Null(sides.AtOrigin("main"));
    }

    [Fact]
    public async Task A_read_only_clone_that_was_broken_off_follows_what_the_origin_did_since()
    {
        await using var sides = await GitSides.StartAsync(Way.Near, cloned: false);
        var readOnly = new CloneOptions { ReadOnly = true };
        using (Meddling(sides, "*update-ref*refs/heads/main*", "kill -9 $$"))
            await Assert.ThrowsAsync<DriveException>(() => sides.Beta.CloneDriveAsync(GitSides.Drive, sides.Mount, readOnly));
        var newer = Commit(sides.Origin, ("a", "newer\n"));
        await sides.CloneAsync(readOnly);

        await sides.SyncAsync();
        Assert.Equal((newer, ""), (GitSides.CommitOf(sides.Mount, "HEAD"), Run(sides.Mount, "status", "--porcelain")));
    }

    [Fact]
    public async Task A_first_commit_that_somebody_makes_while_the_first_of_the_origin_comes_stays()
    {
        await using var sides = await GitSides.StartAsync(Way.Near, prepare: work => Run(work, "init", "--quiet", "."), publish: new PublishOptions { ProtectedBranches = [] });
        Commit(sides.Origin, ("a", "theirs\n"));
        using (Meddling(sides, "*update-ref*refs/heads/main*", "echo mine > mine; git -c user.name=Me -c user.email=me@example.org add mine; git -c user.name=Me -c user.email=me@example.org commit --quiet --message mine"))
            await Assert.ThrowsAsync<Reconciling.ConflictDetectedException>(() => sides.SyncAsync());

        Assert.Equal("mine", Run(sides.Mount, "log", "--format=%s", "main"));
        Assert.Equal("mine\n", await File.ReadAllTextAsync(Path.Combine(sides.Mount, "mine"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_branch_that_somebody_goes_to_while_a_sync_commits_is_not_pushed_as_another()
    {
        await using var sides = await GitSides.StartAsync(Way.Near);
        Run(sides.Mount, "switch", "--quiet", "--create", "secret");
        Commit(sides.Mount, ("private", "mine alone\n"));
        Run(sides.Mount, "switch", "--quiet", "--no-track", "--create", "topic", "origin/topic");
        File.WriteAllText(Path.Combine(sides.Mount, "a"), "an edit\n");
        var before = sides.AtOrigin("topic");
        using (Meddling(sides, "*commit\\ --quiet\\ --no-verify*", "git switch --quiet secret"))
            Assert.Equal(ErrorCode.Conflict, (await Assert.ThrowsAsync<DriveException>(() => sides.SyncAsync())).Code);

        Assert.Equal((before, null), (sides.AtOrigin("topic"), sides.AtOrigin("secret")));
        Assert.Equal("an edit", Run(sides.Mount, "show", "secret:a"));
    }

    [Fact]
    public async Task A_pull_that_was_broken_off_is_taken_back_though_git_leaves_its_new_files_out()
    {
        await using var sides = await BrokenOffAsync(leftOut: "new/\n");

        Assert.Equal(SyncStatus.Pulled, (await sides.SyncAsync()).Status);

        Assert.Equal(("", "whole\n"), (Run(sides.Mount, "status", "--porcelain"), await File.ReadAllTextAsync(Path.Combine(sides.Mount, "new/whole"), TestContext.Current.CancellationToken)));
    }

    // A git that does something else just before one of its calls in the mount, once.
    private static StandInProgram Meddling(GitSides sides, string call, string does) => new(sides.Scratch.Directory(Guid.NewGuid().ToString("N")), "git",
        $"#!/bin/sh\nPATH=${{PATH#DIR:}}; export PATH\ncase \"$PWD $*\" in */mount\\ {call}) if [ ! -e DIR/done ]; then touch DIR/done; {does}; fi ;; esac\nexec git \"$@\"\n");

    // As git leaves it when it is killed in the middle.
    private static async Task<GitSides> BrokenOffAsync(string leftOut = "")
    {
        var sides = await GitSides.StartAsync(Way.Near);
        Commit(sides.Origin, (".gitignore", leftOut));
        await sides.SyncAsync();
        var from = GitSides.CommitOf(sides.Mount, "HEAD");
        File.Delete(Path.Combine(sides.Origin, "dir/c"));
        foreach (var (path, content) in new[] { ("a", "one again\n"), ("dir/b", "two again\n"), ("new/whole", "whole\n"), ("new/torn", "a longer content\n") })
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(sides.Origin, path))!);
            File.WriteAllText(Path.Combine(sides.Origin, path), content);
        }
        Run(sides.Origin, "add", "--force", "--all");
        var to = Commit(sides.Origin);
        File.WriteAllText(Path.Combine(sides.Mount, ".omnydrive/git-work"), $"pull {from} {to}\n");
        File.WriteAllText(Path.Combine(sides.Mount, ".git/index.lock"), "");
        Run(sides.Mount, "fetch", "--quiet", sides.Origin, "main");
        File.WriteAllText(Path.Combine(sides.Mount, "a"), "one again\n");
        File.Delete(Path.Combine(sides.Mount, "dir/b"));
        File.Delete(Path.Combine(sides.Mount, "dir/c"));
        Directory.CreateDirectory(Path.Combine(sides.Mount, "new"));
        File.WriteAllText(Path.Combine(sides.Mount, "new/whole"), "whole\n");
        File.WriteAllText(Path.Combine(sides.Mount, "new/torn"), "a long");
        return sides;
    }
}
