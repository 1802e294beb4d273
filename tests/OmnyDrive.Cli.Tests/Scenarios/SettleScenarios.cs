using System.Text.Json;
using System.Text.RegularExpressions;
using OmnyDrive.Cli.Tests.Harness;

namespace OmnyDrive.Cli.Tests.Scenarios;

/// <summary>Seeing, understanding and settling what both sides changed, as a person and as a script does it.</summary>
public sealed partial class SettleScenarios
{
    [Fact]
    public async Task Status_tells_what_each_side_changed_and_the_next_step()
    {
        await using var network = await ConflictedAsync();
        network.Place.Write("mount/new.txt", "new\n");

        var json = (await network.BetaAsync("status", "mount")).Expect(0).Json;
        var text = (await TextAsync(network, "status", "mount")).Expect(0);

        Assert.Equal(["local modify a.txt", "local add new.txt"], Changes(json, "local"));
        Assert.Equal(["origin modify a.txt", "origin delete sub", "origin delete sub/c.txt"], Changes(json, "origin"));
        var conflict = Assert.Single(json.GetProperty("conflicts").EnumerateArray());
        Assert.Equal(("ContentDivergence", "a.txt", JsonValueKind.Null), (Text(conflict, "kind"), Text(conflict, "path"), conflict.GetProperty("resolution").ValueKind));
        Assert.Equal(("strict", 0), (Text(json, "policy"), json.GetProperty("problems").GetArrayLength()));
        Assert.NotEqual(Text(json, "ref"), Text(json, "originRef"));
        Assert.Equal($"""
            {network.Place["mount"]} is a mount of alpha/notes (read-write, strict), last in step TIME
            changed in the mount: 2 changes
              modify a.txt
              add  new.txt
            changed at the origin: 3 changes
              modify a.txt
              delete sub
              delete sub/c.txt
            changed on both sides, differently: 1 path
              PATH  BASE  OURS  THEIRS  THEIRS BY  DECIDED
              a.txt  2 bytes  5 bytes, TIME  7 bytes, TIME  -  -

            """, WithoutTimes(text.Out));
        Assert.Equal("Look: omnydrive conflicts mount; settle: omnydrive resolve mount PATH --ours|--theirs|--both|--merge\n", text.Error);
    }

