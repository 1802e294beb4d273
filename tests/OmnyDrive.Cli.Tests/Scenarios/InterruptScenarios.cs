using OmnyDrive.Cli.Tests.Harness;
using OmnyDrive.Testing;

namespace OmnyDrive.Cli.Tests.Scenarios;

/// <summary>
/// Commands and servers that are ended at random moments, on a tree of 2,000 small files and some large ones. At every moment every visible
/// file is whole; the same command goes on.
/// </summary>
public sealed class InterruptScenarios
{
    private const int Small = 2000, Large = 2;

    private static readonly int Rounds = Environment.GetEnvironmentVariable("OMNYDRIVE_TEST_ALL") == "1" ? 60 : 4;

    // Where none was ended in time, a few more.
    private static bool GoesOn(int round, int ended) => round < Rounds || (ended == 0 && round < Rounds + 10);

    [Fact]
    public async Task An_ended_clone_shows_whole_files_only_and_is_continued_by_the_same_command()
    {
        await using var network = await StartAsync();
        var whole = Lines(network, "notes");
        var moments = new RandomMoments(1);
        var ended = 0;
        for (var round = 0; GoesOn(round, ended); round++)
        {
            var place = $"mount{round / 2}";
            var result = await EndAtRandomAsync(network, place, SignalOf(round), moments, "clone", "alpha/notes", place);

            ended += result.ExitCode == 0 ? 0 : 1;
            if (Directory.Exists(network.Place[place]))
                Assert.Subset(whole, Lines(network, place));
            if (result.ExitCode == 0 || round % 2 == 1)
            {
                if (result.ExitCode != 0)
                    (await network.BetaAsync("clone", "alpha/notes", place)).Expect(0);
                Assert.Equal(whole, Lines(network, place));
                AssertNothingStaged(network, place);
                Assert.Equal("clean", (await network.BetaAsync("sync", place)).Expect(0).Json.GetProperty("status").GetString());
                round += 1 - round % 2;
            }
        }
        Assert.True(ended > 0, "no clone was ended before it was done");
    }

    [Fact]
    public async Task An_ended_pull_shows_whole_files_only_and_the_next_sync_goes_on()
    {
        await using var network = await WithMountAsync();
        var moments = new RandomMoments(2);
        var ended = 0;
        for (var round = 0; GoesOn(round, ended); round++)
        {
            var known = Lines(network, "mount");
            Edit(network.Place["notes"], round);
            known.UnionWith(Lines(network, "notes"));

            var result = await EndAtRandomAsync(network, "mount", SignalOf(round), moments, "sync", "mount");

            ended += result.ExitCode == 0 ? 0 : 1;
            Assert.Subset(known, Lines(network, "mount"));
            (await network.BetaAsync("sync", "mount")).Expect(0);
            Assert.Equal(Lines(network, "notes"), Lines(network, "mount"));
            AssertNothingStaged(network, "mount");
        }
        Assert.True(ended > 0, "no sync was ended before it was done");
    }

    [Fact]
    public async Task An_ended_push_leaves_the_old_or_the_new_tree_and_the_next_sync_goes_on()
    {
        await using var network = await WithMountAsync();
        var moments = new RandomMoments(3);
        var ended = 0;
        for (var round = 0; GoesOn(round, ended); round++)
        {
            var old = Lines(network, "notes");
            Edit(network.Place["mount"], round);
            var updated = Lines(network, "mount");

            var result = await EndAtRandomAsync(network, "mount", SignalOf(round), moments, "sync", "mount");

            ended += result.ExitCode == 0 ? 0 : 1;
            // The server may still be at the commit that nobody waits for any more; it ends on one side or the other.
            await Poll.UntilAsync(() => Lines(network, "notes") is var now && (now.SetEquals(old) || now.SetEquals(updated)), "the old or the new tree");
            (await network.BetaAsync("sync", "mount")).Expect(0);
            Assert.Equal(updated, Lines(network, "notes"));
        }
        Assert.True(ended > 0, "no sync was ended before it was done");
    }

