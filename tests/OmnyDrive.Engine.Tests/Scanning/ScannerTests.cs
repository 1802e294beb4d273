using System.Text;
using CsCheck;
using OmnyDrive.Drives;
using OmnyDrive.Engine.Files;
using OmnyDrive.Engine.Roots;
using OmnyDrive.Errors;
using OmnyDrive.Snapshots;
using OmnyDrive.Testing;
using OmnyDrive.Testing.Trees;

namespace OmnyDrive.Engine.Tests.Scanning;

public sealed class ScannerTests : IDisposable
{
    private static readonly string[] Names = ["a", "b.txt", "深い", "å̈", " lead", "trail ", "-rf", "new\nline", "back\\slash", "\U0001F600", ".git", ".omnydrive", "con", "%2e%2e"];

    private readonly ScannedRoot _root = new();

    public void Dispose() => _root.Dispose();

    [Fact]
    public void A_scan_sees_what_a_naive_one_sees() =>
        Gen.Select(Gen.Int[0, Names.Length - 1].Array[1, 5], Gen.Int[0, 5], Gen.Int[0, 3000]).Array[0, 25].Sample(paths =>
        {
            using var root = new ScannedRoot();
            foreach (var (names, kind, size) in paths)
                Make(root.At(string.Join('/', names.Select(i => Names[i]))), kind, size);
            var scan = root.Scan();
            Assert.Equal(NaiveScanner.Scan(root.Path).Root, scan.Snapshot.Root);
            Assert.Equal(scan.Snapshot.Root, root.Scan().Snapshot.Root);
            Assert.Equal(FlatTree.Of(scan.Snapshot).Values.Count(entry => entry.IsFile), scan.Files);
        }, iter: Iterations.Of(60), threads: 1);

    [Fact]
    public void Files_at_the_border_of_chunking_have_the_hash_of_their_content()
    {
        foreach (var size in new[] { 0, (1 << 20) - 1, 1 << 20, (1 << 20) + 1, 5_000_000 })
            File.WriteAllBytes(_root.At($"f{size}"), Enumerable.Range(0, size).Select(i => (byte)(i * i >> 7)).ToArray());
        Assert.Equal(NaiveScanner.Scan(_root.Path).Root, _root.Scan().Snapshot.Root);
    }

    [Fact]
    public void A_file_carries_its_modification_time()
    {
        _root.Write("old", "x");
        File.SetLastWriteTimeUtc(_root.At("old"), DateTime.UnixEpoch.AddTicks(-1));
        _root.Write("new", "x");
        File.SetLastWriteTimeUtc(_root.At("new"), DateTime.UnixEpoch.AddTicks(15_123_456_789_012_345));
        var scan = _root.Scan();
        Assert.Equal((-100, 1_512_345_678_901_234_500), (Find(scan, "old")!.ModifiedNanoseconds, Find(scan, "new")!.ModifiedNanoseconds));
    }

    [Fact]
    public void What_cannot_be_read_is_unknown_and_never_absent()
    {
        OddFiles.Fifo(_root.At("fifo"));
        OddFiles.Socket(_root.At("socket"));
        OddFiles.LinkTo([(byte)'x', 0xFF], _root.At("link"));
        _root.Write("plain", "x");

        var scan = _root.Scan();

        foreach (var path in new[] { "fifo", "socket", "link" })
        {
            Assert.Equal(EntryKind.Unknown, Find(scan, path)?.Kind);
            Assert.Single(scan.Problems, problem => problem.Path == path);
        }
        Assert.Equal(3, scan.Problems.Count);
        Assert.True(Find(scan, "plain")!.IsFile);
    }

    [Fact]
    public void Names_that_no_tree_can_hold_are_problems_and_their_neighbours_are_seen()
    {
        _root.Write("dir/plain", "x");
        OddFiles.FileNamed(_root.At("dir"), [0xFF, (byte)'n', 0xFE]);
        _root.Write("dir/back\\slash", "x");
        _root.Write("dir/bell\u0007", "x");
        var scan = _root.Scan();
        Assert.Equal(["dir directory", $"dir/plain {Find(scan, "dir/plain")}"], ScannedRoot.Print(scan));
        Assert.Equal(3, scan.Problems.Count);
        Assert.Contains(scan.Problems, problem => problem.Path == @"dir/\xffn\xfe");
    }

    [Fact]
    public void A_directory_that_is_too_deep_is_unknown_and_what_lies_above_is_seen()
    {
        var path = string.Join('/', Enumerable.Repeat("d", DrivePath.MaxDepth - 1));
        _root.Write($"{path}/file", "deepest");
        _root.Write($"{path}/d/file", "too deep");
        var scan = _root.Scan();
        Assert.True(Find(scan, $"{path}/file")!.IsFile);
        Assert.Equal(EntryKind.Unknown, Find(scan, $"{path}/d")!.Kind);
        Assert.Single(scan.Problems);
    }

