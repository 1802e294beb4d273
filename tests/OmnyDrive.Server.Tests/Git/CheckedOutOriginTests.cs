using OmnyDrive.Engine;
using OmnyDrive.Hubs;
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

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Two_branches_that_are_checked_out_go_along_with_one_push(bool atomic)
    {
        await using var sides = await GitSides.StartAsync(Way.Http, publish: Open);
        var (linked, work) = (sides.Scratch.At("linked"), sides.Scratch.Directory("pusher"));
        Run(sides.Origin, "worktree", "add", "--quiet", linked, "topic");
        Run(work, "clone", "--quiet", sides.Origin, ".");
        Commit(work, ("a", "of main\n"));
        Run(work, "switch", "--quiet", "topic");
        Commit(work, ("a", "of topic\n"));

        string[] push = [.. atomic ? ["--atomic"] : Array.Empty<string>(), sides.Repository, "main", "topic"];
        Run(work, ["-c", $"http.{sides.Repository}.extraHeader=Authorization: Bearer {await sides.TicketAsync(DriveActions.Read | DriveActions.Write)}", "push", "--quiet", .. push]);

        Assert.Equal(("of main\n", "of topic\n"), (Read(sides, "a"), File.ReadAllText(Path.Combine(linked, "a"))));
        Assert.Equal(("", ""), (Run(sides.Origin, "status", "--porcelain"), Run(linked, "status", "--porcelain")));
    }

    [Fact]
    public async Task What_git_refuses_by_itself_changes_no_file_though_the_hooks_are_told_of_it()
    {
        await using var sides = await GitSides.StartAsync(Way.Http, publish: Open);
        var seen = sides.AtOrigin("main")!;
        var work = sides.Scratch.Directory("pusher");
        Run(work, "clone", "--quiet", sides.Origin, ".");
        var pushed = Commit(work, ("a", "pushed\n"));
        Run(sides.Origin, "fetch", "--quiet", work, "main");
        // Any push has them written. From version 2.50 on, git calls the second for all that was pushed, also for what it has found to be elsewhere by then.
        await sides.SyncAsync();
        Commit(sides.Mount, ("b", "b\n"));
        await sides.SyncAsync();
        seen = sides.AtOrigin("main")!;
        Run(work, "pull", "--quiet", "--rebase", sides.Origin, "main");
        pushed = GitSides.CommitOf(work, "HEAD")!;
        Run(sides.Origin, "fetch", "--quiet", work, "main");
        Hook(sides, "push-to-checkout", sides.Origin, "", pushed);
        Run(sides.Origin, "commit", "--quiet", "--allow-empty", "--message", "in between");

        Hook(sides, "reference-transaction", Path.Combine(sides.Origin, ".git"), $"{seen} {pushed} refs/heads/main\n", "prepared");

        Assert.Equal(("one\n", ""), (Read(sides, "a"), Run(sides.Origin, "status", "--porcelain")));
    }

    // As git runs it, in one process with others of the same push.
    private static void Hook(GitSides sides, string name, string directory, string input, params string[] arguments)
    {
        var start = new System.Diagnostics.ProcessStartInfo(Path.Combine(sides.Origin, ".git/.omnydrive/hooks", name), arguments) { WorkingDirectory = directory, RedirectStandardInput = true, RedirectStandardError = true };
        (start.Environment["GIT_DIR"], start.Environment["GIT_WORK_TREE"]) = (Path.Combine(sides.Origin, ".git"), sides.Origin);
        using var hook = System.Diagnostics.Process.Start(start)!;
        hook.StandardInput.Write(input);
        hook.StandardInput.Close();
        var errors = hook.StandardError.ReadToEnd();
        hook.WaitForExit();
        Assert.True(hook.ExitCode == 0, $"{name}: {hook.ExitCode} {errors}");
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
