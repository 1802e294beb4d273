using OmnyDrive.Cli.Tests.Harness;
using OmnyDrive.Testing;

namespace OmnyDrive.Cli.Tests.Scenarios;

/// <summary>
/// Syncs of a git drive of which a process is killed at its n-th call that changes what is on the disk: omnydrive itself, or a git that it runs. After each, git finds both repositories sound, and the next sync brings both
/// sides to the new state.
/// </summary>
public sealed class GitKillScenarios
{
    private static readonly bool All = Environment.GetEnvironmentVariable("OMNYDRIVE_TEST_ALL") == "1";

    [Fact]
    public async Task A_push_of_which_a_process_is_killed_leaves_sound_repositories_and_the_next_sync_goes_on()
    {
        await using var network = await StartAsync();
        var killed = 0;
        for (var n = 1; n < Most; n = Next(n))
        {
            network.Place.Write("mount/a", $"pushed {n}\n");
            network.Place.Write($"mount/new{n}", $"{n}\n");
            killed += await KillAsync(network, n) ? 1 : 0;
            await ConvergeAsync(network, $"pushed {n}");
        }
        Assert.True(killed > 3, $"{killed} killed");
    }

    [Fact]
    public async Task A_pull_of_which_a_process_is_killed_leaves_sound_repositories_and_the_next_sync_goes_on()
    {
        await using var network = await StartAsync();
        var killed = 0;
        for (var n = 1; n < Most; n = Next(n))
        {
            // As somebody does who works in the repository itself.
            GitTool.Commit(network.Place["repo"], ("a", $"pulled {n}\n"), ("dir/b", $"{n}\n"), ($"there{n}", $"{n}\n"));
            GitTool.Run(network.Place["repo"], "rm", "--quiet", "old" + (n % 5));
            GitTool.Commit(network.Place["repo"], ("old" + ((n + 1) % 5), "again\n"), ("old" + (Next(n) % 5), "again\n"));
            killed += await KillAsync(network, n) ? 1 : 0;
            await ConvergeAsync(network, $"pulled {n}");
        }
        Assert.True(killed > 3, $"{killed} killed");
    }

    private static int Most => All ? 120 : 30;

    private static int Next(int n) => All ? n + 1 : n + 1 + n / 2;

    private static async Task<bool> KillAsync(Network network, int n)
    {
        await using var sync = FaultyCalls.KillAt(n).Start(network.Place.Path, "--state", "beta", "--json", "sync", "mount");
        return (await sync.EndAsync()).ExitCode != 0;
    }

    private static async Task ConvergeAsync(Network network, string content)
    {
        // A git that lost its parent may still be at it.
        CliResult result = null!;
        for (var attempt = 0; attempt < 50; attempt++)
        {
            result = await network.BetaAsync("sync", "mount");
            if (result.ExitCode != ExitCodes.LockHeld)
                break;
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }
        result.Expect(0);
        foreach (var side in new[] { "repo", "mount" })
        {
            GitTool.Run(network.Place[side], "fsck", "--strict", "--no-dangling");
            Assert.Equal((content, ""), (GitTool.Run(network.Place[side], "show", "topic:a"), GitTool.Run(network.Place[side], "status", "--porcelain")));
        }
        Assert.Equal(GitTool.Run(network.Place["repo"], "rev-parse", "topic"), GitTool.Run(network.Place["mount"], "rev-parse", "topic"));
        Assert.Equal("", GitTool.Run(network.Place["repo"], "for-each-ref", "refs/heads/omnydrive"));
    }

    private static async Task<Network> StartAsync()
    {
        var network = await Network.StartAsync();
        Directory.CreateDirectory(network.Place["repo"]);
        GitTool.Run(network.Place["repo"], "init", "--quiet", "--initial-branch=topic", ".");
        GitTool.Commit(network.Place["repo"], [("a", "a\n"), ("dir/b", "b\n"), .. Enumerable.Range(0, 5).Select(i => ($"old{i}", $"{i}\n"))]);
        (await network.AlphaAsync("publish", "repo", "--git")).Expect(0);
        (await network.BetaAsync("clone", "alpha/repo", "mount")).Expect(0);
        return network;
    }
}
