using OmnyDrive.Cli.Tests.Harness;

namespace OmnyDrive.Cli.Tests.Scenarios;

/// <summary>Bad places and absent servers: each command says so by its exit code and leaves nothing half done.</summary>
public sealed class PlaceScenarios
{
    [Fact]
    public async Task A_clone_whose_origin_is_offline_leaves_nothing()
    {
        await using var network = await Network.WithMountAsync();
        await network.Content.KillAsync();

        var clone = (await network.BetaAsync("clone", "alpha/notes", "second")).Expect(1);
        var sync = (await network.BetaAsync("sync", "mount")).Expect(1);

        Assert.Equal(("origin_unreachable", "origin_unreachable"), (clone.ErrorCode, sync.ErrorCode));
        Assert.False(Directory.Exists(network.Place["second"]));
        Assert.Equal(1, (await network.BetaAsync("mounts")).Expect(0).Json.GetArrayLength());
    }

    [Fact]
    public async Task A_publish_whose_hub_is_down_leaves_no_mark_and_no_drive()
    {
        await using var network = await Network.StartAsync();
        network.Place.Write("notes/a.txt", "a\n");
        await network.StopHubAsync();

        Assert.Equal("hub_unreachable", (await network.AlphaAsync("publish", "notes")).Expect(1).ErrorCode);

        Assert.Equal([network.Place["notes/a.txt"]], Directory.GetFileSystemEntries(network.Place["notes"]));
        await network.StartHubAsync();
        Assert.Equal(0, (await network.AlphaAsync("drives")).Expect(0).Json.GetArrayLength());
        Assert.Equal("drive_not_found", (await network.AlphaAsync("unpublish", "alpha/notes")).Expect(3).ErrorCode);
        (await network.AlphaAsync("publish", "notes")).Expect(0);
    }

    [Fact]
    public async Task A_push_while_the_hub_is_down_changes_nothing_and_lands_when_it_is_back()
    {
        await using var network = await Network.WithMountAsync();
        network.Place.Write("mount/a.txt", "mine\n");
        await network.StopHubAsync();

        Assert.Equal("hub_unreachable", (await network.BetaAsync("sync", "mount")).Expect(1).ErrorCode);
        Assert.Equal("a\n", network.Place.Read("notes/a.txt"));

        await network.StartHubAsync();
        (await network.BetaAsync("sync", "mount")).Expect(0);
        Assert.Equal("mine\n", network.Place.Read("notes/a.txt"));
    }

    [Fact]
    public async Task Places_that_do_not_fit_are_refused_and_those_that_fit_are_taken()
    {
        await using var network = await Network.WithMountAsync();
        network.Place.Write("file", "mine\n");

        Assert.Equal("destination_not_empty", (await network.BetaAsync("clone", "alpha/notes", "file")).Expect(2).ErrorCode);
        Assert.Equal("destination_not_empty", (await network.BetaAsync("clone", "alpha/notes", "mount")).Expect(2).ErrorCode);
        Assert.Equal("io_error", (await network.BetaAsync("clone", "alpha/notes", "file/below")).Expect(1).ErrorCode);
        Assert.Equal("invalid", (await network.AlphaAsync("publish", "file")).Expect(2).ErrorCode);
        Assert.Equal("mine\n", network.Place.Read("file"));
        Assert.Equal(1, (await network.BetaAsync("mounts")).Expect(0).Json.GetArrayLength());

        foreach (var place in new[] { "new/parents/mount", "with space", "ünï", "new\nline", "-x" })
        {
            (await network.BetaAsync("clone", "alpha/notes", "--", place)).Expect(0);
            Assert.Equal(network.Place.Content("notes"), network.Place.Content(place));
            network.Place.Write($"{place}/a.txt", $"from {place}\n");
            (await network.BetaAsync("sync", "--", "./" + place)).Expect(0);
            Assert.Equal($"from {place}\n", network.Place.Read("notes/a.txt"));
        }
    }

    [Fact]
    public async Task A_push_to_a_drive_that_was_made_read_only_ends_with_5()
    {
        await using var network = await Network.WithMountAsync();
        (await network.AlphaAsync("publish", "notes", "--read-only")).Expect(0);
        network.Place.Write("mount/a.txt", "mine\n");

        Assert.Equal("read_only", (await network.BetaAsync("sync", "mount")).Expect(5).ErrorCode);

        Assert.Equal(("a\n", "mine\n"), (network.Place.Read("notes/a.txt"), network.Place.Read("mount/a.txt")));
    }

    [Fact]
    public async Task New_files_and_directories_respect_the_umask()
    {
        await using var network = await Network.WithMountAsync();
        File.SetUnixFileMode(network.Place["notes/b.txt"], (UnixFileMode)0b111_111_111);

        await using var clone = RunningProcess.Start(CliProcess.InfoFor(network.Place.Path, "sh", ["-c", $"umask 077; exec '{string.Join("' '", CliProcess.Command)}' --state beta clone alpha/notes private"]));
        (await clone.EndAsync()).Expect(0);

        Assert.Equal((UnixFileMode)0b110_000_000, File.GetUnixFileMode(network.Place["private/a.txt"]));
        Assert.Equal((UnixFileMode)0b111_000_000, File.GetUnixFileMode(network.Place["private/b.txt"]));
        Assert.Equal((UnixFileMode)0b111_000_000, File.GetUnixFileMode(network.Place["private/sub"]));
        Assert.Equal((UnixFileMode)0b111_000_000, File.GetUnixFileMode(network.Place["private"]));
    }

    [Fact]
    public async Task The_registry_shows_where_a_drive_stands_and_whether_it_is_served()
    {
        await using var network = await Network.WithMountAsync();
        network.Place.Write("mount/a.txt", "mine\n");

        var pushed = (await network.BetaAsync("sync", "mount")).Expect(0).Json.GetProperty("ref").GetString();
        var served = (await network.BetaAsync("drives")).Expect(0).Json[0];
        (await network.Content.InterruptAsync()).Expect(130);
        var stopped = (await network.BetaAsync("drives")).Expect(0).Json[0];
        await network.StartContentAsync();
        var again = (await network.BetaAsync("drives")).Expect(0).Json[0];

        Assert.Equal([true, false, true], new[] { served, stopped, again }.Select(drive => drive.GetProperty("online").GetBoolean()));
        Assert.All(new[] { served, stopped, again }, drive => Assert.Equal(pushed, drive.GetProperty("ref").GetString()));
    }

    [Fact]
    public async Task The_example_runs_and_shows_a_push_and_a_refused_conflict()
    {
        using var place = new TestPlace();
        var info = CliProcess.InfoFor(place.Path, "dotnet", ["run", Path.Combine(Repository.Root, "examples", "EmbeddedSync.cs")]);
        // The build looks for packages in the home directory; the one of this process has them.
        info.Environment["HOME"] = Environment.GetEnvironmentVariable("HOME");
        await using var example = RunningProcess.Start(info);

        // It is built first, on a machine that has other things to do.
        var lines = (await example.EndAsync(TimeSpan.FromMinutes(5))).Expect(0).Out;

        Assert.Contains("Pushed: notes.txt", lines, StringComparison.Ordinal);
        Assert.Contains("ContentDivergence: notes.txt", lines, StringComparison.Ordinal);
    }
}
