using System.Text.Json;
using OmnyDrive.Cli.Tests.Harness;

namespace OmnyDrive.Cli.Tests.Scenarios;

/// <summary>What looks like an accident, over real servers: halted with exit code 8 in either direction, and done when somebody says that it is meant.</summary>
public sealed class BrakeScenarios
{
    [Theory]
    [InlineData("mount", "notes", "origin", "pushed")]
    [InlineData("notes", "mount", "local", "pulled")]
    public async Task Most_files_gone_from_one_side_halts_with_8_until_it_is_allowed(string gone, string other, string side, string done)
    {
        await using var network = await WithTwentyAsync();
        Delete(network, gone, 11);
        var (before, kept) = (network.Place.Content(gone), network.Place.Content(other));

        var planned = (await network.BetaAsync("sync", "mount", "--dry-run")).Expect(8);
        var halted = (await network.BetaAsync("sync", "mount")).Expect(8);
        var wrong = (await network.BetaAsync("sync", "mount", "--allow", "root-emptied")).Expect(8);

        foreach (var result in new[] { planned, halted, wrong })
        {
            Assert.Equal(("halted", "halted"), (Text(result.Json, "status"), result.ErrorCode));
            var brake = Assert.Single(result.Json.GetProperty("brakes").EnumerateArray());
            Assert.Equal(("mass-delete", side, 11, 20), (Text(brake, "brake"), Text(brake, "side"), brake.GetProperty("deleted").GetInt32(), brake.GetProperty("files").GetInt32()));
            Assert.Contains("--allow mass-delete", Text(result.Json.GetProperty("error"), "hint"), StringComparison.Ordinal);
            Assert.Equal((0, 0), (result.Json.GetProperty("appliedChanges").GetInt32(), result.Json.GetProperty("changes").GetArrayLength()));
            Assert.Equal(11, result.Json.GetProperty(gone == "mount" ? "local" : "origin").GetArrayLength());
        }
        Assert.Equal(before, network.Place.Content(gone));
        Assert.Equal(kept, network.Place.Content(other));
        var allowed = (await network.BetaAsync("sync", "mount", "--dry-run", "--allow", "mass-delete")).Expect(0).Json;
        Assert.Equal(("planned", 11), (Text(allowed, "status"), allowed.GetProperty("changes").GetArrayLength()));
        Assert.Equal(done, Text((await network.BetaAsync("sync", "mount", "--allow", "mass-delete")).Expect(0).Json, "status"));
        Assert.Equal(before, network.Place.Content(other));
        Assert.Equal("clean", Text((await network.BetaAsync("sync", "mount")).Expect(0).Json, "status"));
    }

    [Theory]
    [InlineData("mount", "notes")]
    [InlineData("notes", "mount")]
    public async Task A_root_that_was_emptied_halts_with_8_and_the_command_that_it_names_goes_on(string gone, string other)
    {
        await using var network = await Network.WithMountAsync();
        foreach (var name in new[] { "a.txt", "b.txt", "sub/c.txt" })
            File.Delete(network.Place[$"{gone}/{name}"]);
        Directory.Delete(network.Place[$"{gone}/sub"]);
        var kept = network.Place.Content(other);

        var halted = (await network.Place.RunAsync("--state", "beta", "sync", "mount")).Expect(8);

        Assert.Empty(halted.Out);
        Assert.StartsWith("halted: All 3 files of alpha/notes are gone", halted.Error, StringComparison.Ordinal);
        Assert.Contains("Nothing was changed on either side.", halted.Error, StringComparison.Ordinal);
        Assert.Equal(kept, network.Place.Content(other));
        var command = halted.Error[halted.Error.IndexOf("omnydrive sync ", StringComparison.Ordinal)..].Split('.')[0].Split(' ')[1..];
        (await network.BetaAsync(command)).Expect(0);
        Assert.Empty(network.Place.Content(other));
    }

    [Fact]
    public async Task Several_brakes_are_allowed_by_naming_each()
    {
        await using var network = await WithTwentyAsync();
        Delete(network, "mount", 20);
        (await network.BetaAsync("sync", "mount", "--allow", "mass-delete", "--allow", "root-emptied")).Expect(0);
        Assert.Empty(network.Place.Content("notes"));
    }

    [Theory]
    [InlineData("mount", "notes")]
    [InlineData("notes", "mount")]
    public async Task A_lost_marker_halts_with_8_and_no_allowance_helps(string root, string other)
    {
        await using var network = await WithTwentyAsync();
        var id = Text((await network.BetaAsync("mounts")).Expect(0).Json[0], "id")!;
        Delete(network, root, 15);
        Directory.Move(network.Place[$"{root}/.omnydrive"], network.Place["private"]);
        var (before, kept) = (network.Place.Content(root), network.Place.Content(other));

        var halted = (await network.BetaAsync("sync", id, "--allow", "root-emptied", "--allow", "mass-delete")).Expect(8);

        Assert.Equal(("root_missing", "halted"), (halted.ErrorCode, Text(halted.Json, "status")));
        Assert.Equal(before, network.Place.Content(root));
        Assert.Equal(kept, network.Place.Content(other));
        Directory.Move(network.Place["private"], network.Place[$"{root}/.omnydrive"]);
        Assert.Equal("halted", (await network.BetaAsync("sync", id)).Expect(8).ErrorCode);
        (await network.BetaAsync("sync", id, "--allow", "mass-delete")).Expect(0);
    }

    [Fact]
    public async Task A_missing_root_cannot_be_allowed_and_an_unknown_brake_is_told_the_known_ones()
    {
        using var place = new TestPlace();

        var missing = (await place.RunAsync("sync", "--allow", "root-missing")).Expect(64);
        var unknown = (await place.RunAsync("sync", "--allow", "deletes")).Expect(64);

        Assert.Contains("root-missing can never be allowed", missing.Error, StringComparison.Ordinal);
        Assert.Contains("--allow takes root-emptied or mass-delete, not \"deletes\".", unknown.Error, StringComparison.Ordinal);
    }

    private static async Task<Network> WithTwentyAsync()
    {
        var network = await Network.StartAsync();
        for (var i = 1; i <= 20; i++)
            network.Place.Write($"notes/f{i}.txt", $"content {i}\n");
        (await network.AlphaAsync("publish", "notes")).Expect(0);
        (await network.BetaAsync("clone", "alpha/notes", "mount")).Expect(0);
        return network;
    }

    private static void Delete(Network network, string root, int count)
    {
        for (var i = 1; i <= count; i++)
            File.Delete(network.Place[$"{root}/f{i}.txt"]);
    }

    private static string? Text(JsonElement value, string member) => value.GetProperty(member).GetString();
}
