using OmnyDrive.Engine;
using Xunit;
using static OmnyDrive.Testing.GitTool;

namespace OmnyDrive.Server.Tests.Git;

/// <summary>What the publisher has checked out goes along with its branch, and otherwise stays as it is.</summary>
public sealed class CheckedOutOriginTests
{
    private static readonly PublishOptions Open = new() { ProtectedBranches = [] };

    [Fact]
    public async Task A_push_that_another_was_faster_than_leaves_the_files_as_the_other_made_them()
    {
        await using var sides = await GitSides.StartAsync(Way.Http, publish: Open);
        var seen = sides.AtOrigin("main")!;
        var late = sides.Scratch.Directory("late");
        Run(late, "clone", "--quiet", sides.Origin, ".");
        var lost = Commit(late, ("dir/b", "late\n"), ("more", "late\n"));
        Commit(sides.Mount, ("a", "first\n"));
        Assert.Equal(SyncStatus.Pushed, (await sides.SyncAsync()).Status);

        var said = await RawPush.SendAsync(sides, RawPush.Body(sides, late, "main", seen, lost));

        Assert.Contains("ng refs/heads/main", said, StringComparison.Ordinal);
        Assert.Equal((GitSides.CommitOf(sides.Mount, "HEAD"), ""), (sides.AtOrigin("main"), Run(sides.Origin, "status", "--porcelain")));
        Assert.Equal(("first\n", "two\n", false), (Read(sides, "a"), Read(sides, "dir/b"), File.Exists(Path.Combine(sides.Origin, "more"))));
        // And it goes along with the next.
        Commit(sides.Mount, ("a", "second\n"));
        Assert.Equal("main", (await sides.SyncAsync()).Branches!.PushedTo);
        Assert.Equal(("second\n", ""), (Read(sides, "a"), Run(sides.Origin, "status", "--porcelain")));
    }

    [Theory]
    [InlineData(Way.Near)]
    [InlineData(Way.Http)]
    public async Task Of_two_that_push_at_once_the_files_are_those_of_the_one_that_landed(Way way)
    {
        await using var sides = await GitSides.StartAsync(way, publish: Open);
        var gamma = sides.Endpoint("gamma");
        var other = await sides.CloneAsync(gamma, sides.Scratch.At("other"));
        var both = 0;
        for (var round = 0; round < (Ways.All ? 100 : 8); round++)
        {
            Commit(sides.Mount, ($"by-beta/{round}", "x\n"), ("a", $"{round}\n"));
            Commit(sides.Scratch.At("other"), ($"by-gamma/{round}", "x\n"), ("dir/b", $"{round}\n"));

            var landed = await Task.WhenAll(LandsAsync(sides.Beta, sides.Id), LandsAsync(gamma, other));

            Assert.Equal("", Run(sides.Origin, "status", "--porcelain"));
            Assert.Contains(sides.AtOrigin("main"), new[] { GitSides.CommitOf(sides.Mount, "HEAD"), GitSides.CommitOf(sides.Scratch.At("other"), "HEAD") });
            both += landed.All(one => one) ? 1 : 0;
            foreach (var mount in new[] { sides.Mount, sides.Scratch.At("other") })
            {
                Run(mount, "fetch", "--quiet", sides.Origin, "main");
                Run(mount, "reset", "--quiet", "--hard", "FETCH_HEAD");
            }
            await sides.SyncAsync();
            await gamma.SyncMountAsync(other);
        }
        Assert.Equal(0, both);
    }

    [Fact]
    public async Task A_branch_that_is_checked_out_in_a_linked_work_tree_goes_along_there()
    {
        await using var sides = await GitSides.StartAsync(Way.Http, publish: Open);
        var linked = sides.Scratch.At("linked");
        Run(sides.Origin, "worktree", "add", "--quiet", linked, "topic");
        Run(sides.Mount, "switch", "--quiet", "topic");
        Commit(sides.Mount, ("a", "topical\n"));

        Assert.Equal("topic", (await sides.SyncAsync()).Branches!.PushedTo);

        Assert.Equal(("topical\n", "", "one\n", ""), (File.ReadAllText(Path.Combine(linked, "a")), Run(linked, "status", "--porcelain"), Read(sides, "a"), Run(sides.Origin, "status", "--porcelain")));
        File.WriteAllText(Path.Combine(linked, "a"), "in the works\n");
        Commit(sides.Mount, ("a", "once more\n"));
        Assert.StartsWith("omnydrive/", (await sides.SyncAsync()).Branches!.PushedTo, StringComparison.Ordinal);
        Assert.Equal("in the works\n", File.ReadAllText(Path.Combine(linked, "a")));
    }

    [Theory]
    [InlineData(100)]
    [InlineData(60)]
    public async Task A_client_that_goes_in_the_middle_leaves_nothing_behind(int percent)
    {
        await using var sides = await GitSides.StartAsync(Way.Http, publish: Open);
        var work = sides.Scratch.Directory("pusher");
        Run(work, "clone", "--quiet", sides.Origin, ".");
        var pushed = Commit(work, [.. Enumerable.Range(0, 400).Select(i => ($"new/{i}", $"{i} {Guid.NewGuid()}\n"))]);
        var before = sides.AtOrigin("main")!;
        var body = RawPush.Body(sides, work, "main", before, pushed);

        await RawPush.LeaveAsync(sides, body[..(body.Length * percent / 100)], untilSent: TimeSpan.FromMilliseconds(400));

        var taking = Path.Combine(sides.Origin, ".git/.omnydrive");
        for (var wait = 0; Directory.EnumerateFiles(taking, "receiving.*").Any() && wait < 300; wait++)
            await Task.Delay(100, TestContext.Current.CancellationToken);
        Assert.Empty(Directory.EnumerateFiles(taking, "receiving.*"));
        Assert.Equal((percent == 100 ? pushed : before, "", false), (sides.AtOrigin("main"), Run(sides.Origin, "status", "--porcelain"), File.Exists(Path.Combine(sides.Origin, ".git/index.lock"))));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(sides.Origin, ".git/objects"), "tmp_*"));
        await sides.SyncAsync();
        Commit(sides.Mount, ("a", "next\n"));
        Assert.Equal("main", (await sides.SyncAsync()).Branches!.PushedTo);
    }

    // False where it was told of a conflict, or that both moved.
    private static async Task<bool> LandsAsync(LocalDriveEndpoint endpoint, Drives.MountId mount)
    {
        try
        {
            return (await endpoint.SyncMountAsync(mount)).Branches!.PushedTo == "main";
        }
        catch (Errors.DriveException)
        {
            return false;
        }
    }

    private static string Read(GitSides sides, string path) => File.ReadAllText(Path.Combine(sides.Origin, path));
}
