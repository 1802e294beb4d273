using CsCheck;
using OmnyDrive.Engine.Files;
using OmnyDrive.Engine.Files.Portable;
using OmnyDrive.Engine.Scanning;
using OmnyDrive.Snapshots;
using OmnyDrive.Testing;
using OmnyDrive.Testing.Trees;

namespace OmnyDrive.Engine.Tests.Scanning;

/// <summary>A scan over the file layer of other systems sees what one over Linux's does.</summary>
public sealed class PortableScanTests : IDisposable
{
    private static readonly string[] Names = ["a", "b.txt", "深い", " lead", "trail ", "\U0001F600", ".git"];

    private readonly ScannedRoot _root = new();

    public void Dispose() => _root.Dispose();

    [Fact]
    public void A_scan_sees_what_a_naive_one_sees() =>
        Gen.Select(Gen.Int[0, Names.Length - 1].Array[1, 4], Gen.Int[0, 4], Gen.Int[0, 3000]).Array[0, 20].Sample(paths =>
        {
            using var root = new ScannedRoot();
            foreach (var (names, kind, size) in paths)
                Make(root.At(string.Join('/', names.Select(i => Names[i]))), kind, size);
            Assert.Equal(NaiveScanner.Scan(root.Path).Root, Scan(root).Snapshot.Root);
        }, iter: Iterations.Of(30), threads: 1);

    [Fact]
    public void Odd_things_are_unknown_or_left_out_as_on_linux()
    {
        _root.Write("dir/plain", "plain");
        OddFiles.FileNamed(_root.At("dir"), [0xFF, (byte)'n', 0xFE]);
        OddFiles.Fifo(_root.At("dir/fifo"));
        OddFiles.Socket(_root.At("dir/socket"));
        OddFiles.LinkTo([(byte)'x', 0xFF], _root.At("dir/link"));
        File.CreateSymbolicLink(_root.At("dangling"), "absent");
        _root.Write("dir/bell\u0007", "refused");
        ScanResult portable = Scan(_root), linux = _root.Scan();
        Assert.Equal(ScannedRoot.Print(linux), ScannedRoot.Print(portable));
        Assert.Equal(linux.Problems.Count, portable.Problems.Count);
    }

    [Fact]
    public async Task A_second_scan_reads_what_was_edited_and_sees_the_rest_as_before()
    {
        _root.Write("a/edited", "before");
        _root.Write("b/same", "same");
        await ScannedRoot.SettleAsync();
        var scanner = new RootScanner(TimeProvider.System, cacheFile: null);
        var first = Scan(_root, scanner);
        _root.Write("a/edited", "after!");
        var change = Assert.Single(TreeDiff.Compare(first.Snapshot, Scan(_root, scanner).Snapshot), change => change.To is { IsFile: true });
        Assert.Equal("a/edited", change.Path.ToString());
    }

    private static ScanResult Scan(ScannedRoot scanned, RootScanner? scanner = null)
    {
        using var root = RootDirectory.Over(PortableDirectory.OpenRoot(scanned.Path));
        return (scanner ?? new RootScanner(TimeProvider.System, cacheFile: null)).Scan(root, CancellationToken.None);
    }

    private static void Make(string path, int kind, int size)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            if (Path.Exists(path) || new FileInfo(path).LinkTarget is not null)
                return;
            if (kind == 0)
                Directory.CreateDirectory(path);
            else if (kind == 1)
                File.CreateSymbolicLink(path, $"../{size}");
            else
                File.WriteAllText(path, new string('x', kind == 2 ? 0 : size));
            if (kind == 4)
                File.SetUnixFileMode(path, (UnixFileMode)0b111_000_000);
        }
        catch (IOException)
        {
            // A file or a link lies on the way.
        }
    }
}
