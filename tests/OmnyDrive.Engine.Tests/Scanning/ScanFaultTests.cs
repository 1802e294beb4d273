using OmnyDrive.Engine.Files;
using OmnyDrive.Engine.Scanning;
using OmnyDrive.Engine.Tests.Files;
using OmnyDrive.Errors;
using OmnyDrive.Snapshots;
using OmnyDrive.Testing;
using OmnyDrive.Testing.Trees;

namespace OmnyDrive.Engine.Tests.Scanning;

/// <summary>Whatever call to the file system fails during a scan, nothing that is there is taken for absent.</summary>
public sealed class ScanFaultTests : IDisposable
{
    private readonly ScannedRoot _root = new();

    public ScanFaultTests()
    {
        _root.Write("plain", "plain");
        _root.Write("dir/file", "file");
        _root.Write("dir/sub/one", "one");
        _root.Write("dir/sub/two", "two");
        _root.Write("dir/sub/deep/er", "er");
        _root.Write("repository/.git/config", "private");
        _root.Write("mixed/.git/config", "private");
        _root.Write("mixed/file", "mixed");
        _root.Write("dir/back\\slash", "refused");
        Directory.CreateDirectory(_root.At("empty/inner"));
        File.CreateSymbolicLink(_root.At("dir/link"), "file");
        OddFiles.Fifo(_root.At("dir/fifo"));
        File.SetUnixFileMode(_root.At("plain"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
    }

    public void Dispose() => _root.Dispose();

    [Theory]
    [InlineData(FileError.Io, false)]
    [InlineData(FileError.Io, true)]
    [InlineData(FileError.Permission, false)]
    [InlineData(FileError.Permission, true)]
    [InlineData(FileError.NotFound, false)]
    [InlineData(FileError.NotFound, true)]
    [InlineData(FileError.Loop, false)]
    [InlineData(FileError.Loop, true)]
    [InlineData(FileError.NoSpace, false)]
    [InlineData(FileError.NoSpace, true)]
    public async Task An_error_at_any_call_of_a_scan_never_becomes_a_deletion(object error, bool isWarm)
    {
        await ScannedRoot.SettleAsync();
        var full = _root.Scan();
        for (var n = 1; FailsAt(FaultPlan.At(n, (FileError)error), full, isWarm); n++)
            _ = FailsAt(FaultPlan.From(n, (FileError)error), full, isWarm);
    }

    // Whether the plan came to a fault at all.
    private bool FailsAt(FaultPlan plan, ScanResult full, bool isWarm)
    {
        var scanner = new RootScanner(TimeProvider.System, isWarm ? _root.Cache : null);
        try
        {
            using var root = FaultyRoot.OpenAt(_root.Path, plan);
            Require(full, scanner.Scan(root, CancellationToken.None), plan);
        }
        catch (DriveException)
        {
            // A scan that ends so concludes nothing.
        }
        // What the fault hid is seen again when it is over, with what the scanner remembers of the broken scan.
        Assert.Equal(full.Snapshot.Root, _root.Scan(scanner).Snapshot.Root);
        return plan.Failed.Count > 0;
    }

    private static void Require(ScanResult full, ScanResult seen, FaultPlan plan)
    {
        var failed = string.Join(", ", plan.Failed);
        Assert.True(!TreeDiff.Compare(full.Snapshot, seen.Snapshot).Any(), $"{failed}: {string.Join(", ", TreeDiff.Compare(full.Snapshot, seen.Snapshot))}");
        var tree = FlatTree.Of(seen.Snapshot);
        foreach (var path in FlatTree.Of(full.Snapshot).Keys)
            Assert.True(tree.ContainsKey(path) || tree.Any(at => at.Value.Kind == EntryKind.Unknown && path.IsAtOrBelow(at.Key)), $"{failed}: {path} is not there");
        foreach (var (path, _) in tree.Where(at => at.Value.Kind == EntryKind.Unknown))
            Assert.True(seen.Problems.Any(problem => problem.Path == path.ToString()), $"{failed}: {path} is unknown and no problem");
    }
}
