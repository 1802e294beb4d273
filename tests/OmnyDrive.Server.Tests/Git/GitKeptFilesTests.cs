using OmnyDrive.Engine;
using OmnyDrive.Errors;
using OmnyDrive.Reconciling;
using Xunit;
using static OmnyDrive.Server.Tests.Git.GitSteps;
using static OmnyDrive.Testing.GitTool;

namespace OmnyDrive.Server.Tests.Git;

/// <summary>Files that git does not have are kept, and nothing of the private directory or of a foreign repository is taken for the drive's.</summary>
public sealed class GitKeptFilesTests
{
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
}
