using System.Buffers.Binary;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Text;
using OmnyDrive.Engine.Files;
using OmnyDrive.Engine.Scanning;
using OmnyDrive.Engine.Scanning.Index;
using OmnyDrive.Engine.State;
using OmnyDrive.Filtering;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.Tests.Scanning;

/// <summary>The index saves reading files again and never decides what they hold.</summary>
public sealed class ScanIndexTests : IDisposable
{
    private readonly ScannedRoot _root = new();

    public void Dispose() => _root.Dispose();

    [Fact]
    public async Task A_settled_file_is_known_to_the_next_process()
    {
        await SampleAsync();
        using var root = RootDirectory.OpenAt(_root.Path);
        var index = new ScanIndexFile(_root.Cache).Load(root.Top.Stat());
        Assert.True(index!.IsIntact);
        Assert.Equal(12, index.Totals.Files);
        for (var i = 0; i < 12; i++)
            Assert.True(index.TryGet(DrivePath.Parse($"dir{i % 3}/file{i}"), out var file) && file.IsSettled && file.Content == ContentHash.Of(Encoding.ASCII.GetBytes($"content {i}")));
    }

    [Fact]
    public async Task An_index_with_a_wrong_byte_or_cut_short_costs_time_and_nothing_else()
    {
        var expected = await SampleAsync();
        var whole = await File.ReadAllBytesAsync(_root.Cache);
        for (var at = 0; at < whole.Length; at += 37)
        {
            var damaged = whole.ToArray();
            damaged[at] ^= 0x40;
            AssertScansWith(damaged, expected);
            AssertScansWith(whole[..at], expected);
        }
        AssertScansWith([], expected);
        AssertScansWith([.. whole, 0], expected);
        AssertScansWith(new byte[1000], expected);
        File.Delete(_root.Cache);
        Directory.CreateDirectory(_root.Cache);
        Assert.Equal(expected, _root.Scan().Snapshot.Root);
    }

    [Fact]
    public async Task An_index_of_another_root_or_version_is_not_trusted()
    {
        var expected = await SampleAsync();
        var whole = await File.ReadAllBytesAsync(_root.Cache);
        // The index says of the root what is not so, under a checksum that is right: believed where everything else fits.
        whole[IndexHeader.Bytes + (int)Marshal.OffsetOf<DirectoryRecord>(nameof(DirectoryRecord.Hash))] ^= 1;
        Assert.NotEqual(expected, ScanWith(Sealed(whole)));
        foreach (var field in new[] { nameof(IndexHeader.Version), nameof(IndexHeader.RootDevice), nameof(IndexHeader.RootInode), nameof(IndexHeader.Magic) })
        {
            foreach (var change in new[] { 1, -1 })
            {
                var foreign = whole.ToArray();
                var at = foreign.AsSpan((int)Marshal.OffsetOf<IndexHeader>(field));
                BinaryPrimitives.WriteUInt32LittleEndian(at, (uint)(BinaryPrimitives.ReadUInt32LittleEndian(at) + change));
                Assert.Equal(expected, ScanWith(Sealed(foreign)));
            }
        }
    }

    [Fact]
    public async Task The_index_of_another_root_in_the_place_of_this_ones_costs_time_and_nothing_else()
    {
        var expected = await SampleAsync();
        using var other = new ScannedRoot();
        other.Write("dir1/file1", "of another root");
        other.Scan();
        File.Copy(other.Cache, _root.Cache, overwrite: true);
        Assert.Equal(expected, _root.Scan().Snapshot.Root);
    }

    [Fact]
    public async Task An_index_that_leads_in_circles_or_outside_under_a_right_checksum_is_no_reason_to_fail()
    {
        await SampleAsync();
        var whole = await File.ReadAllBytesAsync(_root.Cache);
        var end = whole.Length - IndexChecksum.Bytes;
        for (var at = IndexHeader.Bytes; at < end; at += 4)
        {
            foreach (var value in new[] { 0, int.MaxValue, -1 })
            {
                var wrong = whole.ToArray();
                BinaryPrimitives.WriteInt32LittleEndian(wrong.AsSpan(at), value);
                ScanWith(Sealed(wrong));
            }
        }
    }

    [Fact]
    public async Task An_index_that_cannot_be_written_is_not_worth_failing_for()
    {
        var expected = await SampleAsync();
        var inTheWay = _root.Scratch.At("file");
        await File.WriteAllTextAsync(inTheWay, "no directory");
        Assert.Equal(expected, _root.Scan(new RootScanner(TimeProvider.System, Path.Combine(inTheWay, "below", "index"))).Snapshot.Root);
    }

    [Fact]
    public async Task A_file_replaced_by_one_of_its_size_and_time_is_seen()
    {
        var before = await SampleAsync();
        var path = _root.At("dir1/file1");
        var time = File.GetLastWriteTimeUtc(path);
        await File.WriteAllTextAsync(_root.At("dir1/other"), "CONTENT 1");
        File.SetLastWriteTimeUtc(_root.At("dir1/other"), time);
        File.Move(_root.At("dir1/other"), path, overwrite: true);
        AssertSeen(before, "dir1/file1", "CONTENT 1");
    }

    [Fact]
    public async Task A_file_rewritten_in_place_with_its_size_and_time_is_seen()
    {
        var before = await SampleAsync();
        Rewrite("dir1/file1", "CONTENT 1");
        AssertSeen(before, "dir1/file1", "CONTENT 1");
    }

