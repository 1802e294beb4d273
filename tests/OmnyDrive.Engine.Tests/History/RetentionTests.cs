using OmnyDrive.Errors;
using OmnyDrive.Testing;

namespace OmnyDrive.Engine.Tests.History;

public sealed class RetentionTests
{
    [Fact]
    public async Task What_a_sync_displaced_is_kept_for_30_days_in_the_mount_and_at_the_origin()
    {
        var time = new ShiftedTime();
        await using var sides = await TwoSides.StartAsync(time: time);
        File.WriteAllText(sides.InMount("a.txt"), "mine");
        await sides.SyncAsync();
        File.WriteAllText(sides.AtOrigin("dir/b.txt"), "theirs");
        await sides.SyncAsync();

        time.Advance(TimeSpan.FromDays(29));
        await sides.SyncAsync();
        Assert.Equal((1, 1), (Areas(sides.Origin), Areas(sides.Mount)));

        time.Advance(TimeSpan.FromDays(2));
        await sides.SyncAsync();
        Assert.Equal((0, 0), (Areas(sides.Origin), Areas(sides.Mount)));
        Assert.Equal(ErrorCode.Expired, (await Assert.ThrowsAsync<DriveException>(() => sides.Beta.UndoAsync(sides.Id))).Code);
    }

    [Fact]
    public async Task A_mount_that_is_synced_again_and_again_does_not_fill_the_disk_with_what_it_displaced()
    {
        await using var sides = await TwoSides.StartAsync();
        var random = new Random(7);
        var bytes = new byte[20 << 20];
        for (var round = 0; round < 8; round++)
        {
            random.NextBytes(bytes);
            File.WriteAllBytes(sides.AtOrigin("large"), bytes);
            await sides.SyncAsync();
        }
        // 64 MiB, and what the last sync displaced.
        Assert.InRange(Bytes(sides.Mount), 60 << 20, 84 << 20);
        var before = DiskTree.Describe(sides.Mount);
        await sides.Beta.UndoAsync(sides.Id);
        Assert.NotEqual(before, DiskTree.Describe(sides.Mount));
    }

    private static int Areas(string root) => Directory.Exists(Trash(root)) ? Directory.EnumerateDirectories(Trash(root)).Count() : 0;

    private static long Bytes(string root) => new DirectoryInfo(Trash(root)).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length);

    private static string Trash(string root) => Path.Combine(root, ".omnydrive", "trash");
}
