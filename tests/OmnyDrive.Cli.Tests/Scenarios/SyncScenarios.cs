using System.Text.Json;
using OmnyDrive.Cli.Tests.Harness;

namespace OmnyDrive.Cli.Tests.Scenarios;

/// <summary>A mount and its origin over real servers, driven by real processes.</summary>
public sealed class SyncScenarios
{
    [Fact]
    public async Task Nothing_changed_is_clean_and_stays_so()
    {
        await using var network = await Network.WithMountAsync();

        var first = (await network.BetaAsync("sync", "mount")).Expect(0).Json;
        var second = (await network.BetaAsync("sync", "mount")).Expect(0).Json;

        Assert.Equal("clean", Text(first, "status"));
        Assert.Equal("clean", Text(second, "status"));
        Assert.Equal(0, second.GetProperty("appliedChanges").GetInt32());
        Assert.Equal(Text(first, "ref"), Text(second, "ref"));
    }

    [Fact]
    public async Task Local_changes_are_pushed()
    {
        await using var network = await Network.WithMountAsync();
        network.Place.Write("mount/a.txt", "changed\n");
        network.Place.Write("mount/new/d.txt", "new\n");
        File.Delete(network.Place["mount/b.txt"]);

        var sync = (await network.BetaAsync("sync", "mount")).Expect(0).Json;

        Assert.Equal("pushed", Text(sync, "status"));
        Assert.Equal(["origin modify a.txt", "origin delete b.txt", "origin add new", "origin add new/d.txt"], Changes(sync, "changes"));
        Assert.Equal(4, sync.GetProperty("appliedChanges").GetInt32());
        Assert.NotEqual(Text(sync, "ref"), Text(sync, "previousRef"));
        Assert.Equal(network.Place.Content("mount"), network.Place.Content("notes"));
        Assert.Equal("clean", Text((await network.BetaAsync("sync", "mount")).Expect(0).Json, "status"));
    }

    [Fact]
    public async Task Changes_of_the_origin_are_pulled()
    {
        await using var network = await Network.WithMountAsync();
        network.Place.Write("notes/a.txt", "changed\n");
        Directory.Delete(network.Place["notes/sub"], recursive: true);
        Directory.CreateDirectory(network.Place["notes/empty"]);

        var sync = (await network.BetaAsync("sync", "mount")).Expect(0).Json;

        Assert.Equal("pulled", Text(sync, "status"));
        Assert.Equal(["local modify a.txt", "local add empty", "local delete sub", "local delete sub/c.txt"], Changes(sync, "changes"));
        Assert.Equal(network.Place.Content("notes"), network.Place.Content("mount"));
        Assert.True(Directory.Exists(network.Place["mount/empty"]));
        Assert.False(Directory.Exists(network.Place["mount/sub"]));
    }

    [Fact]
    public async Task The_same_edit_on_both_sides_is_no_conflict()
    {
        await using var network = await Network.WithMountAsync();
        network.Place.Write("notes/a.txt", "same\n");
        network.Place.Write("mount/a.txt", "same\n");

        var sync = (await network.BetaAsync("sync", "mount")).Expect(0).Json;

        Assert.Equal("clean", Text(sync, "status"));
        Assert.NotEqual(Text(sync, "ref"), Text(sync, "previousRef"));
    }

    [Fact]
    public async Task Both_sides_of_one_file_are_refused_and_nothing_is_touched()
    {
        await using var network = await Network.WithMountAsync();
        network.Place.Write("notes/a.txt", "origin\n");
        network.Place.Write("mount/a.txt", "mount\n");
        network.Place.Write("mount/b.txt", "mount too\n");
        var (origin, mount) = (network.Place.Content("notes"), network.Place.Content("mount"));

        var result = (await network.BetaAsync("sync", "mount")).Expect(6);

        var sync = result.Json;
        Assert.Equal("conflicted", Text(sync, "status"));
        Assert.Equal("conflict", result.ErrorCode);
        Assert.Equal(Text(sync, "ref"), Text(sync, "previousRef"));
        Assert.Equal(0, sync.GetProperty("changes").GetArrayLength());
        var conflict = Assert.Single(sync.GetProperty("conflicts").EnumerateArray());
        Assert.Equal("ContentDivergence", Text(conflict, "kind"));
        Assert.Equal("a.txt", Text(conflict, "path"));
        Assert.Equal(3, new[] { "base", "ours", "theirs" }.Select(side => Text(conflict, side)).Where(hash => hash!.StartsWith("sha256:", StringComparison.Ordinal)).Distinct().Count());
        Assert.Equal(["local modify a.txt", "local modify b.txt"], Changes(sync, "local"));
        Assert.Equal(["origin modify a.txt"], Changes(sync, "origin"));
        Assert.Equal(origin, network.Place.Content("notes"));
        Assert.Equal(mount, network.Place.Content("mount"));
    }

    [Fact]
    public async Task Both_sides_without_overlap_are_refused_too()
    {
        await using var network = await Network.WithMountAsync();
        network.Place.Write("notes/a.txt", "origin\n");
        network.Place.Write("mount/b.txt", "mount\n");

        var sync = (await network.BetaAsync("sync", "mount")).Expect(6).Json;

        var conflict = Assert.Single(sync.GetProperty("conflicts").EnumerateArray());
        Assert.Equal("RefMoved", Text(conflict, "kind"));
        Assert.Equal(".", Text(conflict, "path"));
        Assert.StartsWith("dir:", Text(conflict, "base"), StringComparison.Ordinal);
        Assert.StartsWith("dir:", Text(conflict, "theirs"), StringComparison.Ordinal);
        Assert.Equal(["local modify b.txt"], Changes(sync, "local"));
        Assert.Equal(["origin modify a.txt"], Changes(sync, "origin"));
    }

