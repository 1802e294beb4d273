using OmnyDrive.Engine.Applying;
using OmnyDrive.Engine.Files;
using OmnyDrive.Origins;
using OmnyDrive.Snapshots;
using OmnyDrive.Testing;
using OmnyDrive.Testing.Trees;

namespace OmnyDrive.Engine.Tests.Applying;

/// <summary>What transfers that were cut leave in a root, and what the next makes of it.</summary>
public sealed class StagingLeftoversTests : IDisposable
{
    private static readonly byte[] Bytes = "left behind"u8.ToArray();
    private static readonly ContentHash Hash = ContentHash.Of(Bytes);
    private static readonly ContentNeed Need = new(Hash, Bytes.Length);

    private readonly ScratchDirectory _scratch = new();
    private readonly ShiftedTime _time = new();
    private readonly RootDirectory _root;

    public StagingLeftoversTests() => _root = RootDirectory.OpenAt(_scratch.Path);

    public void Dispose()
    {
        _root.Dispose();
        _scratch.Dispose();
    }

    [Fact]
    public void A_content_that_was_left_is_taken_over_when_it_is_what_its_name_says()
    {
        File.WriteAllBytes(Left("dead", Hash), Bytes);
        using var area = Create();
        Assert.True(area.TryTakeLeftover(Need, new byte[100]));
        Assert.True(area.Has(Hash));
        Assert.Equal(Bytes, File.ReadAllBytes(In(area, Hash)));
    }

    [Theory]
    [InlineData("left behinD")]
    [InlineData("left behind!")]
    [InlineData("left behin")]
    [InlineData("")]
    public void A_content_that_was_left_and_is_not_what_its_name_says_is_removed_and_can_be_staged_anew(string left)
    {
        File.WriteAllText(Left("dead", Hash), left);
        using var area = Create();
        Assert.False(area.TryTakeLeftover(Need, new byte[100]));
        Assert.False(area.Has(Hash) || File.Exists(In(area, Hash)));
        area.Write(Hash, Bytes);
        Assert.Equal(Bytes, File.ReadAllBytes(In(area, Hash)));
    }

    public static MatrixTheoryData<Odd, string> Odds => new(Enum.GetValues<Odd>(), ["", ".part"]);

    public enum Odd
    {
        Link,
        LinkToNothing,
        Fifo,
        Directory,
        DirectoryThatIsFull,
        NameThatIsNoText,
    }

    [Theory]
    [MemberData(nameof(Odds))]
    public void What_is_no_file_in_the_place_of_a_leftover_is_not_taken_over_and_stops_nobody(Odd odd, string suffix)
    {
        var place = Left("dead", Hash) + suffix;
        var outside = _scratch.At("outside");
        File.WriteAllBytes(outside, Bytes);
        Make(odd, place, outside);

        using (var area = Create())
        {
            Assert.False(area.TryTakeLeftover(Need, new byte[100]));
            Assert.Empty(Directory.GetFileSystemEntries(area.Directory.Path));
            area.Write(Hash, Bytes);
        }
        using var next = Create();

        Assert.True(next.TryTakeLeftover(Need, new byte[100]));
        Assert.Equal(Bytes, File.ReadAllBytes(outside));
    }

    [Fact]
    public void What_we_never_make_below_staging_is_left_where_it_is()
    {
        var directory = Directory.CreateDirectory(Left("dead", Hash)).FullName;
        File.WriteAllText(Path.Combine(directory, "somebody's"), "somebody's");
        File.WriteAllText(_scratch.At(".omnydrive", "staging", "a file"), "somebody's");
        Create().Dispose();
        StagingLeftovers.Expire(_root, _time);
        Assert.Equal("somebody's", File.ReadAllText(Path.Combine(directory, "somebody's")));
        Assert.Equal("somebody's", File.ReadAllText(_scratch.At(".omnydrive", "staging", "a file")));
    }

    [Theory]
    [InlineData("content")]
    [InlineData("copy.0123456789abcdef0123456789abcdef")]
    [InlineData("0123456789abcdef")]
    [InlineData("0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF")]
    [InlineData("0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef.part.part")]
    public void What_is_not_named_by_a_hash_is_not_taken_over(string name)
    {
        File.WriteAllText(Path.Combine(_scratch.Directory(".omnydrive", "staging", "dead"), name), "half");
        using var area = Create();
        Assert.Empty(Directory.GetFileSystemEntries(area.Directory.Path));
        Assert.Single(Directory.GetDirectories(_scratch.At(".omnydrive", "staging")));
    }

    [Fact]
    public void The_leftovers_of_several_come_together_and_each_content_once()
    {
        var other = ContentHash.Of("other"u8);
        File.WriteAllBytes(Left("dead1", Hash), Bytes);
        File.WriteAllBytes(Left("dead2", Hash), Bytes);
        File.WriteAllText(Left("dead2", other) + ".part", "oth");
        using var area = Create();
        Assert.Equal(new[] { Hash.Value.ToString(), other.Value + ".part" }.Order(), Names(area).Order());
        Assert.Single(Directory.GetDirectories(_scratch.At(".omnydrive", "staging")));
        Assert.True(area.HasLeftover(Hash));
        Assert.False(area.HasLeftover(other));
    }

