using OmnyDrive.Engine.Files;
using OmnyDrive.Engine.Scanning;
using OmnyDrive.Engine.Tests.Files;
using OmnyDrive.Filtering;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.Tests.Scanning;

/// <summary>What a scan concludes where rules and a file system that fails, or moves, meet.</summary>
public sealed class FilteredScanTests : IDisposable
{
    private readonly ScannedRoot _root = new();

    public void Dispose() => _root.Dispose();

    [Fact]
    public void A_directory_that_cannot_be_looked_at_is_not_absent_where_patterns_spare_directories_alone()
    {
        _root.Write(".omnyignore", "*\n!*/\n!*.c\n");
        _root.Write("src/main.c", "main");
        var seen = ScanWith(Failing("src", FileError.Io));
        Assert.Equal(EntryKind.Unknown, seen.Snapshot.Find(DrivePath.Parse("src"))?.Kind);
    }

    [Fact]
    public void A_directory_that_cannot_be_looked_at_is_not_absent_where_a_whitelist_leads_into_it()
    {
        _root.Write("src/main.c", "main");
        var seen = ScanWith(Failing("src", FileError.Permission), new FilterOptions(["*.c"], [], ".omnyignore", false));
        Assert.Equal(EntryKind.Unknown, seen.Snapshot.Find(DrivePath.Parse("src"))?.Kind);
    }

    [Fact]
    public async Task A_directory_that_could_not_be_looked_at_once_is_seen_by_the_next_scan()
    {
        _root.Write(".omnyignore", "*\n!*/\n!*.c\n");
        _root.Write("src/main.c", "main");
        await ScannedRoot.SettleAsync();
        _ = ScanWith(Failing("src", FileError.Io));
        Assert.NotNull(_root.Scan().Snapshot.Find(DrivePath.Parse("src/main.c")));
    }

    [Fact]
    public void A_file_that_is_left_out_and_vanishes_is_not_made_unknown()
    {
        _root.Write(".omnyignore", "*.tmp\n");
        _root.Write("secret.tmp", "x");
        var seen = ScanWith(Failing("secret.tmp", FileError.NotFound));
        Assert.Null(seen.Snapshot.Find(DrivePath.Parse("secret.tmp")));
        Assert.Empty(seen.Problems);
    }

    [Fact]
    public void An_ignore_file_that_is_being_rewritten_serves_nothing_that_it_leaves_out_before_and_after()
    {
        const string Rules = "secret\n";
        _root.Write(".omnyignore", Rules);
        _root.Write("secret", "must not leak");
        var isTruncated = false;
        var seen = ScanWith(FaultPlan.Where(
            (call, path) =>
            {
                if (!isTruncated && path.EndsWith("/.omnyignore", StringComparison.Ordinal) && call is FileCall.OpenRead)
                {
                    isTruncated = true;
                    File.WriteAllText(_root.At(".omnyignore"), "");
                }
                else if (call == FileCall.StatName)
                    File.WriteAllText(_root.At(".omnyignore"), Rules);
                return false;
            },
            FileError.Io));
        Assert.Equal(ContentHash.Of("secret\n"u8), seen.Snapshot.Find(DrivePath.Parse(".omnyignore"))?.ContentHash);
        Assert.Null(seen.Snapshot.Find(DrivePath.Parse("secret")));
    }

    [Fact]
    public void A_name_that_a_listing_missed_and_that_is_there_is_not_absent()
    {
        _root.Write("other", "x");
        _root.Write("file", "x");
        Assert.NotNull(_root.Scan().Snapshot.Find(DrivePath.Parse("file")));
        _root.Write("touched", "so that the directory is listed");
        var looks = 0;
        var seen = ScanWith(FaultPlan.Where(
            (call, _) =>
            {
                if (call == FileCall.StatDirectory && looks++ == 0)
                    File.Move(_root.At("file"), _root.Scratch.At("aside"));
                else if (call == FileCall.List && File.Exists(_root.Scratch.At("aside")))
                    File.Move(_root.Scratch.At("aside"), _root.At("file"));
                return false;
            },
            FileError.Io));
        Assert.NotNull(seen.Snapshot.Find(DrivePath.Parse("file")));
    }

    [Fact]
    public void A_directory_whose_ignore_file_is_hostile_is_unknown_and_its_neighbours_are_seen()
    {
        _root.Write("dir/.omnyignore", string.Concat(Enumerable.Repeat("?\n", IgnoreFile.MaxPatterns + 1)));
        _root.Write("dir/secret", "x");
        _root.Write("other", "x");
        var seen = _root.Scan();
        Assert.Equal((EntryKind.Unknown, EntryKind.File), (seen.Snapshot.Find(DrivePath.Parse("dir"))!.Kind, seen.Snapshot.Find(DrivePath.Parse("other"))!.Kind));
        Assert.Equal(["dir"], seen.Problems.Select(problem => problem.Path));
    }

    private FaultPlan Failing(string name, FileError error) =>
        FaultPlan.Where((call, path) => call == FileCall.StatName && path == _root.At(name), error);

    private ScanResult ScanWith(FaultPlan plan, FilterOptions? options = null)
    {
        using var root = FaultyRoot.OpenAt(_root.Path, plan);
        return new RootScanner(TimeProvider.System, _root.Cache, options).Scan(root, CancellationToken.None);
    }
}
