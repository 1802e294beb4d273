using OmnyDrive.Cli.Tests.Harness;

namespace OmnyDrive.Cli.Tests.Scenarios;

/// <summary>A hub that is killed in the middle.</summary>
public sealed class HubRestartScenarios
{
    [Fact]
    public async Task Everything_goes_on_after_the_hub_was_killed_and_started_again()
    {
        await using var network = await Network.WithMountAsync();
        network.Place.Write("mount/a.txt", "before\n");
        (await network.BetaAsync("sync", "mount")).Expect(0);

        await network.RestartHubAsync();
        network.Place.Write("mount/a.txt", "after\n");
        (await network.BetaAsync("sync", "mount")).Expect(0);

        Assert.Equal("after\n", network.Place.Read("notes/a.txt"));
        Assert.Equal(1, (await network.BetaAsync("drives")).Expect(0).Json.GetArrayLength());
        (await network.BetaAsync("clone", "alpha/notes", "second")).Expect(0);
        Assert.Equal(network.Place.Content("notes"), network.Place.Content("second"));
    }

    [Fact]
    public async Task Without_the_hub_a_command_says_that_it_is_unreachable_and_changes_nothing()
    {
        await using var network = await Network.WithMountAsync();
        await network.StopHubAsync();

        var result = (await network.BetaAsync("clone", "alpha/notes", "second")).Expect(1);

        Assert.Equal("hub_unreachable", result.ErrorCode);
        Assert.False(Directory.Exists(network.Place["second"]));
    }
}
