using OmnyDrive.Engine.Files;
using OmnyDrive.Engine.Scanning;
using OmnyDrive.Filtering;
using OmnyDrive.Testing;

namespace OmnyDrive.Engine.Tests.Scanning;

/// <summary>Names that are there all the time, replaced while they are listed, on a file system whose clock goes in ticks.</summary>
public sealed class SteadyListingTests : IDisposable
{
    private const int Files = 3000;

    private readonly ScratchDirectory _scratch = ScratchDirectory.InMemory();

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public async Task A_listing_that_stood_still_has_all_names_although_files_are_replaced_now_and_then()
    {
        using var root = RootDirectory.OpenAt(_scratch.Directory("root"));
        for (var i = 0; i < Files; i++)
            root.Top.CreateNew(Name(i), 0x180).Dispose();
        using var stop = new CancellationTokenSource();
        var saving = Task.Run(() => Save(root.Top, stop.Token));
        var missed = new List<string>();
        for (var i = 0; i < 300; i++)
        {
            // As long as the one who saves does not rest, no listing stands still.
            var listing = new SteadyListing(new ScanRun(new ScanRequest(root, FilterOptions.Default, null, (_, _) => throw new InvalidOperationException()), 0));
            listing.Read(root.Top, root.Top.Stat(), null);
            missed.AddRange(Enumerable.Range(0, Files).Select(Name).Where(name => listing.Names.IndexOf(System.Text.Encoding.UTF8.GetBytes(name)) < 0));
        }
        await stop.CancelAsync();
        await saving;
        Assert.Empty(missed);
    }

    private static string Name(int number) => $"f{number:d4}";

    private void Save(IDirectoryHandle root, CancellationToken stop)
    {
        using var aside = RootDirectory.OpenAt(_scratch.Directory("aside"));
        for (var i = 0; !stop.IsCancellationRequested; i = (i + 7919) % Files)
        {
            aside.Top.CreateNew("new", 0x180).Dispose();
            aside.Top.RenameReplacing("new", root, Name(i));
            // In bursts, as a build writes.
            if (i % 16 == 0)
                stop.WaitHandle.WaitOne(8);
        }
    }
}