    [Fact]
    public async Task For_a_person_a_refusal_names_the_path_and_goes_to_stderr()
    {
        await using var network = await Network.WithMountAsync();
        network.Place.Write("notes/a.txt", "origin\n");
        network.Place.Write("mount/a.txt", "mount\n");

        var result = (await network.Place.RunAsync("--state", "beta", "sync", "mount")).Expect(6);

        Assert.Empty(result.Out);
        Assert.StartsWith("conflict: ", result.Error, StringComparison.Ordinal);
        Assert.Contains("\"a.txt\"", result.Error, StringComparison.Ordinal);
        Assert.Contains("Nothing was applied", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dry_run_shows_what_sync_then_does_and_does_nothing()
    {
        await using var network = await Network.WithMountAsync();
        network.Place.Write("mount/a.txt", "changed\n");
        var origin = network.Place.Content("notes");

        var plan = (await network.BetaAsync("sync", "mount", "--dry-run")).Expect(0).Json;
        var untouched = network.Place.Content("notes");
        var sync = (await network.BetaAsync("sync", "mount")).Expect(0).Json;

        Assert.Equal("planned", Text(plan, "status"));
        Assert.Equal(0, plan.GetProperty("appliedChanges").GetInt32());
        Assert.Equal(origin, untouched);
        Assert.Equal(Changes(plan, "changes"), Changes(sync, "changes"));
    }

    [Fact]
    public async Task A_dry_run_of_a_conflict_is_refused_like_the_sync()
    {
        await using var network = await Network.WithMountAsync();
        network.Place.Write("notes/a.txt", "origin\n");
        network.Place.Write("mount/a.txt", "mount\n");

        var plan = (await network.BetaAsync("sync", "mount", "--dry-run")).Expect(6).Json;

        Assert.Equal("conflicted", Text(plan, "status"));
    }

    [Fact]
    public async Task A_mount_that_only_reads_keeps_its_edits_and_pushes_none()
    {
        await using var network = await Network.WithMountAsync("--read-only");
        network.Place.Write("mount/a.txt", "mine\n");

        var sync = (await network.BetaAsync("sync", "mount")).Expect(6).Json;

        var conflict = Assert.Single(sync.GetProperty("conflicts").EnumerateArray());
        Assert.Equal("LocalDivergence", Text(conflict, "kind"));
        Assert.Equal("a.txt", Text(conflict, "path"));
        Assert.Equal("mine\n", network.Place.Read("mount/a.txt"));
        Assert.Equal("a\n", network.Place.Read("notes/a.txt"));
    }

    [Fact]
    public async Task The_value_has_all_that_was_promised()
    {
        await using var network = await Network.WithMountAsync();
        network.Place.Write("mount/a.txt", "changed\n");

        var sync = (await network.BetaAsync("sync", "mount")).Expect(0).Json;

        Assert.Superset(
            new HashSet<string> { "mountId", "status", "ref", "previousRef", "appliedChanges", "changes", "conflicts", "metrics" },
            sync.EnumerateObject().Select(member => member.Name).ToHashSet());
        Assert.Superset(
            new HashSet<string> { "filesChanged", "bytesTransferred", "bytesReused", "bytesOnWire", "durationMs" },
            sync.GetProperty("metrics").EnumerateObject().Select(member => member.Name).ToHashSet());
        Assert.Matches("^dir:[0-9a-f]{64}$", Text(sync, "ref"));
        Assert.Equal(1, sync.GetProperty("metrics").GetProperty("filesChanged").GetInt32());
        Assert.Equal(8, sync.GetProperty("metrics").GetProperty("bytesTransferred").GetInt64());
    }

    [Fact]
    public async Task Compression_is_chosen_for_one_run_in_both_directions()
    {
        await using var network = await Network.WithMountAsync();
        var text = string.Concat(Enumerable.Repeat("the same line again and again\n", 2000));

        async Task<long> SyncAsync(string side, string name, string mode)
        {
            network.Place.Write($"{side}/{name}", text + name);
            return (await network.BetaAsync("sync", "mount", "--compress", mode)).Expect(0).Json.GetProperty("metrics").GetProperty("bytesOnWire").GetInt64();
        }

        foreach (var side in new[] { "mount", "notes" })
        {
            Assert.InRange(await SyncAsync(side, side + "-plain", "never"), text.Length, 2 * text.Length);
            Assert.InRange(await SyncAsync(side, side + "-packed", "always"), 1, text.Length / 10);
        }
        (await network.BetaAsync("clone", "alpha/notes", "second", "--compress", "always")).Expect(0);
        Assert.Equal(network.Place.Content("notes"), network.Place.Content("second"));
        Assert.Equal(network.Place.Content("notes"), network.Place.Content("mount"));
    }

    [Fact]
    public async Task A_mount_is_found_by_id_by_a_path_in_it_and_from_inside()
    {
        await using var network = await Network.WithMountAsync();
        var id = Text((await network.BetaAsync("mounts")).Expect(0).Json[0], "id")!;
        string state = network.Place["beta"];

        (await network.BetaAsync("sync", id)).Expect(0);
        (await network.BetaAsync("sync", "mount/sub")).Expect(0);
        (await CliProcess.RunAsync(network.Place["mount/sub"], "--state", state, "--json", "sync")).Expect(0);
        (await CliProcess.RunAsync(network.Place["notes"], "--state", state, "--json", "sync")).Expect(3);
    }

    private static string? Text(JsonElement value, string member) => value.GetProperty(member).GetString();

    private static string[] Changes(JsonElement value, string member) =>
        [.. value.GetProperty(member).EnumerateArray().Select(change => $"{Text(change, "side")} {Text(change, "kind")} {Text(change, "path")}")];
}