    [Fact]
    public void Nothing_is_taken_over_from_one_who_lives_and_all_when_it_is_gone()
    {
        using (var living = Create())
        {
            living.Write(Hash, Bytes);
            using var next = Create();
            Assert.Empty(Names(next));
        }
        using var last = Create();
        Assert.True(last.TryTakeLeftover(Need, new byte[100]));
    }

    [Fact]
    public void What_is_done_leaves_nothing_of_what_it_staged_and_all_that_it_had_no_use_for()
    {
        var other = ContentHash.Of("other"u8);
        File.WriteAllText(Left("dead", other), "other");
        using (var area = Create())
        {
            area.Write(Hash, Bytes);
            area.Complete();
        }
        using var next = Create();
        Assert.Equal([other.Value.ToString()], Names(next));
    }

    [Theory]
    [InlineData(3 * 24 * 60 - 1, true)]
    [InlineData(3 * 24 * 60 + 1, false)]
    public void Leftovers_are_kept_for_three_days(int minutes, bool kept)
    {
        File.WriteAllBytes(Left("dead", Hash), Bytes);
        File.WriteAllBytes(Left("dead", Hash) + ".part", Bytes);
        _time.Advance(TimeSpan.FromMinutes(minutes));

        StagingLeftovers.Expire(_root, _time);

        Assert.Equal(kept ? 2 : 0, Leftovers().Length);
        using var area = Create();
        Assert.Equal(kept, area.HasLeftover(Hash));
    }

