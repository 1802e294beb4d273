using System.Text;

namespace OmnyDrive.Engine.Tests.Scenarios;

/// <summary>Times, sizes, names, modes and links of single files as they come out at the other side.</summary>
public sealed class FileFidelityTests
{
    [Theory]
    [InlineData("1600000000.123456789")]
    [InlineData("0.000000001")]
    [InlineData("-0.000000001")]
    [InlineData("-1000000000.999999999")]
    [InlineData("-2000000000.000000000")]
    [InlineData("4102444800.500000000")]
    [InlineData("9000000000.999999999")]
    public async Task A_modification_time_arrives_to_the_nanosecond_both_ways(string time)
    {
        await using var sides = await TwoSides.StartAsync(root => Touch(Path.Combine(root, "cloned"), time));
        Touch(sides.AtOrigin("pulled"), time);
        Assert.Equal(SyncStatus.Pulled, (await sides.SyncAsync()).Status);
        Touch(sides.InMount("pushed"), time);
        Assert.Equal(SyncStatus.Pushed, (await sides.SyncAsync()).Status);

        Assert.Equal([time, time, time], new[] { sides.InMount("cloned"), sides.InMount("pulled"), sides.AtOrigin("pushed") }.Select(Time));
        Assert.Equal(SyncStatus.Clean, (await sides.SyncAsync()).Status);
    }

    [Fact]
    public async Task A_time_beyond_what_a_drive_can_carry_becomes_the_last_that_it_can()
    {
        await using var sides = await TwoSides.StartAsync();
        const string year2400 = "13569465600.000000000";
        Touch(sides.AtOrigin("late"), year2400);
        Assert.SkipUnless(Time(sides.AtOrigin("late")) == year2400, "This file system has no such times.");

        Assert.Equal(SyncStatus.Pulled, (await sides.SyncAsync()).Status);

        Assert.Equal("9223372036.854775807", Time(sides.InMount("late")));
        Assert.Equal(SyncStatus.Clean, (await sides.SyncAsync()).Status);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData((1 << 20) - 1)]
    [InlineData(1 << 20)]
    [InlineData((1 << 20) + 1)]
    [InlineData(5_000_000)]
    public async Task A_file_of_any_size_arrives_whole_both_ways(int size)
    {
        await using var sides = await TwoSides.StartAsync(root => File.WriteAllBytes(Path.Combine(root, "cloned"), Bytes(size, 1)));
        File.WriteAllBytes(sides.AtOrigin("pulled"), Bytes(size, 2));
        Assert.Equal(SyncStatus.Pulled, (await sides.SyncAsync()).Status);
        File.WriteAllBytes(sides.InMount("pushed"), Bytes(size, 3));
        Assert.Equal(SyncStatus.Pushed, (await sides.SyncAsync()).Status);

        sides.AssertSame();
        Assert.Equal(Bytes(size, 1), File.ReadAllBytes(sides.InMount("cloned")));
        Assert.Equal(Bytes(size, 3), File.ReadAllBytes(sides.AtOrigin("pushed")));
    }

    [Fact]
    public async Task Unusual_names_arrive_both_ways()
    {
        string[] names = ["-x", "--help", "a b", " lead", "trail ", "tab", "ünï", "u\u0308", "日本語", "😀", "'\"$(x)`", "*?[", "#", "%41", "~", ".hidden", "...", "aux.c", "COM1", new('n', 255), new('ü', 127)];
        await using var sides = await TwoSides.StartAsync(root => WriteAll(root, "o", names));
        WriteAll(sides.Origin, "p", names);
        Assert.Equal(SyncStatus.Pulled, (await sides.SyncAsync()).Status);
        WriteAll(sides.Mount, "m", names);
        Assert.Equal(SyncStatus.Pushed, (await sides.SyncAsync()).Status);

        sides.AssertSame();
        Assert.Equal(3 * names.Length, Directory.GetFiles(sides.Mount, "*", SearchOption.AllDirectories).Count(file => File.ReadAllText(file) == Path.GetFileName(file)));
    }

    [Theory]
    [InlineData("new\nline")]
    [InlineData("tab\there")]
    [InlineData("back\\slash")]
    [InlineData("bell\a")]
    public async Task A_name_that_no_drive_can_hold_is_reported_and_stays_where_it_is(string name)
    {
        await using var sides = await TwoSides.StartAsync();
        File.WriteAllText(sides.AtOrigin(name), "theirs");
        File.WriteAllText(sides.InMount("dir/" + name), "mine");
        File.WriteAllText(sides.InMount("a.txt"), "mine");

        var result = await sides.SyncAsync();

        Assert.Equal(SyncStatus.Pushed, result.Status);
        Assert.Contains("left out", Assert.Single(result.Problems).Reason, StringComparison.Ordinal);
        Assert.Equal(("theirs", "mine"), (File.ReadAllText(sides.AtOrigin(name)), File.ReadAllText(sides.InMount("dir/" + name))));
        Assert.Equal(SyncStatus.Clean, (await sides.SyncAsync()).Status);
    }

    [Fact]
    public async Task A_path_longer_than_the_system_takes_at_once_arrives()
    {
        // 40 names of 200 bytes: about twice PATH_MAX, made and read by a shell that goes down step by step.
        const string down = """n=$(printf "d%.0s" $(seq 200)); for i in $(seq 40); do [ -d $n ] || mkdir $n; cd -P ./$n || exit 1; done""";
        await using var sides = await TwoSides.StartAsync();
        try
        {
            Programs.Run("sh", "-c", $"cd '{sides.Origin}' && {down}; echo deep > leaf");

            Assert.Equal(SyncStatus.Pulled, (await sides.SyncAsync()).Status);

            Assert.Equal("deep", Programs.Run("sh", "-c", $"cd '{sides.Mount}' && {down}; cat leaf"));
            Programs.Run("sh", "-c", $"cd '{sides.Mount}' && {down}; echo deeper > leaf");
            Assert.Equal(SyncStatus.Pushed, (await sides.SyncAsync()).Status);
            Assert.Equal("deeper", Programs.Run("sh", "-c", $"cd '{sides.Origin}' && {down}; cat leaf"));
        }
        finally
        {
            Programs.Run("rm", "-rf", sides.Origin, sides.Mount);
        }
    }

