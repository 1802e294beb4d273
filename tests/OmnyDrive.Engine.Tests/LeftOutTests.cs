using OmnyDrive.Testing;

namespace OmnyDrive.Engine.Tests;

/// <summary>What never is synchronized and lies where the other side removes or turns a directory.</summary>
public sealed class LeftOutTests
{
    private static Action<string> VendorWithRepository => root =>
    {
        TwoSides.Sample(root);
        Directory.CreateDirectory(Path.Combine(root, "vendor", "lib", ".git"));
        File.WriteAllText(Path.Combine(root, "vendor", "lib", ".git", "config"), "theirs alone");
        File.WriteAllText(Path.Combine(root, "vendor", "x.txt"), "x");
    };

    [Fact]
    public async Task A_pushed_removal_of_a_directory_leaves_what_is_private_deep_below_it()
    {
        await using var sides = await TwoSides.StartAsync(VendorWithRepository);
        Directory.Delete(Path.Combine(sides.Mount, "vendor"), recursive: true);

        Assert.Equal(SyncStatus.Pushed, (await sides.SyncAsync()).Status);
        Assert.False(File.Exists(Path.Combine(sides.Origin, "vendor", "x.txt")));
        Assert.Equal("theirs alone", File.ReadAllText(Path.Combine(sides.Origin, "vendor", "lib", ".git", "config")));
        Assert.Equal(SyncStatus.Clean, (await sides.SyncAsync()).Status);
    }

    [Fact]
    public async Task A_directory_that_holds_something_private_is_not_turned_into_a_file_and_keeps_all_it_holds()
    {
        await using var sides = await TwoSides.StartAsync(VendorWithRepository);
        Directory.CreateDirectory(Path.Combine(sides.Mount, "vendor", ".git"));
        Directory.Delete(Path.Combine(sides.Origin, "vendor"), recursive: true);
        File.WriteAllText(Path.Combine(sides.Origin, "vendor"), "a file now");
        var before = DiskTree.Describe(sides.Mount, times: true);

        var result = await sides.SyncAsync();

        Assert.Equal("vendor", Assert.Single(result.Problems).Path);
        Assert.Equal(before, DiskTree.Describe(sides.Mount, times: true));
        Directory.Delete(Path.Combine(sides.Mount, "vendor", ".git"));
        Assert.Empty((await sides.SyncAsync()).Problems);
        sides.AssertSame();
    }
}
