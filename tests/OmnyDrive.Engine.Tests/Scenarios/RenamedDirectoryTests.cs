using OmnyDrive.Engine.Files;
using OmnyDrive.Filtering;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.Tests.Scenarios;

/// <summary>A directory gets another name on one side and moves whole on the other.</summary>
public sealed class RenamedDirectoryTests
{
    [Theory]
    [InlineData(true, "renamed")]
    [InlineData(false, "renamed")]
    [InlineData(true, "empty/dir")]
    [InlineData(false, "new/deep/dir")]
    public async Task It_is_renamed_on_the_other_side_and_each_path_is_told(bool push, string to)
    {
        await using var sides = await TwoSides.StartAsync();
        var (here, there) = push ? (sides.Mount, sides.Origin) : (sides.Origin, sides.Mount);
        var inode = InodeOf(there, "dir");
        Rename(here, "dir", to);
        var result = await sides.SyncAsync();
        Assert.Equal(push ? SyncStatus.Pushed : SyncStatus.Pulled, result.Status);
        Assert.Equal((inode, 4, 0), (InodeOf(there, to), result.Metrics.FilesChanged, result.Problems.Count));
        string[] moved = ["dir", "dir/b.txt", "dir/deep", "dir/deep/c.txt"];
        Assert.Subset(result.Changes.Select(applied => applied.Change.Path.ToString()).ToHashSet(), moved.Concat(moved.Select(path => to + path["dir".Length..])).ToHashSet());
        sides.AssertSame();
        Assert.Equal(SyncStatus.Clean, (await sides.SyncAsync()).Status);
        // And once more, from an index that was told of it.
        Rename(here, to, "third");
        Assert.Equal(push ? SyncStatus.Pushed : SyncStatus.Pulled, (await sides.SyncAsync()).Status);
        Assert.Equal(inode, InodeOf(there, "third"));
        sides.AssertSame();
    }

    // The origin gives what comes back the modes that it had, path by path.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task One_that_gets_its_old_name_back_has_its_old_modes(bool push)
    {
        await using var sides = await TwoSides.StartAsync();
        var (here, there) = push ? (sides.Mount, sides.Origin) : (sides.Origin, sides.Mount);
        File.SetUnixFileMode(Path.Combine(there, "dir", "deep", "c.txt"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        foreach (var (from, to) in new[] { ("dir", "renamed"), ("renamed", "dir") })
        {
            Rename(here, from, to);
            Assert.Equal(push ? SyncStatus.Pushed : SyncStatus.Pulled, (await sides.SyncAsync()).Status);
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(there, to, "deep", "c.txt")));
            Assert.Equal(("second", "third"), (File.ReadAllText(Path.Combine(there, to, "b.txt")), File.ReadAllText(Path.Combine(there, to, "deep", "c.txt"))));
        }
    }

    [Fact]
    public async Task With_an_ignore_file_in_it_that_comes_along()
    {
        await using var sides = await TwoSides.StartAsync(root =>
        {
            TwoSides.Sample(root);
            File.WriteAllText(Path.Combine(root, "dir", ".omnyignore"), "*.log\n");
        });
        var inode = InodeOf(sides.Origin, "dir");
        Rename(sides.Mount, "dir", "renamed");
        Assert.Equal(SyncStatus.Pushed, (await sides.SyncAsync()).Status);
        Assert.Equal(inode, InodeOf(sides.Origin, "renamed"));
        File.WriteAllText(sides.InMount("renamed/a.log"), "mine");
        Assert.Equal(SyncStatus.Clean, (await sides.SyncAsync()).Status);
        File.Delete(sides.InMount("renamed/a.log"));
        sides.AssertSame();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_the_other_side_leaves_out_in_it_stays_at_the_old_path(bool push)
    {
        await using var sides = await TwoSides.StartAsync(publish: new PublishOptions { Filter = new FilterOptions([], ["*.log"], ".omnyignore", false) });
        var (here, there) = push ? (sides.Mount, sides.Origin) : (sides.Origin, sides.Mount);
        File.WriteAllText(Path.Combine(there, "dir", "deep", "its.log"), "its own");
        Rename(here, "dir", "renamed");
        Assert.Equal(push ? SyncStatus.Pushed : SyncStatus.Pulled, (await sides.SyncAsync()).Status);
        Assert.Equal("its own", File.ReadAllText(Path.Combine(there, "dir", "deep", "its.log")));
        Assert.False(File.Exists(Path.Combine(there, "renamed", "deep", "its.log")));
        Assert.Equal(("second", "third"), (File.ReadAllText(Path.Combine(there, "renamed", "b.txt")), File.ReadAllText(Path.Combine(there, "renamed", "deep", "c.txt"))));
    }

    // Left out, so the origin still stands where the push started.
    [Theory]
    [InlineData(OriginStep.BeforePush)]
    [InlineData(OriginStep.BeforeCommit)]
    public async Task What_the_origin_leaves_out_in_it_and_came_while_the_push_was_on_its_way_stays_too(OriginStep step)
    {
        await using var sides = await TwoSides.StartAsync(publish: new PublishOptions { Filter = new FilterOptions([], ["*.log"], ".omnyignore", false) });
        Rename(sides.Mount, "dir", "renamed");
        sides.Steps.Once(step, () => File.WriteAllText(sides.AtOrigin("dir/its.log"), "its own"));
        Assert.Equal(SyncStatus.Pushed, (await sides.SyncAsync()).Status);
        Assert.Equal(("its own", "second", false), (File.ReadAllText(sides.AtOrigin("dir/its.log")), File.ReadAllText(sides.AtOrigin("renamed/b.txt")), File.Exists(sides.AtOrigin("renamed/its.log"))));
    }

    private static void Rename(string root, string from, string to)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(root, to))!);
        Directory.Move(Path.Combine(root, from), Path.Combine(root, to));
    }

    private static ulong InodeOf(string root, string path)
    {
        using var opened = RootDirectory.OpenAt(root);
        return opened.Stat(DrivePath.Parse(path))!.Value.Inode;
    }
}
