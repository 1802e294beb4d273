using OmnyDrive.Engine.Scanning;
using OmnyDrive.Engine.Tests.Files;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.Tests.Scanning;

/// <summary>A directory that was renamed is known by its inode: what did not change in it is not read again, and what did is.</summary>
public sealed class RenamedDirectoryTests : IDisposable
{
    private readonly ScannedRoot _root = new();

    public void Dispose() => _root.Dispose();

    [Fact]
    public async Task No_file_below_a_renamed_directory_is_read_again()
    {
        await TreeAsync();
        Directory.Move(_root.At("a"), _root.At("renamed"));
        AssertReads(0);
    }

    [Fact]
    public async Task Below_a_renamed_directory_only_itself_is_listed()
    {
        await TreeAsync();
        Directory.Move(_root.At("a"), _root.At("renamed"));
        // The root, and the renamed one.
        Assert.Equal(2, Scan().Calls[FileCall.List]);
    }

    [Fact]
    public async Task Two_directories_that_were_swapped_are_each_known()
    {
        await TreeAsync();
        Directory.Move(_root.At("a"), _root.At("t"));
        Directory.Move(_root.At("b"), _root.At("a"));
        Directory.Move(_root.At("t"), _root.At("b"));
        AssertReads(0);
    }

    [Fact]
    public async Task A_directory_that_was_moved_into_another_is_known()
    {
        await TreeAsync();
        Directory.Move(_root.At("a"), _root.At("b/deep/a"));
        AssertReads(0);
    }

    [Fact]
    public async Task A_directory_that_took_the_place_of_a_deleted_one_is_known()
    {
        await TreeAsync();
        Directory.Delete(_root.At("b"), recursive: true);
        Directory.Move(_root.At("a"), _root.At("b"));
        AssertReads(0);
    }

    [Fact]
    public async Task What_changed_below_a_renamed_directory_is_read()
    {
        await TreeAsync();
        Directory.Move(_root.At("a"), _root.At("renamed"));
        var modified = File.GetLastWriteTimeUtc(_root.At("renamed/deep/two"));
        File.WriteAllText(_root.At("renamed/deep/two"), "a/TWO");
        File.SetLastWriteTimeUtc(_root.At("renamed/deep/two"), modified);
        File.Move(_root.At("renamed/one"), _root.At("renamed/uno"));
        File.WriteAllText(_root.At("renamed/deep/new"), "new");
        AssertReads(3);
    }

    [Fact]
    public async Task A_directory_that_was_made_anew_is_read()
    {
        await TreeAsync();
        Directory.Delete(_root.At("a"), recursive: true);
        _root.Write("a/one", "a/one");
        _root.Write("a/deep/two", "a/TWO");
        AssertReads(2);
    }

    [Fact]
    public async Task A_scan_in_memory_and_one_from_disk_know_it_alike_again_and_again()
    {
        await TreeAsync();
        var names = new[] { "a", "x", "b/deep/y", "z" };
        for (var i = 1; i < names.Length; i++)
        {
            Directory.Move(_root.At(names[i - 1]), _root.At(names[i]));
            await ScannedRoot.SettleAsync();
            AssertReads(0);
        }
    }

    [Fact]
    public async Task Rules_are_those_of_the_new_path()
    {
        _root.Write(".omnyignore", "/left/one\n/a/deep/two\n");
        await TreeAsync();
        Assert.DoesNotContain("a/deep/two", Paths());
        await ScannedRoot.SettleAsync();
        Directory.Move(_root.At("a"), _root.At("left"));
        AssertReads(1);
        Assert.Equal([".omnyignore", "b", "b/deep", "b/deep/two", "b/one", "left", "left/deep", "left/deep/two"], Paths());
    }

    [Fact]
    public async Task A_directory_that_held_only_what_was_left_out_is_an_entry_where_it_is_not()
    {
        _root.Write(".omnyignore", "/a/deep/*\n");
        await TreeAsync();
        Assert.DoesNotContain("a/deep", Paths());
        await ScannedRoot.SettleAsync();
        Directory.Move(_root.At("a"), _root.At("c"));
        Assert.Contains("c/deep/two", Paths());
    }

    [Fact]
    public async Task Problems_are_told_at_the_new_path()
    {
        _root.Write("a/deep/back\\slash", "x");
        await TreeAsync();
        Directory.Move(_root.At("a"), _root.At("c"));
        Assert.Equal("c/deep/back\\slash", Assert.Single(_root.Scan().Problems).Path);
    }

    [Fact]
    public async Task What_is_too_deep_at_the_new_path_is_unknown_and_known_again_when_it_comes_back()
    {
        var top = string.Join('/', Enumerable.Repeat("d", DrivePath.MaxDepth - 3));
        Directory.CreateDirectory(_root.At(top));
        _root.Write("a/b/c/d/file", "deep");
        await TreeAsync();
        Directory.Move(_root.At("a"), _root.At($"{top}/a"));
        Assert.Equal(EntryKind.Unknown, _root.Scan().Snapshot.Find(DrivePath.Parse($"{top}/a/b/c"))!.Kind);
        AssertAsNew();
        Directory.Move(_root.At($"{top}/a"), _root.At("a"));
        AssertAsNew();
        Assert.True(_root.Scan().Snapshot.Find(DrivePath.Parse("a/b/c/d/file"))!.IsFile);
    }

    private async Task TreeAsync()
    {
        foreach (var top in new[] { "a", "b" })
        {
            _root.Write($"{top}/one", $"{top}/one");
            _root.Write($"{top}/deep/two", $"{top}/two");
        }
        await ScannedRoot.SettleAsync();
        _root.Scan();
    }

    private IEnumerable<string> Paths() => ScannedRoot.Print(_root.Scan()).Select(line => line.Split(' ')[0]);

    private void AssertReads(int files)
    {
        var calls = Scan().Calls;
        var ignoreFiles = File.Exists(_root.At(".omnyignore")) ? 1 : 0;
        Assert.Equal(files + ignoreFiles, calls.GetValueOrDefault(FileCall.OpenRead));
        AssertAsNew();
    }

    private void AssertAsNew()
    {
        var (warm, cold) = (_root.Scan(), _root.Scan(new RootScanner(TimeProvider.System, null)));
        Assert.Equal(ScannedRoot.Print(cold), ScannedRoot.Print(warm));
        Assert.Equal(cold.Snapshot.Root, warm.Snapshot.Root);
        Assert.Equal(cold.Problems, warm.Problems);
    }

    private FaultPlan Scan()
    {
        var calls = FaultPlan.None();
        using var root = FaultyRoot.OpenAt(_root.Path, calls);
        new RootScanner(TimeProvider.System, _root.Cache).Scan(root, CancellationToken.None);
        return calls;
    }
}
