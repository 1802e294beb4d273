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
        const string Script = "#!/bin/sh\ncase \"$PWD $*\" in */mount\\ *update-ref*refs/heads/main*) kill -9 $$ ;; esac\nPATH=${PATH#DIR:}; export PATH; exec git \"$@\"\n";
        using (new StandInProgram(sides.Scratch.Directory("programs"), "git", Script))
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

    // As git leaves it when it is killed in the middle.
    private static async Task<GitSides> BrokenOffAsync()
    {
        var sides = await GitSides.StartAsync(Way.Near);
        var from = GitSides.CommitOf(sides.Mount, "HEAD");
        File.Delete(Path.Combine(sides.Origin, "dir/c"));
        var to = Commit(sides.Origin, ("a", "one again\n"), ("dir/b", "two again\n"), ("new/whole", "whole\n"), ("new/torn", "a longer content\n"));
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