    [Fact]
    public void A_directory_link_is_a_link_and_a_loop_ends_nowhere()
    {
        Directory.CreateSymbolicLink(_root.At("loop"), ".");
        Directory.CreateSymbolicLink(_root.At("up"), "..");
        File.CreateSymbolicLink(_root.At("dangling"), new string('x', 4000));
        Assert.Equal(NaiveScanner.Scan(_root.Path).Root, _root.Scan().Snapshot.Root);
    }

    [Fact]
    public void Private_names_are_left_out_without_a_word_and_a_directory_of_nothing_else_is_no_entry()
    {
        _root.Write(".git/config", "x");
        _root.Write(".omnydrive/marker.json", "x");
        _root.Write("repo/.GIT/config", "x");
        _root.Write("repo/.git./x", "x");
        _root.Write("outer/inner/git~1/x", "x");
        _root.Write("kept/.git/x", "x");
        _root.Write("kept/.gitignore", "x");
        Directory.CreateDirectory(_root.At("empty"));
        var scan = _root.Scan();
        Assert.Equal(["empty", "kept", "kept/.gitignore"], ScannedRoot.Print(scan).Select(line => line.Split(' ')[0]));
        Assert.Empty(scan.Problems);
    }

    [Fact]
    public void Another_file_system_mounted_inside_is_unknown_and_not_entered()
    {
        // Every Linux has one of these mounted.
        var mounted = File.ReadLines("/proc/self/mountinfo").Select(line => line.Split(' ')[4]).First(path => path is "/dev/pts" or "/dev/shm" or "/dev/mqueue");
        using var root = RootDirectory.OpenAt("/dev");
        var scan = new Engine.Scanning.RootScanner(TimeProvider.System, null).Scan(root, CancellationToken.None);
        var name = Path.GetFileName(mounted);
        Assert.Equal(EntryKind.Unknown, Find(scan, name)!.Kind);
        Assert.Equal("another file system is mounted there", scan.Problems.Single(problem => problem.Path == name).Reason);
    }

    [Fact]
    public void A_root_of_private_names_alone_is_an_empty_tree()
    {
        _root.Write(".git/config", "x");
        Assert.Equal(Tree.Empty.Hash, _root.Scan().Snapshot.Root);
    }

    [Fact]
    public void A_root_that_is_gone_or_bears_another_marker_is_missing()
    {
        var drive = DriveId.Parse("alpha/docs");
        var identity = new RootIdentity("epoch", 0, 0);
        Missing(() => RootDirectory.OpenAt(_root.At("gone")));
        Missing(() => RootGuard.OpenDrive(_root.Path, drive, identity));
        Mark(new DriveMark("alpha/other", "epoch"));
        Missing(() => RootGuard.OpenDrive(_root.Path, drive, identity));
        Mark(new DriveMark("alpha/docs", "other epoch"));
        Missing(() => RootGuard.OpenDrive(_root.Path, drive, identity));
        File.WriteAllText(_root.At(".omnydrive/marker.json"), "{");
        Missing(() => RootGuard.OpenDrive(_root.Path, drive, identity));
        Mark(new DriveMark("alpha/docs", "epoch"));
        RootGuard.OpenDrive(_root.Path, drive, identity).Dispose();
        Missing(() => RootGuard.OpenMount(_root.Path, MountId.FromRandom([1, 2, 3, 4, 5, 6])));
    }

    [Fact]
    public void A_root_removed_under_the_scan_is_an_error_and_no_empty_tree()
    {
        using var root = RootDirectory.OpenAt(_root.Path);
        Directory.Delete(_root.Path);
        Assert.ThrowsAny<DriveException>(() => new Engine.Scanning.RootScanner(TimeProvider.System, null).Scan(root, CancellationToken.None));
    }

    [Fact]
    public void A_cancelled_scan_says_that_it_was_cancelled()
    {
        _root.Write("a", "x");
        using var root = RootDirectory.OpenAt(_root.Path);
        Assert.ThrowsAny<OperationCanceledException>(() => new Engine.Scanning.RootScanner(TimeProvider.System, null).Scan(root, new CancellationToken(true)));
    }

    private static void Missing(Func<IDisposable> open) => Assert.Equal(ErrorCode.RootMissing, Assert.Throws<DriveException>(open).Code);

    private void Mark(DriveMark mark)
    {
        using var root = RootDirectory.OpenAt(_root.Path);
        MarkerFile.Write(root, Marker.Empty with { Drive = mark });
    }

    private static Entry? Find(Engine.Scanning.ScanResult scan, string path) => scan.Snapshot.Find(DrivePath.Parse(path));

    // Makes something where nothing is in the way; a path is not always free.
    private static void Make(string path, int kind, int size)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            if (Path.Exists(path) || new FileInfo(path).LinkTarget is not null)
                return;
            switch (kind)
            {
                case 0: Directory.CreateDirectory(path); break;
                case 1: File.CreateSymbolicLink(path, $"../{size}"); break;
                default:
                    File.WriteAllBytes(path, Encoding.ASCII.GetBytes(new string('x', size)));
                    File.SetUnixFileMode(path, kind == 2 ? (UnixFileMode)0b111_000_000 : (UnixFileMode)0b110_100_001);
                    break;
            }
        }
        catch (IOException)
        {
            // A file or a link lies on the way.
        }
    }
}
