using OmnyDrive.Engine.Applying;
using OmnyDrive.Engine.Files;
using OmnyDrive.Engine.Roots;
using OmnyDrive.Snapshots;
using OmnyDrive.Testing;

namespace OmnyDrive.Engine.Tests.Scenarios;

/// <summary>What the receiver has in its trash is not sent again, and nothing of the trash is believed.</summary>
public sealed class TrashAsSourceTests
{
    private const int Large = 3 << 20;

    [Fact]
    public async Task A_directory_that_was_deleted_and_restored_is_pushed_without_content()
    {
        await using var sides = await StartAsync();
        await RestoreAsync(sides, sides.InMount("dir"));
        Assert.Equal(0, (await sides.SyncAsync()).Metrics.BytesTransferred);
        sides.AssertSame();
    }

    [Fact]
    public async Task A_directory_that_was_deleted_and_restored_is_pulled_without_content()
    {
        await using var sides = await StartAsync();
        await RestoreAsync(sides, sides.AtOrigin("dir"));
        Assert.Equal(0, (await sides.SyncAsync()).Metrics.BytesTransferred);
        sides.AssertSame();
    }

    [Fact]
    public async Task The_content_of_before_comes_back_without_being_sent_whichever_sync_displaced_it()
    {
        await using var sides = await StartAsync();
        foreach (var content in new[] { "two", "three", "four" })
        {
            File.WriteAllText(sides.InMount("dir/deep/c.txt"), content);
            await sides.SyncAsync();
        }
        File.WriteAllText(sides.InMount("back"), "two");
        File.WriteAllText(sides.InMount("dir/deep/c.txt"), "third");
        Assert.Equal(0, (await sides.SyncAsync()).Metrics.BytesTransferred);
        sides.AssertSame();
    }

    [Theory]
    [InlineData("b.txt")]
    [InlineData("large")]
    public async Task A_file_in_the_trash_that_was_written_to_is_fetched(string name)
    {
        await using var sides = await StartAsync();
        await RestoreAsync(sides, sides.AtOrigin("dir"));
        var file = Trash(sides.Mount).Single(file => Path.GetFileName(file) == name);
        using (var late = File.OpenWrite(file))
            late.WriteByte(1);
        var size = new FileInfo(sides.AtOrigin($"dir/{name}")).Length;
        Assert.InRange((await sides.SyncAsync()).Metrics.BytesTransferred, 1, size);
        sides.AssertSame();
    }

    [Fact]
    public async Task Without_what_the_trash_held_everything_is_fetched()
    {
        await using var sides = await StartAsync();
        await RestoreAsync(sides, sides.AtOrigin("dir"));
        foreach (var file in Trash(sides.Mount))
            File.Delete(file);
        Assert.Equal(Large + "second".Length + "third".Length, (await sides.SyncAsync()).Metrics.BytesTransferred);
        sides.AssertSame();
    }

    [Fact]
    public async Task A_damaged_catalogue_costs_content_and_nothing_else()
    {
        await using var sides = await StartAsync();
        var random = new Random(1);
        for (var round = 0; round < 6; round++)
        {
            await RestoreAsync(sides, sides.AtOrigin("dir"));
            foreach (var catalogue in Catalogues(sides.Mount))
                Damage(catalogue, random);
            await sides.SyncAsync();
            sides.AssertSame();
        }
    }

    [Fact]
    public async Task A_catalogue_that_leads_out_of_its_area_leads_nowhere()
    {
        await using var sides = await StartAsync();
        await RestoreAsync(sides, sides.AtOrigin("dir"));
        File.WriteAllText(sides.Scratch.At("outside"), "second");
        var catalogue = Assert.Single(Catalogues(sides.Mount));
        using (var root = RootDirectory.OpenAt(sides.Mount))
        using (var trash = PrivateDirectory.OpenOrMake(root, RootLayout.Trash))
        {
            var content = ContentHash.Of("second"u8);
            TrashCatalogue.Write(trash, Path.GetFileNameWithoutExtension(catalogue), [.. new[] { "../../../../outside", "/etc/hostname", "", "a\0b", new string('a', 40_000) }.Select(path => new TrashedContent(content, 6, path))]);
        }
        Assert.Equal(Large + "second".Length + "third".Length, (await sides.SyncAsync()).Metrics.BytesTransferred);
        sides.AssertSame();
    }

    [Fact]
    public void A_catalogue_of_many_contents_is_read_as_it_was_written()
    {
        using var scratch = new ScratchDirectory();
        using var root = RootDirectory.OpenAt(scratch.Directory("root"));
        var written = Enumerable.Range(0, 5_000).Select(i => new TrashedContent(ContentHash.Of(BitConverter.GetBytes(i)), i, $"{new string('d', i % 200)}/{i}")).ToList();
        TrashCatalogue.Write(root.Top, "area", written);
        Assert.Equal(written, TrashCatalogue.Read(root.Top, "area", long.MaxValue));
        Assert.Equal(written.Take(10), TrashCatalogue.Read(root.Top, "area", 1).Take(10));
        Assert.InRange(TrashCatalogue.Read(root.Top, "area", 1).Count(), 10, 4_999);
    }

    private static Task<TwoSides> StartAsync() => TwoSides.StartAsync(root =>
    {
        TwoSides.Sample(root);
        var bytes = new byte[Large];
        new Random(7).NextBytes(bytes);
        File.WriteAllBytes(Path.Combine(root, "dir", "large"), bytes);
    });

    // Kept elsewhere, deleted, synchronized, and put back.
    private static async Task RestoreAsync(TwoSides sides, string directory)
    {
        Directory.Move(directory, sides.Scratch.At("kept"));
        await sides.SyncAsync();
        sides.AssertSame();
        Directory.Move(sides.Scratch.At("kept"), directory);
    }

    private static IEnumerable<string> Catalogues(string root) => Directory.EnumerateFiles(Path.Combine(root, ".omnydrive", "trash"), "*.contents");

    private static List<string> Trash(string root) =>
        Directory.EnumerateDirectories(Path.Combine(root, ".omnydrive", "trash")).SelectMany(area => Directory.EnumerateFiles(area, "*", SearchOption.AllDirectories)).ToList();

    private static void Damage(string path, Random random)
    {
        var bytes = File.ReadAllBytes(path);
        if (random.Next(2) == 0)
            Array.Resize(ref bytes, random.Next(bytes.Length));
        for (var n = random.Next(1, 9); n > 0 && bytes.Length > 0; n--)
            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
        File.WriteAllBytes(path, bytes);
    }
}
