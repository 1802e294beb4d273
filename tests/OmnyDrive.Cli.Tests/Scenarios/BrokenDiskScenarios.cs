using OmnyDrive.Cli.Tests.Harness;
using OmnyDrive.Testing;

namespace OmnyDrive.Cli.Tests.Scenarios;

/// <summary>
/// Real processes on a disk that is full, or broken, from the n-th call on that writes, for one n after the other: they end with an error that says so, nothing is lost, and when the disk
/// can be written again the next sync goes on.
/// </summary>
public sealed class BrokenDiskScenarios
{
    private static readonly bool All = Environment.GetEnvironmentVariable("OMNYDRIVE_TEST_ALL") == "1";

    [Theory]
    // The state's own writes are SQLite's, which does not tell why a flush failed.
    [InlineData("ENOSPC", "no_space", "io_error")]
    [InlineData("EIO", "io_error")]
    public async Task A_pull_onto_a_disk_that_fails_from_any_call_on_ends_with_an_error_and_the_next_sync_goes_on(string error, params string[] codes)
    {
        await using var network = await Network.WithMountAsync();
        network.Place.Write("notes/new0/d.txt", "d");
        (await network.BetaAsync("sync", "mount")).Expect(0);
        var (failed, told) = (0, new HashSet<string>());
        for (int n = 1, last = 0; ; last = n, n = All ? n + 1 : n + 1 + n / 2)
        {
            network.Place.Write("notes/a.txt", $"a {n}\n");
            network.Place.Write($"notes/new{n}/d.txt", $"d {n}\n");
            Directory.Delete(network.Place[$"notes/new{last}"], recursive: true);
            var known = Lines(network, "mount");
            known.UnionWith(Lines(network, "notes"));

            await using var sync = FaultyCalls.FailFrom(n, error).Start(network.Place.Path, "--state", "beta", "--json", "sync", "mount");
            var result = await sync.EndAsync();

            if (result.ExitCode == 0)
                break;
            failed++;
            told.Add(result.ErrorCode!);
            Assert.True(result.ExitCode == 1 && codes.Contains(result.ErrorCode), $"call {n}: {result.ExitCode} {result.Out}{result.Error}");
            Assert.Subset(known, Lines(network, "mount"));
            (await network.BetaAsync("sync", "mount")).Expect(0);
            Assert.Equal(Lines(network, "notes"), Lines(network, "mount"));
        }
        TestContext.Current.TestOutputHelper!.WriteLine($"{failed} failed");
        Assert.True(failed > 3, $"{failed} failed");
        Assert.Contains(codes[0], told);
    }

    [Theory]
    [InlineData("ENOSPC", "no_space")]
    [InlineData("EIO", "io_error")]
    public async Task A_push_to_a_disk_that_fails_from_any_call_on_leaves_the_old_tree_and_the_next_sync_goes_on(string error, string code)
    {
        await using var network = await Network.WithMountAsync();
        var (failed, told) = (0, new HashSet<string>());
        for (var n = 1; ; n = All ? n + 1 : n + 1 + n / 2)
        {
            var old = Lines(network, "notes");
            network.Place.Write("mount/a.txt", $"a {n}\n");
            network.Place.Write("mount/b.txt", $"b {n}\n");
            network.Place.Write($"mount/new{n}/d.txt", $"d {n}\n");
            CliResult result;
            await using (var tracer = await FaultyCalls.FailFrom(n, error).AttachAsync(network.Content))
            {
                result = await network.BetaAsync("sync", "mount");
                // What goes on after the answer meets the broken disk, too.
                await tracer.InterruptAsync();
            }

            if (result.ExitCode == 0)
            {
                Assert.Equal(Lines(network, "mount"), Lines(network, "notes"));
                break;
            }
            failed++;
            told.Add(result.ErrorCode!);
            Assert.True(result.ExitCode == 1, $"call {n}: {result.ExitCode} {result.Out}{result.Error}");
            (await network.BetaAsync("sync", "mount", "--dry-run")).Expect(0);
            Assert.Equal(old, Lines(network, "notes"));
            (await network.BetaAsync("sync", "mount")).Expect(0);
            Assert.Equal(Lines(network, "mount"), Lines(network, "notes"));
        }
        TestContext.Current.TestOutputHelper!.WriteLine($"{failed} failed");
        Assert.True(failed > 2, $"{failed} failed");
        Assert.Contains(code, told);
    }

    private static HashSet<string> Lines(Network network, string root) =>
        [.. DiskTree.Describe(network.Place[root], times: true).Split('\n', StringSplitOptions.RemoveEmptyEntries)];
}
