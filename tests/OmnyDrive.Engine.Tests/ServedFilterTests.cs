using System.Text;
using OmnyDrive.Drives;
using OmnyDrive.Engine.Files;
using OmnyDrive.Engine.Origins;
using OmnyDrive.Engine.Providers.Directory;
using OmnyDrive.Engine.Roots;
using OmnyDrive.Engine.Scanning;
using OmnyDrive.Errors;
using OmnyDrive.Filtering;
using OmnyDrive.Origins;
using OmnyDrive.Snapshots;
using OmnyDrive.Testing;

namespace OmnyDrive.Engine.Tests;

/// <summary>What a pusher or reader who means harm gets past what a drive leaves out.</summary>
public sealed class ServedFilterTests : IDisposable
{
    private readonly ScratchDirectory _scratch = new();

    public ServedFilterTests() => File.WriteAllText(_scratch.At("a.txt"), "first");

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public async Task A_push_that_brings_an_ignore_file_cannot_bring_what_the_publisher_excludes()
    {
        await using var origin = Open(FilterOptions.Default with { Exclude = ["*.log"] });
        var draft = (await Draft.OfAsync(origin)).File(".omnyignore", "nothing\n").File("planted.log", "hidden");
        await Assert.ThrowsAsync<DriveException>(() => draft.PushAsync(origin));
        Assert.False(File.Exists(_scratch.At("planted.log")));
    }

    [Fact]
    public async Task A_push_that_brings_an_ignore_file_elsewhere_cannot_bring_what_another_leaves_out()
    {
        File.WriteAllText(_scratch.At(".omnyignore"), ".env\n");
        await using var origin = Open();
        var draft = (await Draft.OfAsync(origin)).Directory("any").File("any/.omnyignore", "nothing\n").File(".env", "planted");
        await Assert.ThrowsAsync<DriveException>(() => draft.PushAsync(origin));
        Assert.False(File.Exists(_scratch.At(".env")));
    }

    [Fact]
    public async Task A_push_that_landed_left_the_drive_as_it_said()
    {
        await using var origin = Open(FilterOptions.Default with { Exclude = ["*.log"] });
        var draft = (await Draft.OfAsync(origin)).File(".omnyignore", "nothing\n").File("planted.log", "hidden");
        PushResult pushed;
        try
        {
            pushed = await draft.PushAsync(origin);
        }
        catch (DriveException)
        {
            return;
        }
        Assert.Equal(pushed.Ref, (await origin.GetHeadAsync()).Ref);
    }

    [Fact]
    public async Task A_push_cannot_make_the_drive_unreadable_by_a_link_for_an_ignore_file()
    {
        await using var origin = Open();
        var draft = (await Draft.OfAsync(origin)).Link(".omnyignore", "nowhere");
        try
        {
            await draft.PushAsync(origin);
        }
        catch (DriveException)
        {
            // To refuse it is right.
        }
        await origin.GetHeadAsync();
    }

    [Fact]
    public async Task A_push_cannot_make_the_drive_unreadable_by_a_large_ignore_file()
    {
        await using var origin = Open();
        var draft = (await Draft.OfAsync(origin)).File(".omnyignore", new string('\n', IgnoreFile.MaxBytes + 1));
        try
        {
            await draft.PushAsync(origin);
        }
        catch (DriveException)
        {
            // To refuse it is right.
        }
        await origin.GetHeadAsync();
    }

    [Fact]
    public async Task What_is_left_out_since_is_not_served_to_whoever_knew_it_before()
    {
        File.WriteAllText(_scratch.At("secret"), "old value");
        await using var origin = Open();
        await origin.GetHeadAsync();
        File.WriteAllText(_scratch.At(".omnyignore"), "secret\n");
        File.WriteAllText(_scratch.At("secret"), "new value");
        await origin.GetHeadAsync();
        var got = new List<string>();
        await foreach (var content in origin.FetchAsync([new ContentRequest(DrivePath.Parse("secret"), ContentHash.Of("old value"u8), 9)]))
            got.Add(Encoding.UTF8.GetString(await MemoryContent.ReadAllAsync(content)));
        Assert.Equal([""], got);
    }

    private LiveDirectoryOrigin Open(FilterOptions? filter = null)
    {
        using var root = RootDirectory.OpenAt(_scratch.Path);
        var stat = root.Top.Stat();
        var published = new PublishedRoot(DriveId.Parse("alpha/docs"), ProviderNames.Directory, _scratch.Path, AccessMode.ReadWrite, new RootIdentity(null, stat.Device, stat.Inode), filter ?? FilterOptions.Default);
        return new LiveDirectoryOrigin(published, new RootScanner(TimeProvider.System, null, filter), _ => Task.CompletedTask, TimeProvider.System);
    }
}
