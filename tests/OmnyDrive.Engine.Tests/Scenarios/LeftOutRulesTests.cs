using OmnyDrive.Errors;
using OmnyDrive.Filtering;
using OmnyDrive.Testing;

namespace OmnyDrive.Engine.Tests.Scenarios;

/// <summary>What a sync makes of paths that are left out when the rules, or the directories around them, go.</summary>
public sealed class LeftOutRulesTests
{
    [Fact]
    public async Task What_the_mount_leaves_out_is_not_pushed_when_the_origin_deletes_its_directory_with_the_ignore_file()
    {
        await using var sides = await TwoSides.StartAsync(root =>
        {
            Write(root, "keep", "x");
            Write(root, "dir/.omnyignore", "secret\n");
            Write(root, "dir/a.txt", "x");
        });
        Write(sides.Mount, "dir/secret", "the mount's own");
        Assert.Equal(SyncStatus.Clean, (await sides.SyncAsync()).Status);
        Directory.Delete(sides.AtOrigin("dir"), recursive: true);
        await RefusedAsync(sides);
        Assert.False(File.Exists(sides.AtOrigin("dir/secret")), "the mount's own file was pushed");
        Assert.True(File.Exists(sides.InMount("dir/secret")));
    }

    [Fact]
    public async Task What_the_origin_leaves_out_is_not_served_when_a_mount_deletes_its_directory_with_the_ignore_file()
    {
        await using var sides = await TwoSides.StartAsync(root =>
        {
            Write(root, "keep", "x");
            Write(root, "dir/.omnyignore", "secret\n");
            Write(root, "dir/a.txt", "x");
            Write(root, "dir/secret", "the origin's own");
        });
        Directory.Delete(sides.InMount("dir"), recursive: true);
        await RefusedAsync(sides);
        Assert.False(File.Exists(sides.InMount("dir/secret")), "the origin's own file was served");
        Assert.True(File.Exists(sides.AtOrigin("dir/secret")));
    }

    [Fact]
    public async Task What_the_mount_leaves_out_is_not_pushed_when_the_publisher_gives_ignore_files_another_name()
    {
        await using var sides = await TwoSides.StartAsync(root => Write(root, ".omnyignore", "secret\n"));
        Write(sides.Mount, "secret", "the mount's own");
        Assert.Equal(SyncStatus.Clean, (await sides.SyncAsync()).Status);
        await sides.Alpha.PublishDirectoryAsync(sides.Origin, new PublishOptions { Name = "docs", Filter = FilterOptions.Default with { IgnoreFile = "other" } });
        await RefusedAsync(sides);
        Assert.False(File.Exists(sides.AtOrigin("secret")), "the mount's own file was pushed");
    }

    [Fact]
    public async Task What_the_mount_leaves_out_is_not_pushed_when_the_origin_deletes_the_ignore_file()
    {
        await using var sides = await TwoSides.StartAsync(root => Write(root, ".omnyignore", "secret\n"));
        Write(sides.Mount, "secret", "the mount's own");
        Assert.Equal(SyncStatus.Clean, (await sides.SyncAsync()).Status);
        File.Delete(sides.AtOrigin(".omnyignore"));
        await RefusedAsync(sides);
        Assert.False(File.Exists(sides.AtOrigin("secret")), "the mount's own file was pushed");
    }

    [Fact]
    public async Task What_the_origin_leaves_out_is_not_served_because_a_mount_edits_the_ignore_file()
    {
        await using var sides = await TwoSides.StartAsync(root =>
        {
            Write(root, ".omnyignore", ".env\n");
            Write(root, ".env", "the origin's own");
        });
        Write(sides.Mount, ".omnyignore", "\n");
        await RefusedAsync(sides);
        Assert.False(File.Exists(sides.InMount(".env")), "the origin's own file was served");
    }

    [Fact]
    public async Task A_file_that_is_left_out_does_not_delete_the_empty_directory_that_it_is_put_into()
    {
        await using var sides = await TwoSides.StartAsync(root =>
        {
            Write(root, ".omnyignore", "*.log\n");
            Directory.CreateDirectory(Path.Combine(root, "logs"));
        });
        Write(sides.Mount, "logs/a.log", "the mount's own");
        Assert.Equal(SyncStatus.Clean, (await sides.SyncAsync()).Status);
        Assert.True(Directory.Exists(sides.AtOrigin("logs")));
    }

    [Fact]
    public async Task A_file_that_is_left_out_is_no_divergence_of_a_read_only_mount()
    {
        await using var sides = await TwoSides.StartAsync(
            root =>
            {
                Write(root, ".omnyignore", "*.log\n");
                Directory.CreateDirectory(Path.Combine(root, "logs"));
            },
            publish: new PublishOptions { ReadOnly = true });
        Write(sides.Mount, "logs/a.log", "the mount's own");
        Write(sides.Origin, "new", "x");
        await sides.SyncAsync();
        Assert.True(File.Exists(sides.InMount("new")));
    }

    [Fact]
    public async Task A_pull_of_a_directory_that_is_there_and_left_out_elsewhere_is_idempotent()
    {
        await using var sides = await TwoSides.StartAsync(root => Write(root, ".omnyignore", "*.log\n"));
        Write(sides.Mount, "logs/a.log", "the mount's own");
        Directory.CreateDirectory(sides.AtOrigin("logs"));
        await sides.SyncAsync();
        Assert.Equal(SyncStatus.Clean, (await sides.SyncAsync()).Status);
        Assert.True(Directory.Exists(sides.AtOrigin("logs")));
    }

    // A person decides: nothing is sent, taken or changed before that.
    private static async Task RefusedAsync(TwoSides sides)
    {
        var (origin, mount) = (DiskTree.Describe(sides.Origin), DiskTree.Describe(sides.Mount));
        var refused = await Assert.ThrowsAnyAsync<DriveException>(sides.SyncAsync);
        Assert.Equal(ErrorCode.Conflict, refused.Code);
        Assert.Equal((origin, mount), (DiskTree.Describe(sides.Origin), DiskTree.Describe(sides.Mount)));
    }

    private static void Write(string root, string path, string content)
    {
        var full = Path.Combine(root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, content);
    }
}
