using OmnyDrive.Errors;
using OmnyDrive.Filtering;
using OmnyDrive.Reconciling;

namespace OmnyDrive.Engine.Tests.Scenarios;

/// <summary>What is left out of a drive is neither served nor pushed, and nothing of it is ever deleted or covered.</summary>
public sealed class FilterTests
{
    [Fact]
    public async Task Cloners_get_only_what_survives()
    {
        await using var sides = await TwoSides.StartAsync(root =>
        {
            TwoSides.Sample(root);
            Write(root, ".omnyignore", "*.log\n!keep.log\nbuild/\n");
            Write(root, "a.log", "x");
            Write(root, "keep.log", "x");
            Write(root, "build/deep/out", "x");
            Write(root, "dir/only/a.log", "x");
            Write(root, "dir/.omnyignore", "/b.txt\n");
        });
        Assert.Equal(
            [".omnyignore", "a.txt", "dir", "dir/.omnyignore", "dir/deep", "dir/deep/c.txt", "empty", "keep.log", "link", "run.sh"], Names(sides.Mount));
        Assert.Equal(SyncStatus.Clean, (await sides.SyncAsync()).Status);
    }

    [Fact]
    public async Task What_a_publisher_includes_and_excludes_is_enforced_where_the_drive_is_served()
    {
        await using var sides = await TwoSides.StartAsync(publish: new PublishOptions { Filter = new FilterOptions(["dir/", "*.sh"], ["deep"], ".omnyignore", false) });
        Assert.Equal(["dir", "dir/b.txt", "run.sh"], Names(sides.Mount));
        Write(sides.Mount, "own.txt", "the mount's own");
        Write(sides.Mount, "dir/deep/own.txt", "the mount's own");
        Write(sides.Mount, "dir/new.txt", "pushed");
        Assert.Equal(["dir/new.txt"], Changed(await sides.SyncAsync()));
        Assert.False(File.Exists(sides.AtOrigin("own.txt")) || File.Exists(sides.AtOrigin("dir/deep/own.txt")));
        Assert.Equal(SyncStatus.Clean, (await sides.SyncAsync()).Status);
    }

    [Fact]
    public async Task A_path_that_the_origin_begins_to_leave_out_stays_on_both_sides()
    {
        await using var sides = await TwoSides.StartAsync();
        Write(sides.Origin, ".omnyignore", "b.txt\ndeep/\n");
        Assert.Equal([".omnyignore"], Changed(await sides.SyncAsync()));
        AssertKept(sides, "dir/b.txt", "dir/deep/c.txt");
        Write(sides.Mount, "dir/b.txt", "the mount's own now");
        Write(sides.Origin, "dir/deep/c.txt", "the origin's own now");
        Assert.Equal(SyncStatus.Clean, (await sides.SyncAsync()).Status);
    }

    [Fact]
    public async Task A_path_that_the_mount_begins_to_leave_out_stays_on_both_sides()
    {
        await using var sides = await TwoSides.StartAsync();
        Write(sides.Mount, ".omnyignore", "b.txt\ndeep/\n");
        Assert.Equal([".omnyignore"], Changed(await sides.SyncAsync()));
        AssertKept(sides, "dir/b.txt", "dir/deep/c.txt");
        Assert.Equal(SyncStatus.Clean, (await sides.SyncAsync()).Status);
        File.Delete(sides.InMount("dir/b.txt"));
        Assert.Equal(SyncStatus.Clean, (await sides.SyncAsync()).Status);
        Assert.True(File.Exists(sides.AtOrigin("dir/b.txt")));
    }

    [Fact]
    public async Task A_path_that_new_flags_leave_out_stays_on_both_sides_and_comes_back_with_older_ones()
    {
        await using var sides = await TwoSides.StartAsync();
        await Publish(sides, new FilterOptions([], ["dir/"], ".omnyignore", false));
        Assert.Equal(SyncStatus.Clean, (await sides.SyncAsync()).Status);
        AssertKept(sides, "dir/b.txt", "dir/deep/c.txt");
        Write(sides.Mount, "dir/own.txt", "not pushed");
        Assert.Equal(SyncStatus.Clean, (await sides.SyncAsync()).Status);
        await Publish(sides, FilterOptions.Default);
        // Nobody at the mount said that this may be pushed.
        var refused = await Assert.ThrowsAsync<ConflictDetectedException>(sides.SyncAsync);
        Assert.Equal(["dir/own.txt"], refused.Conflict.Paths.Select(path => path.Path.ToString()));
        File.Move(sides.InMount("dir/own.txt"), sides.Scratch.At("own.txt"));
        Assert.Equal(SyncStatus.Clean, (await sides.SyncAsync()).Status);
        File.Move(sides.Scratch.At("own.txt"), sides.InMount("dir/own.txt"));
        Assert.Equal(["dir/own.txt"], Changed(await sides.SyncAsync()));
        sides.AssertSame();
    }

    [Fact]
    public async Task An_edit_of_a_path_that_the_origin_leaves_out_meanwhile_is_the_mounts_own()
    {
        await using var sides = await TwoSides.StartAsync();
        Write(sides.Origin, ".omnyignore", "b.txt\n");
        Write(sides.Mount, "dir/b.txt", "edited");
        Assert.Equal([".omnyignore"], Changed(await sides.SyncAsync()));
        Assert.Equal(("edited", "second"), (File.ReadAllText(sides.InMount("dir/b.txt")), File.ReadAllText(sides.AtOrigin("dir/b.txt"))));
        Assert.Equal(SyncStatus.Clean, (await sides.SyncAsync()).Status);
    }

