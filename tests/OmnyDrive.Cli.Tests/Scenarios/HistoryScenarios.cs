using System.Text.Json;
using OmnyDrive.Cli.Tests.Harness;

namespace OmnyDrive.Cli.Tests.Scenarios;

/// <summary>Looking back and leading back, over real servers.</summary>
public sealed class HistoryScenarios
{
    [Fact]
    public async Task History_tells_who_changed_how_much_at_the_mount_and_at_the_drive()
    {
        await using var network = await Network.WithMountAsync();
        network.Place.Write("mount/a.txt", "mine\n");
        var pushed = (await network.BetaAsync("sync", "mount")).Expect(0).Json;
        network.Place.Write("notes/new.txt", "theirs\n");
        (await network.BetaAsync("sync", "mount")).Expect(0);

        var mount = (await network.BetaAsync("history", "mount")).Expect(0).Json.EnumerateArray().ToList();
        var drive = (await network.AlphaAsync("history", "alpha/notes")).Expect(0).Json.EnumerateArray().ToList();

        Assert.Equal(["3 pull alpha 1", "2 push beta 1", "1 first alpha -"], mount.Select(Shown));
        Assert.Equal(["3 edit - 1", "2 push beta 1", "1 first - -"], drive.Select(Shown));
        Assert.Equal(Text(pushed, "ref"), Text(drive[1], "ref"));
        Assert.Equal(Text(drive[0], "parent"), Text(drive[1], "ref"));
        Assert.Equal(3, (await network.AlphaAsync("history", "notes")).Expect(0).Json.GetArrayLength());
        var table = (await network.Place.RunAsync("--state", "beta", "history", "mount")).Expect(0);
        Assert.Matches(@"(?m)^3 +pull +alpha +\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ +\+1 ~0 -0 +dir:[0-9a-f]{12}$", table.Out);
    }

    [Fact]
    public async Task Undo_takes_a_push_back_at_the_origin_and_a_pull_in_the_mount()
    {
        await using var network = await Network.WithMountAsync();
        var (before, origin) = (network.Place.Content("mount"), network.Place.Content("notes"));
        network.Place.Write("mount/a.txt", "mine\n");
        File.Delete(network.Place["mount/b.txt"]);
        var mine = network.Place.Content("mount");
        (await network.BetaAsync("sync", "mount")).Expect(0);

        var undone = (await network.BetaAsync("undo", "mount")).Expect(0).Json;

        Assert.Equal(("undone", 2, "origin"), (Text(undone, "status"), undone.GetProperty("appliedChanges").GetInt32(), Text(undone.GetProperty("changes")[0], "side")));
        Assert.Equal(origin, network.Place.Content("notes"));
        Assert.Equal(mine, network.Place.Content("mount"));
        Assert.Equal("invalid", (await network.BetaAsync("undo", "mount")).Expect(2).ErrorCode);
        (await network.BetaAsync("sync", "mount")).Expect(0);
        network.Place.Write("notes/a.txt", "theirs\n");
        (await network.BetaAsync("sync", "mount")).Expect(0);

        // Without the origin, and without the hub.
        await network.Content.KillAsync();
        Assert.Equal("local", Text((await network.BetaAsync("undo", "mount")).Expect(0).Json.GetProperty("changes")[0], "side"));
        Assert.Equal(mine, network.Place.Content("mount"));
        Assert.NotEqual(before, mine);
    }

    [Fact]
    public async Task Restore_brings_back_a_path_and_the_next_sync_sends_it()
    {
        await using var network = await Network.WithMountAsync();
        var before = network.Place.Read("mount/a.txt");
        network.Place.Write("mount/a.txt", "mine\n");
        network.Place.Write("mount/b.txt", "mine\n");
        (await network.BetaAsync("sync", "mount")).Expect(0);

        var restored = (await network.BetaAsync("restore", "mount", "1", "a.txt")).Expect(0).Json;

        Assert.Equal(("restored", 1, "a.txt"), (Text(restored, "status"), restored.GetProperty("appliedChanges").GetInt32(), Text(restored.GetProperty("changes")[0], "path")));
        Assert.Equal((before, "mine\n"), (network.Place.Read("mount/a.txt"), network.Place.Read("mount/b.txt")));
        Assert.Equal("pushed", Text((await network.BetaAsync("sync", "mount")).Expect(0).Json, "status"));
        Assert.Equal(before, network.Place.Read("notes/a.txt"));
        Assert.Equal("clean", Text((await network.BetaAsync("restore", "mount", "1", "a.txt")).Expect(0).Json, "status"));
    }

    [Theory]
    [InlineData(2, "invalid", "restore", "mount", "77")]
    [InlineData(2, "invalid", "restore", "mount", "1", "../a.txt")]
    [InlineData(2, "invalid", "restore", "mount", "1", "/a.txt")]
    [InlineData(2, "invalid", "undo", "mount")]
    [InlineData(3, "mount_not_found", "undo", ".")]
    [InlineData(3, "drive_not_found", "history", "alpha/notes")]
    [InlineData(64, "usage", "restore", "mount")]
    public async Task What_cannot_be_led_back_says_why(int exitCode, string code, params string[] command)
    {
        await using var network = await Network.WithMountAsync();
        var before = network.Place.Content("mount");
        Assert.Equal(code, (await network.BetaAsync(command)).Expect(exitCode).ErrorCode);
        Assert.Equal(before, network.Place.Content("mount"));
    }

    private static string Shown(JsonElement generation) =>
        $"{generation.GetProperty("generation")} {Text(generation, "kind")} {Text(generation, "author") ?? "-"} {(generation.GetProperty("changes") is { ValueKind: JsonValueKind.Number } changes ? changes.GetInt32() : "-")}";

    private static string? Text(JsonElement value, string name) => value.GetProperty(name).GetString();
}