    [Fact]
    public async Task Status_of_a_mount_in_step_says_so_and_of_one_whose_origin_is_away_too()
    {
        await using var network = await Network.WithMountAsync();
        Assert.Contains("both sides are in step", (await TextAsync(network, "status", "mount")).Expect(0).Out, StringComparison.Ordinal);
        await network.Content.KillAsync();
        network.Place.Write("mount/a.txt", "mine\n");

        var json = (await network.BetaAsync("status", "mount")).Expect(0).Json;

        Assert.Equal(["local modify a.txt"], Changes(json, "local"));
        Assert.Equal((JsonValueKind.Null, JsonValueKind.String), (json.GetProperty("originRef").ValueKind, json.GetProperty("originUnknown").ValueKind));
        Assert.Contains("the origin could not be asked", (await TextAsync(network, "status", "mount")).Expect(0).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Diff_prints_a_unified_difference_and_its_JSON()
    {
        await using var network = await ConflictedAsync();

        var text = (await TextAsync(network, "diff", "mount")).Expect(0);
        var theirs = (await TextAsync(network, "diff", "mount", "a.txt", "--theirs")).Expect(0);
        var origin = (await network.BetaAsync("diff", "mount", "--origin")).Expect(0).Json;

        Assert.Equal("--- base/a.txt\n+++ mount/a.txt\n@@ -1 +1 @@\n-a\n+mine\n", text.Out);
        Assert.Equal("--- mount/a.txt\n+++ origin/a.txt\n@@ -1 +1 @@\n-mine\n+theirs\n", theirs.Out);
        Assert.Equal("origin", Text(origin, "of"));
        Assert.Equal(["modify a.txt", "delete sub", "delete sub/c.txt"], origin.GetProperty("changes").EnumerateArray().Select(change => $"{Text(change, "kind")} {Text(change, "path")}"));
        Assert.Equal("@@ -1 +0,0 @@\n-c\n", Text(origin.GetProperty("changes")[2], "text"));
        Assert.Equal("{\"mountId\":\"ID\",\"of\":\"local\",\"changes\":[]}\n", MountId().Replace((await network.BetaAsync("diff", "mount", "b.txt")).Expect(0).Out, "ID"));
    }

    [Fact]
    public async Task On_a_terminal_a_difference_has_colours_and_goes_through_the_pager()
    {
        await using var network = await ConflictedAsync();

        var colored = await OnTerminalAsync(network, "cat");
        Assert.Equal("\e[1m--- base/a.txt\e[0m\n\e[1m+++ mount/a.txt\e[0m\n\e[36m@@ -1 +1 @@\e[0m\n\e[31m-a\e[0m\n\e[32m+mine\e[0m\n", colored);
        Assert.DoesNotContain('\e', await OnTerminalAsync(network, "cat", "--no-color"));
        var paged = network.Place["paged"];
        Assert.Equal("", await OnTerminalAsync(network, $"cat >{paged}"));
        Assert.Equal(colored, await File.ReadAllTextAsync(paged));
        // A reader who leaves is no error.
        Assert.Equal("", await OnTerminalAsync(network, "true"));
    }

    [Fact]
    public async Task Conflicts_lists_what_is_open_and_shows_each_version()
    {
        await using var network = await ConflictedAsync();
        Assert.Equal(0, (await network.BetaAsync("conflicts", "mount")).Expect(0).Json.GetArrayLength());
        Assert.Contains("No conflict is open", (await TextAsync(network, "conflicts", "mount")).Expect(0).Error, StringComparison.Ordinal);
        (await network.BetaAsync("sync", "mount")).Expect(6);

        var open = Assert.Single((await network.BetaAsync("conflicts", "mount")).Expect(0).Json.EnumerateArray());
        var text = (await TextAsync(network, "conflicts", "mount")).Expect(0);

        Assert.Equal(("ContentDivergence", "a.txt", 2, 5, 7), (Text(open, "kind"), Text(open, "path"), open.GetProperty("baseSize").GetInt32(), open.GetProperty("oursSize").GetInt32(), open.GetProperty("theirsSize").GetInt32()));
        Assert.All(new[] { "oursModifiedAt", "theirsModifiedAt", "theirsChangedAt", "foundAt" }, time => Assert.True(open.GetProperty(time).TryGetDateTimeOffset(out _), time));
        Assert.Equal("PATH  BASE  OURS  THEIRS  THEIRS BY  DECIDED\na.txt  2 bytes  5 bytes, TIME  7 bytes, TIME  in place  -\n", WithoutTimes(text.Out));
        Assert.Contains("omnydrive resolve mount PATH --ours|--theirs|--both|--merge", text.Error, StringComparison.Ordinal);
        foreach (var (version, content) in new[] { ("--base", "a\n"), ("--ours", "mine\n"), ("--theirs", "theirs\n") })
            Assert.Equal(content, (await TextAsync(network, "conflicts", "show", "a.txt", version, "--mount", "mount")).Expect(0).Out);
        var shown = (await network.BetaAsync("conflicts", "show", "mount/a.txt", "--mount", "mount")).Expect(0).Json;
        Assert.Equal(("a.txt", "theirs", "theirs\n"), (Text(shown, "path"), Text(shown, "version"), Text(shown, "text")));
        var refused = (await network.BetaAsync("conflicts", "show", "b.txt", "--mount", "mount")).Expect(3);
        Assert.Contains("\"a.txt\"", Text(refused.Json.GetProperty("error"), "message"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Resolve_decides_and_the_next_sync_carries_it_out()
    {
        await using var network = await ConflictedAsync();
        (await network.BetaAsync("sync", "mount")).Expect(6);

        var resolved = (await TextAsync(network, "resolve", "mount", "a.txt", "--both")).Expect(0);
        Assert.Equal(("  both    a.txt, ours as a.from-beta.txt\n", "Nothing was changed yet. Carry it out: omnydrive sync mount\n"), (resolved.Out, resolved.Error));
        var open = Assert.Single((await network.BetaAsync("conflicts", "mount")).Expect(0).Json.EnumerateArray());
        Assert.Equal(("both", "a.from-beta.txt"), (Text(open, "resolution"), Text(open, "beside")));
        Assert.Contains("Carry out what was decided: omnydrive sync mount", (await TextAsync(network, "conflicts", "mount")).Error, StringComparison.Ordinal);

        var sync = (await network.BetaAsync("sync", "mount")).Expect(0).Json;

        Assert.Equal(("merged", 0), (Text(sync, "status"), sync.GetProperty("conflicts").GetArrayLength()));
        Assert.Equal(network.Place.Content("notes"), network.Place.Content("mount"));
        Assert.Equal(("theirs\n", "mine\n"), (File.ReadAllText(network.Place["mount/a.txt"]), File.ReadAllText(network.Place["mount/a.from-beta.txt"])));
        Assert.Equal("clean", Text((await network.BetaAsync("sync", "mount")).Expect(0).Json, "status"));
    }

    [Fact]
    public async Task What_cannot_be_merged_stays_open_and_ends_with_6()
    {
        await using var network = await ConflictedAsync();
        (await network.BetaAsync("sync", "mount")).Expect(6);

        var json = (await network.BetaAsync("resolve", "mount", "**", "--merge")).Expect(6);
        var text = (await TextAsync(network, "resolve", "mount", "a.txt", "--merge")).Expect(6);

        Assert.Equal("conflict", json.ErrorCode);
        Assert.Contains("the same lines", Text(Assert.Single(json.Json.GetProperty("open").EnumerateArray()), "reason"), StringComparison.Ordinal);
        Assert.StartsWith("  open    a.txt: both sides changed the same lines in 1 place", text.Out, StringComparison.Ordinal);
        Assert.Contains("1 conflict stayed open", text.Error, StringComparison.Ordinal);
        Assert.Equal(3, (await network.BetaAsync("resolve", "mount", "no such", "--ours")).ExitCode);
        (await network.BetaAsync("resolve", "mount", "a.txt", "--merge", "--markers")).Expect(0);
    }

    [Fact]
    public async Task A_merge_tool_of_the_git_configuration_makes_the_result()
    {
        await using var network = await ConflictedAsync();
        (await network.BetaAsync("sync", "mount")).Expect(6);
        network.Place.Write(".gitconfig", "[merge]\n\ttool = mine\n[mergetool \"mine\"]\n\tcmd = \"cat \\\"$BASE\\\" \\\"$LOCAL\\\" \\\"$REMOTE\\\" >\\\"$MERGED\\\"\"\n\ttrustExitCode = true\n");

        (await network.BetaAsync("resolve", "mount", "a.txt", "--tool")).Expect(0);

        (await network.BetaAsync("sync", "mount")).Expect(0);
        Assert.Equal("a\nmine\ntheirs\n", File.ReadAllText(network.Place["notes/a.txt"]));
    }

    [Fact]
    public async Task Merging_applies_the_rest_and_ends_with_6_while_something_is_open()
    {
        await using var network = await ConflictedAsync();
        network.Place.Write("mount/new.txt", "new\n");
        var planned = (await network.BetaAsync("sync", "mount", "--merge", "--dry-run")).Expect(6).Json;

        var merged = (await network.BetaAsync("sync", "mount", "--merge")).Expect(6);
        var again = (await TextAsync(network, "sync", "mount", "--merge")).Expect(6);

        Assert.Equal(("conflicted", 0, 3), (Text(planned, "status"), planned.GetProperty("appliedChanges").GetInt32(), planned.GetProperty("changes").GetArrayLength()));
        Assert.Equal(["origin add new.txt", "local delete sub", "local delete sub/c.txt"], Changes(merged.Json, "changes"));
        Assert.Equal(("conflicted", "conflict", "a.txt"), (Text(merged.Json, "status"), merged.ErrorCode, Text(Assert.Single(merged.Json.GetProperty("conflicts").EnumerateArray()), "path")));
        Assert.Equal("new\n", File.ReadAllText(network.Place["notes/new.txt"]));
        Assert.Equal("", again.Out);
        Assert.StartsWith("conflict: Both sides of alpha/notes changed \"a.txt\" since the last sync, differently. It was left as it is on both sides; all else is in step.\nSee: omnydrive conflicts mount; settle: omnydrive resolve mount a.txt --ours|--theirs|--both|--merge; then: omnydrive sync mount\n", again.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_strict_refusal_says_what_merging_would_do()
    {
        await using var network = await Network.WithMountAsync();
        network.Place.Write("mount/a.txt", "mine\n");
        network.Place.Write("notes/b.txt", "theirs\n");

        var refused = (await TextAsync(network, "sync", "mount")).Expect(6);

        Assert.Contains("Combine them: omnydrive sync mount --merge (1 change would come into the mount, 1 change would go to the origin).", refused.Error, StringComparison.Ordinal);
        Assert.Equal("merged", Text((await network.BetaAsync("sync", "mount", "--merge")).Expect(0).Json, "status"));
    }

    [Fact]
    public async Task A_policy_and_how_long_trash_is_kept_are_chosen_for_a_mount()
    {
        await using var network = await Network.WithMountAsync("--policy", "merge", "--keep-days", "7");
        Assert.Equal("merge", Text(Assert.Single((await network.BetaAsync("mounts")).Expect(0).Json.EnumerateArray()), "policy"));
        network.Place.Write("mount/a.txt", "mine\n");
        network.Place.Write("notes/b.txt", "theirs\n");
        Assert.Equal("merged", Text((await network.BetaAsync("sync", "mount")).Expect(0).Json, "status"));

        var set = (await TextAsync(network, "mounts", "set", "mount", "--policy", "strict", "--keep-days", "90", "--keep-percent", "20")).Expect(0);

        Assert.Equal($"{network.Place["mount"]}: a sync is refused where both sides changed (strict).\n{network.Place["mount"]}: what syncs displace is kept for 90 days, up to 20 % of the drive's size.\n", set.Out);
        network.Place.Write("mount/a.txt", "mine again\n");
        network.Place.Write("notes/b.txt", "theirs again\n");
        (await network.BetaAsync("sync", "mount")).Expect(6);
        var json = (await network.BetaAsync("mounts", "set", "mount", "--policy", "merge")).Expect(0).Json;
        Assert.Equal(("merge", Text((await network.BetaAsync("sync", "mount")).Expect(0).Json, "mountId")), (Text(json, "policy"), Text(json, "mountId")));
    }

    [Fact]
    public async Task A_read_only_mount_shows_what_diverged_and_drops_it()
    {
        await using var network = await Network.WithMountAsync("--read-only");
        network.Place.Write("mount/a.txt", "mine\n");
        var refused = (await TextAsync(network, "sync", "mount")).Expect(6);
        Assert.Contains("omnydrive resolve mount a.txt --theirs", refused.Error, StringComparison.Ordinal);
        Assert.Equal("+mine", (await TextAsync(network, "diff", "mount")).Expect(0).Out.Split('\n')[4]);
        (await network.BetaAsync("resolve", "mount", "a.txt", "--ours")).Expect(5);

        (await network.BetaAsync("resolve", "mount", "a.txt", "--theirs")).Expect(0);
        Assert.Equal("pulled", Text((await network.BetaAsync("sync", "mount")).Expect(0).Json, "status"));
        Assert.Equal("a\n", File.ReadAllText(network.Place["mount/a.txt"]));
        (await network.BetaAsync("undo", "mount")).Expect(0);
        Assert.Equal("mine\n", File.ReadAllText(network.Place["mount/a.txt"]));
    }

    private static async Task<Network> ConflictedAsync()
    {
        var network = await Network.WithMountAsync();
        network.Place.Write("notes/a.txt", "theirs\n");
        network.Place.Write("mount/a.txt", "mine\n");
        Directory.Delete(network.Place["notes/sub"], recursive: true);
        return network;
    }

    private static async Task<CliResult> TextAsync(Network network, params string[] args) => await network.Place.RunAsync(["--state", "beta", .. args]);

    private static async Task<string> OnTerminalAsync(Network network, string pager, params string[] more)
    {
        using StringWriter output = new(), errors = new();
        var environment = new CliEnvironment { Out = output, Error = errors, CurrentDirectory = network.Place.Path, OutIsTerminal = true, Variable = name => name == "PAGER" ? pager : null };
        Assert.Equal(0, await OmnydriveCli.RunAsync(["--state", "beta", "diff", "mount", .. more], environment, TestContext.Current.CancellationToken));
        Assert.Equal("", errors.ToString());
        return output.ToString();
    }

    private static string[] Changes(JsonElement value, string name) => [.. value.GetProperty(name).EnumerateArray().Select(change => $"{Text(change, "side")} {Text(change, "kind")} {Text(change, "path")}")];

    private static string? Text(JsonElement value, string name) => value.GetProperty(name).GetString();

    // Columns are as wide as what they hold.
    private static string WithoutTimes(string text) => Gaps().Replace(Times().Replace(text, "TIME"), "$1  ");

    [GeneratedRegex("(\\S) {3,}")]
    private static partial Regex Gaps();

    [GeneratedRegex(@"\d{4}-\d\d-\d\d \d\d:\d\d(:\d\d)?")]
    private static partial Regex Times();

    [GeneratedRegex("m-[0-9a-f]{12}")]
    private static partial Regex MountId();
}
