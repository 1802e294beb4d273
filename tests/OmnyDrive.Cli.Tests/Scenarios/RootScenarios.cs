using System.Diagnostics;
using OmnyDrive.Cli.Demo;
using OmnyDrive.Cli.Tests.Harness;

namespace OmnyDrive.Cli.Tests.Scenarios;

/// <summary>Roots that are gone, and roots that may not be written, over real servers.</summary>
public sealed class RootScenarios
{
    [Theory]
    [InlineData("notes")]
    [InlineData("mount")]
    public async Task A_root_that_is_gone_or_emptied_halts_with_8_and_all_goes_on_when_it_is_back(string root)
    {
        await using var network = await Network.WithMountAsync();
        var id = (await network.BetaAsync("mounts")).Expect(0).Json[0].GetProperty("id").GetString()!;
        network.Place.Write(root == "notes" ? "mount/a.txt" : "notes/a.txt", "changed\n");
        var other = root == "notes" ? "mount" : "notes";
        var before = network.Place.Content(other);
        Directory.Move(network.Place[root], network.Place["away"]);

        var gone = (await network.BetaAsync("sync", id)).Expect(8);
        Directory.CreateDirectory(network.Place[root]);
        var emptied = (await network.BetaAsync("sync", id)).Expect(8);

        Assert.Equal(("root_missing", "root_missing"), (gone.ErrorCode, emptied.ErrorCode));
        Assert.Equal(("halted", "halted"), (gone.Json.GetProperty("status").GetString(), emptied.Json.GetProperty("status").GetString()));
        Assert.Equal(before, network.Place.Content(other));
        Assert.Empty(Directory.GetFileSystemEntries(network.Place[root]));
        Directory.Delete(network.Place[root]);
        Directory.Move(network.Place["away"], network.Place[root]);
        (await network.BetaAsync("sync", id)).Expect(0);
        Assert.Equal(network.Place.Content("notes"), network.Place.Content("mount"));
    }

    [Fact]
    public async Task A_directory_that_cannot_be_written_is_served_to_be_read_without_a_mark_and_known_by_its_place()
    {
        await using var network = await Network.StartAsync();
        var place = network.Place;
        place.Write("shared/a.txt", "a\n");
        File.SetUnixFileMode(place.Path, (UnixFileMode)0b111_101_101);
        Directory.CreateDirectory(place["nobody"]);
        File.SetUnixFileMode(place["shared"], (UnixFileMode)0b101_101_101);
        if (Environment.IsPrivilegedProcess)
            Run("chown", "65534:65534", place["nobody"]);
        var port = FreePort.Take();
        (await AsNobodyAsync(place, "login", "--hub", network.HubUrl, "--id", "nobody", "--serve-url", $"http://localhost:{port}")).Expect(0);

        var published = (await AsNobodyAsync(place, "publish", "shared")).Expect(0).Json;
        await using var server = RunningProcess.Start(NobodyInfo(place, "serve-content", "--port", $"{port}"));
        await server.FirstLineAsync();
        var clone = (await network.BetaAsync("clone", "nobody/shared", "mount")).Expect(0).Json;

        Assert.Equal(("read-only", "read-only"), (published.GetProperty("accessMode").GetString(), clone.GetProperty("accessMode").GetString()));
        Assert.Equal([place["shared/a.txt"]], Directory.GetFileSystemEntries(place["shared"]));
        Assert.Equal("a\n", place.Read("mount/a.txt"));
        place.Write("mount/a.txt", "mine\n");
        (await network.BetaAsync("sync", "mount")).Expect(6);
        place.Write("mount/a.txt", "a\n");

        Directory.Move(place["shared"], place["away"]);
        Directory.CreateDirectory(place["shared"]);
        Assert.Equal("root_missing", (await network.BetaAsync("sync", "mount")).Expect(8).ErrorCode);
        Assert.Equal("a\n", place.Read("mount/a.txt"));
        Directory.Delete(place["shared"]);
        Directory.Move(place["away"], place["shared"]);
        (await network.BetaAsync("sync", "mount")).Expect(0);
        (await AsNobodyAsync(place, "unpublish", "nobody/shared")).Expect(0);
        Assert.Equal([place["shared/a.txt"]], Directory.GetFileSystemEntries(place["shared"]));
        File.SetUnixFileMode(place["shared"], (UnixFileMode)0b111_101_101);
    }

    [Fact]
    public async Task A_mount_that_was_moved_halts_names_the_command_that_mends_it_and_is_mended_only_when_that_is_meant()
    {
        await using var network = await Network.WithMountAsync();
        var place = network.Place;
        Directory.Move(place["mount"], place["moved"]);
        Assert.Contains("omnydrive mounts repair", (await network.BetaAsync("sync", "mount")).Out, StringComparison.Ordinal);
        Assert.Contains($"omnydrive mounts repair {place["moved"]}", (await network.BetaAsync("sync", "moved")).Expect(3).Out, StringComparison.Ordinal);
        place.Write("moved/a.txt", "mine\n");

        var told = (await network.BetaAsync("mounts", "repair", "moved")).Expect(0).Json;

        Assert.Equal(("moved", place["mount"], 1, false), (told.GetProperty("kind").GetString(), told.GetProperty("previousPath").GetString(), told.GetProperty("differences").GetProperty("modified").GetInt32(), told.GetProperty("repaired").GetBoolean()));
        (await network.BetaAsync("sync", "moved")).Expect(3);
        Assert.True((await network.BetaAsync("mounts", "repair", "moved", "--yes")).Expect(0).Json.GetProperty("repaired").GetBoolean());
        Assert.Equal("pushed", (await network.BetaAsync("sync", "moved")).Expect(0).Json.GetProperty("status").GetString());
        Assert.Equal("mine\n", place.Read("notes/a.txt"));
        Assert.Equal("invalid", (await network.BetaAsync("mounts", "repair", "moved")).Expect(2).ErrorCode);
    }

    private static async Task<CliResult> AsNobodyAsync(TestPlace place, params string[] args)
    {
        await using var process = RunningProcess.Start(NobodyInfo(place, args));
        return await process.EndAsync();
    }

    // Root may write everywhere, so as root the command runs as somebody who may not.
    private static ProcessStartInfo NobodyInfo(TestPlace place, params string[] args)
    {
        string[] command = [.. CliProcess.Command, "--state", "nobody/state", "--json", .. args];
        return Environment.IsPrivilegedProcess
            ? CliProcess.InfoFor(place.Path, "setpriv", ["--reuid=65534", "--regid=65534", "--clear-groups", .. command])
            : CliProcess.InfoFor(place.Path, command[0], command[1..]);
    }

    private static void Run(string program, params string[] args)
    {
        using var process = Process.Start(program, args);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }
}