    [Fact]
    public void A_transfer_does_not_take_over_what_is_too_old()
    {
        File.WriteAllBytes(Left("dead", Hash), Bytes);
        _time.Advance(TimeSpan.FromDays(4));
        using var area = Create();
        Assert.Empty(Names(area));
        Assert.False(area.HasLeftover(Hash));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Of_leftovers_beyond_32_GiB_the_latest_are_kept(bool byTransfer)
    {
        for (var i = 0; i < 5; i++)
        {
            var place = Left(byTransfer ? $"dead{i}" : "dead", ContentHash.Of([(byte)i])) + ".part";
            using (var file = File.Create(place))
                file.SetLength(10L << 30);
            File.SetLastWriteTimeUtc(place, DateTime.UtcNow.AddMinutes(-((i * 2) % 5)));
        }
        if (byTransfer)
            Create().Dispose();
        else
            StagingLeftovers.Expire(_root, _time);
        Assert.Equal(new[] { 0, 3, 1 }.Select(i => ContentHash.Of([(byte)i]).Value + ".part").Order(), Leftovers().Select(Path.GetFileName).Order());
    }

    [Fact]
    public void Transfers_that_begin_at_once_share_no_area_and_each_leftover_goes_to_one_of_them()
    {
        for (var round = 0; round < 20; round++)
        {
            for (var i = 0; i < 20; i++)
                File.WriteAllBytes(Left($"dead{round}-{i % 3}", ContentHash.Of([(byte)i])), [(byte)i]);
            var areas = new StagingArea[6];
            Parallel.For(0, areas.Length, i => areas[i] = Create());
            var names = areas.SelectMany(Names).ToList();
            Assert.Equal(areas.Length, areas.Select(area => area.Directory.Path).Distinct().Count());
            Assert.Equal(20, names.Distinct().Count());
            Assert.Equal(20, names.Count);
            foreach (var area in areas)
                area.Dispose();
            Directory.Delete(_scratch.At(".omnydrive", "staging"), recursive: true);
        }
    }

    [Fact]
    public void What_was_built_of_a_directory_is_taken_over_whatever_its_name_was()
    {
        using (var cut = Create())
        {
            Build(cut, "new/sub/a");
            Assert.Equal(Bytes, File.ReadAllBytes(Path.Combine(cut.Directory.Path, "tree/new/sub/a")));
        }
        using var next = Create();
        Assert.Equal([Hash.Value.ToString()], Names(next));
        Assert.Single(Directory.GetDirectories(_scratch.At(".omnydrive", "staging")));
        Build(next, "elsewhere/b", stages: false);
        Assert.True(next.TryTakeLeftover(Need, new byte[100]));
        Assert.Equal(Bytes, File.ReadAllBytes(Path.Combine(next.Directory.Path, "tree/elsewhere/b")));
    }

    [Fact]
    public void What_was_built_is_known_by_its_content_however_large_and_however_little_of_it_came()
    {
        var large = new byte[3 << 20];
        new Random(1).NextBytes(large);
        File.WriteAllBytes(Built("dead", "new/large"), large);
        File.WriteAllBytes(Built("dead", "new/half"), Bytes.AsSpan(0, 4));
        using var hasher = new OmnyDrive.Chunking.ContentHasher();
        hasher.Append(large);
        using var area = Create();
        Assert.True(area.HasLeftover(hasher.Finish()));
        Assert.True(area.HasLeftover(ContentHash.Of(Bytes.AsSpan(0, 4))));
        Assert.False(area.HasLeftover(Hash));
    }

    [Theory]
    [InlineData(3 * 24 * 60 - 1, true)]
    [InlineData(3 * 24 * 60 + 1, false)]
    public void What_was_built_is_kept_for_three_days_from_when_it_came(int minutes, bool kept)
    {
        File.WriteAllBytes(Built("dead", "new/a"), Bytes);
        File.SetLastWriteTimeUtc(Built("dead", "new/a"), new DateTime(2001, 2, 3, 0, 0, 0, DateTimeKind.Utc));
        _time.Advance(TimeSpan.FromMinutes(minutes));
        StagingLeftovers.Expire(_root, _time);
        Assert.Equal(kept ? 1 : 0, Leftovers().Length);
        using var area = Create();
        Assert.Equal(kept, area.HasLeftover(Hash));
    }

    [Fact]
    public void Of_a_transfer_that_was_cut_when_only_directories_were_made_nothing_is_left()
    {
        Directory.CreateDirectory(Built("dead", "new/empty/sub"));
        using (var area = Create())
            Assert.Empty(Names(area));
        Assert.False(Directory.Exists(_scratch.At(".omnydrive", "staging", "dead")));
    }

    [Fact]
    public void Of_what_was_built_links_go_and_what_we_never_make_stays_and_stops_nobody()
    {
        File.WriteAllBytes(_scratch.At("outside"), Bytes);
        File.CreateSymbolicLink(Built("dead", "new/link"), _scratch.At("outside"));
        Directory.CreateSymbolicLink(Built("dead", "new/link to all"), _scratch.Path);
        Directory.CreateDirectory(Built("dead", "new/empty/sub"));
        OddFiles.Fifo(Built("dead", "new/fifo"));
        OddFiles.FileNamed(Path.GetDirectoryName(Built("dead", "new/a"))!, [0xFF, (byte)'x']);
        File.WriteAllBytes(Built("dead", "new/a"), Bytes);
        using var area = Create();
        Assert.Equal([Hash.Value.ToString()], Names(area));
        Assert.Equal(2, Directory.GetFileSystemEntries(_scratch.At(".omnydrive", "staging", "dead", "tree", "new")).Length);
        Assert.Equal(Bytes, File.ReadAllBytes(_scratch.At("outside")));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Of_what_is_built_nothing_is_left_once_all_is_done_or_when_nothing_came(bool done)
    {
        using (var area = Create())
        {
            Build(area, "new/sub/a", stages: done);
            if (done)
                area.Complete();
        }
        Assert.Empty(Directory.GetFileSystemEntries(_scratch.At(".omnydrive", "staging")));
    }

    private void Build(StagingArea area, string path, bool stages = true)
    {
        var tree = new FlatTree();
        tree.Put(DrivePath.Parse(path), Entry.File(Bytes.Length, Hash, executable: false, 1_000_000_000_000_000_000));
        area.Expect(_root, Plans.Singly([.. TreeDiff.Compare(new FlatTree().ToSnapshot(), tree.ToSnapshot())]));
        if (stages)
            area.Write(Hash, Bytes);
    }

    private string Built(string area, string path) => Path.Combine(_scratch.Directory(".omnydrive", "staging", area, "tree", Path.GetDirectoryName(path)!), Path.GetFileName(path));

    private StagingArea Create() => StagingArea.Create(_root, "area", _time);

    private static IEnumerable<string> Names(StagingArea area) => Directory.GetFileSystemEntries(area.Directory.Path).Select(path => Path.GetFileName(path));

    private string Left(string area, ContentHash content) => Path.Combine(_scratch.Directory(".omnydrive", "staging", area), StagingArea.NameOf(content));

    private static string In(StagingArea area, ContentHash content) => Path.Combine(area.Directory.Path, StagingArea.NameOf(content));

    private string[] Leftovers() => Directory.GetFiles(_scratch.At(".omnydrive", "staging"), "*", SearchOption.AllDirectories);

    private static void Make(Odd odd, string place, string outside)
    {
        switch (odd)
        {
            case Odd.Link: File.CreateSymbolicLink(place, outside); break;
            case Odd.LinkToNothing: File.CreateSymbolicLink(place, "/nowhere"); break;
            case Odd.Fifo: OddFiles.Fifo(place); break;
            case Odd.Directory: Directory.CreateDirectory(place); break;
            case Odd.DirectoryThatIsFull: Directory.CreateDirectory(Path.Combine(place, "inner")); break;
            default: OddFiles.FileNamed(Path.GetDirectoryName(place)!, [0xFF, (byte)'x']); break;
        }
    }
}
