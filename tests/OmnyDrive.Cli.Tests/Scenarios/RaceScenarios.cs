using OmnyDrive.Cli.Tests.Harness;

namespace OmnyDrive.Cli.Tests.Scenarios;

/// <summary>Several commands at the same instant. The content server is held still until all of them have asked.</summary>
public sealed class RaceScenarios
{
    [Fact]
    public async Task Of_two_processes_that_push_from_one_baseline_one_lands_and_the_other_ends_with_6()
    {
        await using var network = await Network.WithMountAsync();
        (await network.BetaAsync("clone", "alpha/notes", "second")).Expect(0);
        string[] mounts = ["mount", "second"];
        for (var round = 0; round < 4; round++)
        {
            foreach (var mount in mounts)
                network.Place.Write($"{mount}/a.txt", $"{mount} {round}\n");
            await network.Content.SignalAsync("STOP");
            await using var first = network.StartBeta("sync", mounts[0]);
            await using var second = network.StartBeta("sync", mounts[1]);
            await Poll.UntilLockedAsync(network.Place[$"{mounts[0]}/.omnydrive/sync.lock"], first);
            await Poll.UntilLockedAsync(network.Place[$"{mounts[1]}/.omnydrive/sync.lock"], second);
            await network.Content.SignalAsync("CONT");

            CliResult[] results = [await first.EndAsync(), await second.EndAsync()];

            Assert.Equal([0, 6], results.Select(result => result.ExitCode).Order());
            var won = results[0].ExitCode == 0 ? 0 : 1;
            Assert.Equal("conflict", results[1 - won].ErrorCode);
            Assert.Equal($"{mounts[won]} {round}\n", network.Place.Read("notes/a.txt"));
            Assert.Equal($"{mounts[1 - won]} {round}\n", network.Place.Read($"{mounts[1 - won]}/a.txt"));
            network.Place.Write($"{mounts[1 - won]}/a.txt", network.Place.Read("notes/a.txt"));
            (await network.BetaAsync("sync", mounts[1 - won])).Expect(0);
        }
    }

    [Fact]
    public async Task A_second_sync_of_one_mount_ends_with_7_and_the_first_goes_on()
    {
        await using var network = await Network.WithMountAsync();
        network.Place.Write("mount/a.txt", "mine\n");
        await network.Content.SignalAsync("STOP");
        await using var first = network.StartBeta("sync", "mount");
        await Poll.UntilLockedAsync(network.Place["mount/.omnydrive/sync.lock"], first);

        var second = await network.BetaAsync("sync", "mount");
        var unmount = await network.BetaAsync("unmount", "mount");
        await network.Content.SignalAsync("CONT");

        Assert.Equal("lock_held", second.Expect(7).ErrorCode);
        Assert.Matches($@"^Process {first.Id} \(omnydrive .*sync mount\) is working", second.Json.GetProperty("error").GetProperty("message").GetString());
        Assert.Equal("lock_held", unmount.Expect(7).ErrorCode);
        (await first.EndAsync()).Expect(0);
        Assert.Equal("mine\n", network.Place.Read("notes/a.txt"));
    }
}
