using OmnyDrive.Engine.Files;
using OmnyDrive.Engine.Scanning;
using OmnyDrive.Snapshots;
using OmnyDrive.Testing;

namespace OmnyDrive.Engine.Tests.Scanning;

/// <summary>Files that are there at every instant, replaced as editors replace them while the directory is listed.</summary>
public sealed class ListingRaceTests : IDisposable
{
    private const int Files = 3000;

    // On tmpfs a replaced name moves to where a listing that has begun does not reach; POSIX permits it. Nor does btrfs promise more.
    private readonly ScratchDirectory _scratch = ScratchDirectory.InMemory();

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public async Task A_file_that_is_replaced_by_a_rename_during_a_scan_is_never_absent()
    {
        var root = _scratch.Directory("root");
        for (var i = 0; i < Files; i++)
            File.WriteAllText(Path.Combine(root, $"f{i:d4}"), "");
        using var stop = new CancellationTokenSource();
        var saving = Task.Run(() => Save(root, stop.Token));
        var missed = new List<string>();
        var scanner = new RootScanner(TimeProvider.System, _scratch.At("index"));
        for (var scan = 0; scan < 50; scan++)
        {
            using var directory = RootDirectory.OpenAt(root);
            var seen = scanner.Scan(directory, CancellationToken.None).Snapshot;
            var tree = seen.Trees.Read(DrivePath.Root, seen.Root);
            missed.AddRange(Enumerable.Range(0, Files).Select(i => $"f{i:d4}").Where(name => tree.Find(name) is null).Select(name => $"{name} in scan {scan}"));
        }
        await stop.CancelAsync();
        await saving;
        Assert.Empty(missed);
    }

    private void Save(string root, CancellationToken stop)
    {
        var aside = _scratch.At("new");
        for (var i = 0; !stop.IsCancellationRequested; i = (i + 7919) % Files)
        {
            File.WriteAllText(aside, "");
            File.Move(aside, Path.Combine(root, $"f{i:d4}"), overwrite: true);
        }
    }
}