    [Fact]
    public async Task New_content_takes_the_mode_of_the_file_that_it_replaces_but_no_power_to_act_as_its_owner()
    {
        await using var sides = await TwoSides.StartAsync();
        const UnixFileMode set = UnixFileMode.SetUser | UnixFileMode.SetGroup;
        var mode = (UnixFileMode)0b111_101_001;
        File.SetUnixFileMode(sides.InMount("a.txt"), mode);
        await sides.SyncAsync();
        File.SetUnixFileMode(sides.AtOrigin("a.txt"), mode | set);
        File.SetUnixFileMode(sides.InMount("a.txt"), mode | set);
        Assert.Equal(SyncStatus.Clean, (await sides.SyncAsync()).Status);

        File.WriteAllText(sides.InMount("a.txt"), "pushed by somebody");
        File.SetUnixFileMode(sides.InMount("a.txt"), mode | set);
        Assert.Equal(SyncStatus.Pushed, (await sides.SyncAsync()).Status);
        Assert.Equal(mode, File.GetUnixFileMode(sides.AtOrigin("a.txt")));

        File.WriteAllText(sides.AtOrigin("a.txt"), "written by its publisher");
        Assert.Equal(SyncStatus.Pulled, (await sides.SyncAsync()).Status);
        Assert.Equal(mode, File.GetUnixFileMode(sides.InMount("a.txt")));
    }

    [Fact]
    public async Task Hard_links_become_copies_and_a_push_to_one_name_does_not_write_through_to_the_other()
    {
        await using var sides = await TwoSides.StartAsync();
        var outside = sides.Scratch.At("outside");
        Programs.Run("ln", sides.AtOrigin("a.txt"), sides.AtOrigin("twin.txt"));
        Programs.Run("ln", sides.AtOrigin("a.txt"), outside);
        await sides.SyncAsync();
        Assert.NotEqual(Programs.Run("stat", "-c", "%i", sides.InMount("a.txt")), Programs.Run("stat", "-c", "%i", sides.InMount("twin.txt")));

        File.WriteAllText(sides.InMount("a.txt"), "mine");
        Assert.Equal(SyncStatus.Pushed, (await sides.SyncAsync()).Status);

        Assert.Equal(("mine", "first", "first"), (File.ReadAllText(sides.AtOrigin("a.txt")), File.ReadAllText(sides.AtOrigin("twin.txt")), File.ReadAllText(outside)));
        Assert.Equal("first", File.ReadAllText(sides.InMount("twin.txt")));
        Assert.Equal(SyncStatus.Clean, (await sides.SyncAsync()).Status);
    }

    [Fact]
    public async Task A_pushed_executable_bit_does_not_reach_through_a_hard_link()
    {
        await using var sides = await TwoSides.StartAsync();
        var outside = sides.Scratch.At("outside");
        Programs.Run("ln", sides.AtOrigin("a.txt"), outside);
        var mode = File.GetUnixFileMode(outside);
        File.SetUnixFileMode(sides.InMount("a.txt"), (UnixFileMode)0b111_101_101);

        Assert.Equal(SyncStatus.Pushed, (await sides.SyncAsync()).Status);

        Assert.True(File.GetUnixFileMode(sides.AtOrigin("a.txt")).HasFlag(UnixFileMode.UserExecute));
        Assert.Equal((mode, "first"), (File.GetUnixFileMode(outside), File.ReadAllText(outside)));
        sides.AssertSame();
        Assert.Equal(SyncStatus.Clean, (await sides.SyncAsync()).Status);
    }

    [Fact]
    public async Task A_link_that_leads_outside_is_carried_as_it_is_and_never_followed()
    {
        await using var sides = await TwoSides.StartAsync();
        var secret = sides.Scratch.Directory("secret");
        File.WriteAllText(Path.Combine(secret, "key"), "key");
        Directory.CreateSymbolicLink(sides.AtOrigin("way"), secret);
        File.CreateSymbolicLink(sides.AtOrigin("absolute"), Path.Combine(secret, "key"));
        await sides.SyncAsync();
        Assert.Equal(secret, new FileInfo(sides.InMount("way")).LinkTarget);

        File.Delete(sides.InMount("way"));
        Directory.CreateDirectory(sides.InMount("way"));
        File.WriteAllText(sides.InMount("way/key"), "mine");
        Assert.Equal(SyncStatus.Pushed, (await sides.SyncAsync()).Status);

        Assert.Equal("key", File.ReadAllText(Path.Combine(secret, "key")));
        sides.AssertSame();
    }

    private static void Touch(string path, string time) => Programs.Run("touch", "-d", "@" + time, path);

    private static string Time(string path) => Programs.Run("stat", "-c", "%.9Y", path);

    private static byte[] Bytes(int size, int seed)
    {
        var bytes = new byte[size];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private static void WriteAll(string root, string directory, string[] names)
    {
        foreach (var name in names)
        {
            Directory.CreateDirectory(Path.Combine(root, directory));
            File.WriteAllText(Path.Combine(root, directory, name), name, new UTF8Encoding(false));
        }
    }
}