    [Fact]
    public void A_file_rewritten_right_after_a_scan_with_its_size_and_time_is_seen()
    {
        var inMemory = new RootScanner(TimeProvider.System, _root.Cache);
        _root.Write("racy", "0000");
        for (var i = 1; i < 300; i++)
        {
            _root.Scan(inMemory);
            Rewrite("racy", $"{i:0000}");
            var scan = i % 2 == 0 ? _root.Scan(inMemory) : _root.Scan();
            Assert.Equal(ContentHash.Of(Encoding.ASCII.GetBytes($"{i:0000}")), scan.Snapshot.Find(DrivePath.Parse("racy"))!.ContentHash);
        }
    }

    [Fact]
    public async Task A_file_that_had_not_settled_when_it_was_looked_at_is_not_vouched_for()
    {
        await SampleAsync();
        // As if the scan had begun an hour ago: every file has changed since.
        var index = _root.Scan(new RootScanner(new AnHourAgo(), cacheFile: null)).Index;
        Assert.True(index.TryGet(DrivePath.Parse("dir1/file1"), out var file));
        Assert.False(file.IsSettled);
    }

    private sealed class AnHourAgo : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UtcNow.AddHours(-1);
    }

    [Fact]
    public async Task A_mode_changed_alone_is_seen()
    {
        var before = await SampleAsync();
        File.SetUnixFileMode(_root.At("dir1/file1"), (UnixFileMode)0b111_101_101);
        var scan = _root.Scan();
        Assert.NotEqual(before, scan.Snapshot.Root);
        Assert.True(scan.Snapshot.Find(DrivePath.Parse("dir1/file1"))!.IsExecutable);
    }

    [Fact]
    public async Task A_file_that_becomes_an_ignore_file_is_seen_though_it_had_been_left_out()
    {
        _root.Write(".omnyignore", "rules\n");
        _root.Write("rules", "a\n");
        _root.Write("a", "x");
        await ScannedRoot.SettleAsync();
        Assert.Equal([".omnyignore", "a"], NamesWith(".omnyignore"));
        Assert.Equal([".omnyignore", "rules"], NamesWith("rules"));
        Assert.Equal([".omnyignore", "a"], NamesWith(".omnyignore"));
    }

    [Fact]
    public async Task A_scan_keeps_the_chunks_of_large_files_with_the_state()
    {
        using var store = EndpointStore.Open(_root.Scratch.At("state"));
        var content = new byte[6 << 20];
        new Random(7).NextBytes(content);
        await File.WriteAllBytesAsync(_root.At("large"), content);
        var scanner = new RootScanner(TimeProvider.System, _root.Cache, null, () => store.LargeFiles);
        _root.Scan(scanner);
        var lists = Path.Combine(_root.Scratch.At("state"), "cache", "chunks");
        var before = Directory.GetFiles(lists, "*", SearchOption.AllDirectories);
        Assert.Single(before);
        content[3_000_000] ^= 1;
        await File.WriteAllBytesAsync(_root.At("large"), content);
        Assert.Equal(ContentHash.Of(content), _root.Scan(scanner).Snapshot.Find(DrivePath.Parse("large"))!.ContentHash);
        Assert.NotEqual(before, Directory.GetFiles(lists, "*", SearchOption.AllDirectories));
    }

    private List<string> NamesWith(string ignoreFile)
    {
        var scan = _root.Scan(new RootScanner(TimeProvider.System, _root.Cache, FilterOptions.Default with { IgnoreFile = ignoreFile }));
        return scan.Snapshot.Trees.Read(DrivePath.Root, scan.Snapshot.Root).Entries.Select(entry => entry.Name).ToList();
    }

    [Fact]
    public async Task A_root_that_was_copied_is_scanned_for_itself()
    {
        var before = await SampleAsync();
        Directory.Move(_root.Path, _root.Scratch.At("moved"));
        _root.Write("dir1/file1", "something else");
        Assert.NotEqual(before, _root.Scan().Snapshot.Root);
        Assert.Equal(NaiveScanner.Scan(_root.Path).Root, _root.Scan().Snapshot.Root);
    }

    private void AssertSeen(Hash256 before, string path, string content)
    {
        var scan = _root.Scan();
        Assert.NotEqual(before, scan.Snapshot.Root);
        Assert.Equal(ContentHash.Of(Encoding.ASCII.GetBytes(content)), scan.Snapshot.Find(DrivePath.Parse(path))!.ContentHash);
    }

    // Nor is anything taken from it into the index that is saved in its place.
    private void AssertScansWith(byte[] index, Hash256 expected)
    {
        Assert.Equal(expected, ScanWith(index));
        Assert.Equal(expected, _root.Scan().Snapshot.Root);
    }

    private Hash256 ScanWith(byte[] index)
    {
        File.WriteAllBytes(_root.Cache, index);
        return _root.Scan().Snapshot.Root;
    }

    private static byte[] Sealed(byte[] index) => [.. index[..^IndexChecksum.Bytes], .. XxHash128.Hash(index.AsSpan(0, index.Length - IndexChecksum.Bytes))];

    private void Rewrite(string path, string content)
    {
        var time = File.GetLastWriteTimeUtc(_root.At(path));
        File.WriteAllText(_root.At(path), content);
        File.SetLastWriteTimeUtc(_root.At(path), time);
    }

    /// <summary>Files that have settled and are in the index on disk.</summary>
    private async Task<Hash256> SampleAsync()
    {
        for (var i = 0; i < 12; i++)
            _root.Write($"dir{i % 3}/file{i}", $"content {i}");
        await ScannedRoot.SettleAsync();
        return _root.Scan().Snapshot.Root;
    }
}
