using OmnyDrive.Cli.Tests.Harness;
using OmnyDrive.Testing;

namespace OmnyDrive.Cli.Tests.Scenarios;

/// <summary>
/// Real processes that are killed at the n-th call that changes what is on the disk, for one n after the other: the one that pushes, the one that is pushed to, the one that pulls. Once the
/// next command or the server's next start has run, the origin has the old tree or the new one, and the next sync brings both sides to the new one.
/// </summary>
public sealed class KillScenarios
{
    private static readonly bool All = Environment.GetEnvironmentVariable("OMNYDRIVE_TEST_ALL") == "1";

    [Fact]
    public async Task A_push_whose_process_is_killed_at_any_call_is_done_or_not_and_the_next_sync_goes_on()
    {
        await using var network = await StartAsync();
        var killed = 0;
        for (var n = 1; await PushAsync(network, n); n = Next(n))
            killed++;
        TestContext.Current.TestOutputHelper!.WriteLine($"{killed} killed");
        Assert.True(killed > 3, $"{killed} killed");
    }

    [Fact]
    public async Task A_pull_whose_process_is_killed_at_any_call_loses_nothing_and_the_next_sync_goes_on()
    {
        await using var network = await StartAsync();
        var killed = 0;
        for (var n = 1; await PullAsync(network, n); n = Next(n))
            killed++;
        TestContext.Current.TestOutputHelper!.WriteLine($"{killed} killed");
        Assert.True(killed > 3, $"{killed} killed");
    }

    [Fact]
    public async Task A_push_whose_server_is_killed_at_any_call_has_landed_or_not_when_it_serves_again_and_the_next_sync_goes_on()
    {
        await using var network = await StartAsync();
        var killed = 0;
        for (var n = 1; await PushToKilledAsync(network, n); n = Next(n))
            killed++;
        TestContext.Current.TestOutputHelper!.WriteLine($"{killed} killed");
        Assert.True(killed > 3, $"{killed} killed");
    }

    // In a normal run some calls, early ones closer together. A push makes 14 to 20, as the moment has it: five of them are killed in the shortest.
    private static int Next(int n) => All ? n + 1 : n + 1 + n / 2;

    private static async Task<bool> PushAsync(Network network, int n)
    {
        var old = Tree(network, "notes");
        Edit(network.Place["mount"], n);
        var changed = Tree(network, "mount");

        var isKilled = await IsKilledAsync(network, n);

        // The server may be at the commit that nobody waits for any more.
        await Poll.UntilAsync(() => Tree(network, "notes") is var now && (now == old || now == changed), "the old or the new tree");
        await ConvergeAsync(network, changed, n);
        return isKilled;
    }

    private static async Task<bool> PullAsync(Network network, int n)
    {
        Edit(network.Place["notes"], n);
        var changed = Tree(network, "notes");

        var isKilled = await IsKilledAsync(network, n);

        await ConvergeAsync(network, changed, n);
        return isKilled;
    }

    private static async Task<bool> PushToKilledAsync(Network network, int n)
    {
        var old = Tree(network, "notes");
        Edit(network.Place["mount"], n);
        var changed = Tree(network, "mount");
        await using var tracer = await FaultyCalls.KillAt(n).AttachAsync(network.Content);

        var result = await network.BetaAsync("sync", "mount");

        if (result.ExitCode == 0)
        {
            // It may be killed while it takes into its index what landed.
            await network.Content.KillAsync();
            await network.StartContentAsync();
            await ConvergeAsync(network, changed, n);
            return false;
        }
        Assert.Equal("origin_unreachable", result.ErrorCode);
        await tracer.EndAsync();
        Assert.True(network.Content.HasEnded);
        await network.StartContentAsync();
        // A look at the drive: whoever asks first finds it recovered.
        (await network.BetaAsync("sync", "mount", "--dry-run")).Expect(0);
        var now = Tree(network, "notes");
        Assert.True(now == old || now == changed, $"call {n}: neither the old tree nor the new one\n{old}\n\n{changed}\n\n{now}");
        await ConvergeAsync(network, changed, n);
        return true;
    }

    private static async Task<bool> IsKilledAsync(Network network, int n)
    {
        await using var sync = FaultyCalls.KillAt(n).Start(network.Place.Path, "--state", "beta", "--json", "sync", "mount");
        var result = await sync.EndAsync();
        Assert.True(result.ExitCode is 0 or FaultyCalls.Killed, $"call {n}: {result.ExitCode} {result.Out} {result.Error}");
        return result.ExitCode != 0;
    }

    private static async Task ConvergeAsync(Network network, string expected, int n)
    {
        (await network.BetaAsync("sync", "mount")).Expect(0);
        Assert.True(expected == Tree(network, "notes") && expected == Tree(network, "mount"), $"call {n}: expected\n{expected}\n\nnotes\n{Tree(network, "notes")}\n\nmount\n{Tree(network, "mount")}");
    }

    private static async Task<Network> StartAsync()
    {
        var network = await Network.StartAsync();
        for (var i = 0; i < 3; i++)
            network.Place.Write($"notes/moved0/below/f{i}", $"moved {i}");
        network.Place.Write("notes/made0/f", "made");
        network.Place.Write("notes/turning", "a file");
        network.Place.Write("notes/changed", "0");
        network.Place.Write("notes/script", "#!/bin/sh\n");
        (await network.AlphaAsync("publish", "notes")).Expect(0);
        (await network.BetaAsync("clone", "alpha/notes", "mount")).Expect(0);
        return network;
    }

    // Changes of every kind.
    private static void Edit(string root, int n)
    {
        Directory.Move(Directory.GetDirectories(root, "moved*").Single(), Path.Combine(root, $"moved{n}"));
        Directory.Delete(Directory.GetDirectories(root, "made*").Single(), recursive: true);
        Directory.CreateDirectory(Path.Combine(root, $"made{n}", "deep"));
        File.WriteAllText(Path.Combine(root, $"made{n}", "deep", "f"), $"made {n}");
        File.WriteAllText(Path.Combine(root, "changed"), $"{n}");
        var (turning, script) = (Path.Combine(root, "turning"), Path.Combine(root, "script"));
        if (File.Exists(turning))
        {
            File.Delete(turning);
            Directory.CreateDirectory(turning);
            File.WriteAllText(Path.Combine(turning, "inside"), $"{n}");
        }
        else
        {
            Directory.Delete(turning, recursive: true);
            File.WriteAllText(turning, $"a file {n}");
        }
        File.SetUnixFileMode(script, File.GetUnixFileMode(script) ^ UnixFileMode.UserExecute);
    }

    private static string Tree(Network network, string root) => DiskTree.Describe(network.Place[root], times: true);
}