    [Fact]
    public async Task A_pull_that_would_cover_what_the_mount_leaves_out_is_a_conflict()
    {
        await using var sides = await TwoSides.StartAsync(root => Write(root, ".omnyignore", "*.log\n"));
        Write(sides.Mount, "a.log", "the mount's own");
        Write(sides.Origin, ".omnyignore", "nothing\n");
        Write(sides.Origin, "a.log", "the origin's");
        var refused = await Assert.ThrowsAsync<ConflictDetectedException>(sides.SyncAsync);
        Assert.Equal(["a.log"], refused.Conflict.Paths.Select(path => path.Path.ToString()));
        Assert.NotNull(refused.Conflict.Paths[0].Ours);
        Assert.Equal("the mount's own", File.ReadAllText(sides.InMount("a.log")));
        // Equal content covers nothing.
        Write(sides.Origin, "a.log", "the mount's own");
        Assert.Equal([".omnyignore"], Changed(await sides.SyncAsync()));
        Assert.Equal(SyncStatus.Clean, (await sides.SyncAsync()).Status);
    }

    [Fact]
    public async Task A_push_that_would_cover_what_the_origin_leaves_out_is_a_conflict()
    {
        await using var sides = await TwoSides.StartAsync(root => Write(root, ".omnyignore", "*.log\n"));
        Write(sides.Origin, "a.log", "the origin's own");
        Write(sides.Mount, ".omnyignore", "nothing\n");
        Write(sides.Mount, "a.log", "the mount's");
        var refused = await Assert.ThrowsAnyAsync<DriveException>(sides.SyncAsync);
        Assert.Equal(ErrorCode.Conflict, refused.Code);
        Assert.Equal(("the origin's own", "*.log\n"), (File.ReadAllText(sides.AtOrigin("a.log")), File.ReadAllText(sides.AtOrigin(".omnyignore"))));
    }

    [Fact]
    public async Task A_directory_deleted_on_one_side_stays_with_what_the_other_leaves_out_in_it()
    {
        await using var sides = await TwoSides.StartAsync(root =>
        {
            TwoSides.Sample(root);
            Write(root, ".omnyignore", "*.log\n");
        });
        Write(sides.Origin, "dir/a.log", "the origin's own");
        Directory.Delete(sides.InMount("dir"), recursive: true);
        Assert.Equal(SyncStatus.Pushed, (await sides.SyncAsync()).Status);
        Assert.Equal(["dir", "dir/a.log"], Names(sides.Origin).Where(name => name.StartsWith("dir", StringComparison.Ordinal)));
        Assert.Equal(SyncStatus.Clean, (await sides.SyncAsync()).Status);
    }

    [Fact]
    public async Task An_ignore_file_that_cannot_be_read_serves_nothing_of_its_directory_and_deletes_nothing()
    {
        await using var sides = await TwoSides.StartAsync();
        File.CreateSymbolicLink(sides.AtOrigin("dir/.omnyignore"), "/nowhere");
        Write(sides.Origin, "dir/secret", "must not leak");
        var synced = await sides.SyncAsync();
        Assert.False(File.Exists(sides.InMount("dir/secret")));
        Assert.True(File.Exists(sides.InMount("dir/b.txt")) && File.Exists(sides.InMount("dir/deep/c.txt")));
        Assert.Equal(SyncStatus.Clean, synced.Status);
    }

    [Fact]
    public async Task Gitignore_files_count_where_the_publisher_says_so()
    {
        await using var sides = await TwoSides.StartAsync(
            root =>
            {
                Write(root, ".gitignore", "*.o\n");
                Write(root, "sub/.omnyignore", "!b.o\n");
                Write(root, "a.o", "x");
                Write(root, "sub/b.o", "x");
            },
            publish: new PublishOptions { Filter = FilterOptions.Default with { Gitignore = true } });
        Assert.Equal([".gitignore", "sub", "sub/.omnyignore", "sub/b.o"], Names(sides.Mount));
    }

    private static void AssertKept(TwoSides sides, params string[] paths)
    {
        foreach (var path in paths)
            Assert.True(File.Exists(sides.InMount(path)) && File.Exists(sides.AtOrigin(path)), path);
    }

    private static Task<PublishedDrive> Publish(TwoSides sides, FilterOptions filter) => sides.Alpha.PublishDirectoryAsync(sides.Origin, new PublishOptions { Name = "docs", Filter = filter });

    private static IEnumerable<string> Changed(SyncResult result) => result.Changes.Select(change => change.Change.Path.ToString());

    private static IEnumerable<string> Names(string root) => Directory.EnumerateFileSystemEntries(root, "*", SearchOption.AllDirectories)
        .Select(path => Path.GetRelativePath(root, path)).Where(path => !path.StartsWith(".omnydrive", StringComparison.Ordinal)).Order(StringComparer.Ordinal);

    private static void Write(string root, string path, string content)
    {
        var full = Path.Combine(root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, content);
    }
}
