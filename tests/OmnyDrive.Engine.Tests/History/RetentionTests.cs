using OmnyDrive.Drives;
using OmnyDrive.Errors;
using OmnyDrive.History;
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
    public async Task Where_a_mount_is_published_each_role_keeps_what_it_displaced_as_long_as_was_chosen_for_it()
    {
        var time = new ShiftedTime();
        await using var sides = await TwoSides.StartAsync(clone: new CloneOptions { Retention = new RetentionPolicy(TimeSpan.FromDays(5), 10) }, time: time);
        await sides.Beta.PublishDirectoryAsync(sides.Mount, new PublishOptions { Name = "again", Retention = new RetentionPolicy(TimeSpan.FromDays(300), 10) }, TestContext.Current.CancellationToken);
        await using var gamma = sides.Endpoint("gamma");
        var third = (await gamma.CloneDriveAsync(DriveId.Parse("beta/again"), sides.Scratch.At("third"), cancellation: TestContext.Current.CancellationToken)).Mount;
        File.WriteAllText(Path.Combine(third.Path, "dir/b.txt"), "pushed by the third");
        Assert.Equal(SyncStatus.Pushed, (await gamma.SyncMountAsync(third.Id, cancellation: TestContext.Current.CancellationToken)).Status);
        await sides.SyncAsync();
        File.WriteAllText(sides.AtOrigin("a.txt"), "pulled");
        await sides.SyncAsync();
        Assert.Equal(["pull", "push"], Kinds(sides.Mount));

        time.Advance(TimeSpan.FromDays(40));
        await sides.SyncAsync();
        await gamma.SyncMountAsync(third.Id, cancellation: TestContext.Current.CancellationToken);

        Assert.Equal(["push"], Kinds(sides.Mount));
        time.Advance(TimeSpan.FromDays(300));
        await gamma.SyncMountAsync(third.Id, cancellation: TestContext.Current.CancellationToken);
        Assert.Empty(Kinds(sides.Mount));
    }

    private static IEnumerable<string> Kinds(string root) => Directory.Exists(Trash(root)) ? Directory.EnumerateDirectories(Trash(root)).Select(area => Path.GetFileName(area).Split('-')[0]).Order(StringComparer.Ordinal) : [];

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