    [Fact]
    public async Task A_content_server_that_is_killed_leaves_whole_files_on_both_sides_and_after_its_restart_all_converges()
    {
        await using var network = await WithMountAsync();
        var moments = new RandomMoments(7);
        var broken = 0;
        for (var round = 0; GoesOn(round, broken); round++)
        {
            var push = round % 2 == 0;
            var (from, to) = push ? ("mount", "notes") : ("notes", "mount");
            var known = Lines(network, to);
            Edit(network.Place[from], round);
            var updated = Lines(network, from);
            known.UnionWith(updated);
            await using var sync = network.StartBeta("sync", "mount");
            await Poll.UntilLockedAsync(network.Place["mount/.omnydrive/sync.lock"], sync);
            await moments.WaitAsync();
            await network.Content.KillAsync();

            var result = await sync.EndAsync();

            if (result.ExitCode == 0)
                moments.WasTooLate();
            else
                broken++;
            Assert.True(result.ExitCode == 0 || result.ErrorCode == "origin_unreachable", result.Out + result.Error);
            Assert.Subset(known, Lines(network, to));
            await network.StartContentAsync();
            (await network.BetaAsync("sync", "mount")).Expect(0);
            Assert.Equal(updated, Lines(network, "notes"));
            Assert.Equal(updated, Lines(network, "mount"));
        }
        Assert.True(broken > 0, "no sync was broken off before it was done");
    }

    private static string SignalOf(int round) => round % 2 == 0 ? "KILL" : "INT";

    // Ends a command at some moment after it has begun to work on its mount.
    private static async Task<CliResult> EndAtRandomAsync(Network network, string mount, string signal, RandomMoments moments, params string[] args)
    {
        await using var process = network.StartBeta(args);
        await Poll.UntilLockedAsync(network.Place[$"{mount}/.omnydrive/sync.lock"], process);
        await moments.WaitAsync();
        await process.SignalAsync(signal);
        var result = await process.EndAsync();
        Assert.Contains(result.ExitCode, new[] { 0, signal == "INT" ? 130 : 137 });
        if (result.ExitCode == 0)
            moments.WasTooLate();
        return result;
    }

    private static async Task<Network> StartAsync()
    {
        var network = await Network.StartAsync();
        var random = new Random(0);
        for (var i = 0; i < Small; i++)
            network.Place.Write($"notes/d{i % 40}/f{i}", new string((char)('a' + i % 26), random.Next(4000)));
        for (var i = 0; i < Large; i++)
            WriteLarge(network.Place[$"notes/large{i}"], random);
        (await network.AlphaAsync("publish", "notes")).Expect(0);
        return network;
    }

    private static async Task<Network> WithMountAsync()
    {
        var network = await StartAsync();
        (await network.BetaAsync("clone", "alpha/notes", "mount")).Expect(0);
        return network;
    }

    // Some 400 small files and a large one modified, some added, some deleted.
    private static void Edit(string root, int round)
    {
        for (var i = round % 5; i < Small; i += 5)
        {
            var file = Path.Combine(root, $"d{i % 40}", $"f{i}");
            if (i % 55 == 0)
                File.Delete(file);
            else
                File.WriteAllText(file, $"round {round} of {i}\n");
        }
        Directory.CreateDirectory(Path.Combine(root, $"new{round}", "deep"));
        File.WriteAllText(Path.Combine(root, $"new{round}", "deep", "file"), $"{round}");
        WriteLarge(Path.Combine(root, "large0"), new Random(round));
    }

    private static void WriteLarge(string path, Random random)
    {
        var bytes = new byte[4 << 20];
        random.NextBytes(bytes);
        File.WriteAllBytes(path, bytes);
    }

    private static HashSet<string> Lines(Network network, string root) =>
        [.. DiskTree.Describe(network.Place[root], times: true).Split('\n', StringSplitOptions.RemoveEmptyEntries)];

    private static void AssertNothingStaged(Network network, string root)
    {
        var staging = network.Place[$"{root}/.omnydrive/staging"];
        Assert.Empty(Directory.Exists(staging) ? Directory.GetFileSystemEntries(staging) : []);
    }
}
