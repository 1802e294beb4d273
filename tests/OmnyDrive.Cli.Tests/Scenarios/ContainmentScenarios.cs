using OmnyDrive.Cli.Tests.Harness;
using OmnyDrive.Testing;

namespace OmnyDrive.Cli.Tests.Scenarios;

/// <summary>What the kernel is asked for while a hostile tree is published, cloned and synchronized: nothing outside of it.</summary>
public sealed class ContainmentScenarios : IDisposable
{
    private readonly SystemCalls _calls = new();

    public void Dispose() => _calls.Dispose();

    [Fact]
    public async Task Links_lead_no_system_call_out_of_a_root()
    {
        await using var network = await Network.StartAsync(_calls.Launch);
        var place = network.Place;
        Plant(place, "notes");
        var outside = Inventory.Of(place["outside"]);

        (await network.AlphaAsync("publish", "notes")).Expect(0);
        (await network.BetaAsync("clone", "alpha/notes", "mount")).Expect(0);
        Swap(place, "mount/swapped");
        (await network.BetaAsync("sync", "mount")).Expect(0);
        Swap(place, "notes/pulled");
        (await network.BetaAsync("sync", "mount")).Expect(0);
        await network.Content.InterruptAsync();

        Assert.Equal(place["outside"], new FileInfo(place["notes/swapped"]).LinkTarget);
        Assert.Equal(place["outside"], new FileInfo(place["mount/pulled"]).LinkTarget);
        Assert.Equal(outside, Inventory.Of(place["outside"]));
        var calls = await _calls.AllAsync();
        Assert.Contains(calls, call => call.IsBeneath && call.Result == place["notes/nested"]);
        foreach (var call in calls)
        {
            RequireNothingOf(place["outside"], call);
            foreach (var root in new[] { place["notes"], place["mount"] })
                RequireNoWayOutOf(root, call);
        }
    }

    [Theory]
    [InlineData("""openat(5</a b/c>, "d", O_RDONLY|O_NOFOLLOW) = 6</a b/c/d>""", "/a b/c d", "/a b/c/d")]
    [InlineData("""openat2(5</a>(deleted), "b/c", {flags=O_RDONLY, resolve=RESOLVE_BENEATH}, 24) = -1 ELOOP (Too many levels)""", "/a b/c", null)]
    [InlineData("""openat(AT_FDCWD</a>, "/etc/passwd", O_RDONLY) = 3</etc/passwd>""", "- /etc/passwd", "/etc/passwd")]
    [InlineData("""openat(AT_FDCWD</a>, "b/c", O_RDONLY) = 3</a/b/c>""", "- /a/b/c", "/a/b/c")]
    [InlineData("""stat("/a/\"b", {st_mode=S_IFDIR|0755, st_size=4096, ...}) = 0""", "- /a/\\\"b", null)]
    [InlineData("""renameat2(3</a>, "b", 4</c>, "d", RENAME_NOREPLACE) = 0""", "/a b, /c d", null)]
    [InlineData("""symlinkat("/outside", 4</a>, "link") = 0""", "/a link", null)]
    [InlineData("""readlinkat(4</a>, "link", "/outside", 4096) = 8""", "/a link", null)]
    [InlineData("""readlink("/a/link", "/outside", 4096) = 8""", "- /a/link", null)]
    public void A_traced_call_is_read_as_what_it_names(string line, string paths, string? result)
    {
        var call = SystemCall.Parse(line);
        Assert.Equal((paths, result), (string.Join(", ", call.Paths.Select(path => $"{path.Directory ?? "-"} {path.Path}")), call.Result));
    }

    // Neither by name nor by where a descriptor leads, whether it was found or not.
    private static void RequireNothingOf(string directory, SystemCall call)
    {
        foreach (var path in call.Paths.Select(path => path.Full).Append(call.Result).OfType<string>())
            Assert.False(IsAtOrBelow(path, directory), call.Line);
    }

    // Below a root there are only names from descriptors: one name, whose link is not followed, or several of which the kernel follows none.
    private static void RequireNoWayOutOf(string root, SystemCall call)
    {
        foreach (var path in call.Paths.Where(path => IsAtOrBelow(path.Full, root) && path.Full != root))
        {
            Assert.True(path.Directory is not null, call.Line);
            Assert.DoesNotContain("..", path.Path.Split('/'));
            Assert.True(path.Path is "" or "." || call.IsBeneath || (!path.Path.Contains('/', StringComparison.Ordinal) && call.KeepsLastLink), call.Line);
        }
    }

    private static bool IsAtOrBelow(string path, string directory) => path == directory || path.StartsWith(directory + "/", StringComparison.Ordinal);

    private static void Plant(TestPlace place, string root)
    {
        place.Write("outside/inner/file", "secret");
        place.Write("outside/marker.json", "{}");
        place.Write($"{root}/plain", "plain");
        place.Write($"{root}/swapped/inner/file", "mine");
        place.Write($"{root}/pulled/inner/file", "mine");
        File.CreateSymbolicLink(place[$"{root}/absolute"], place["outside"]);
        File.CreateSymbolicLink(place[$"{root}/file"], place["outside/inner/file"]);
        File.CreateSymbolicLink(place[$"{root}/up"], "../outside");
        File.CreateSymbolicLink(place[$"{root}/etc"], "/etc");
        File.CreateSymbolicLink(place[$"{root}/dangling"], place["outside/absent"]);
        Directory.CreateDirectory(place[$"{root}/nested"]);
        File.CreateSymbolicLink(place[$"{root}/nested/.omnydrive"], place["outside"]);
        OddFiles.Fifo(place[$"{root}/fifo"]);
    }

    private static void Swap(TestPlace place, string directory)
    {
        Directory.Delete(place[directory], recursive: true);
        File.CreateSymbolicLink(place[directory], place["outside"]);
    }
}
