using OmnyDrive.Drives;
using OmnyDrive.Engine;
using OmnyDrive.Errors;
using OmnyDrive.Filtering;
using OmnyDrive.Origins;
using OmnyDrive.Snapshots;
using OmnyDrive.Testing;
using Xunit;

namespace OmnyDrive.Server.Tests.Origins;

public abstract partial class OriginConformance
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_head_says_what_the_publisher_leaves_out()
    {
        var origin = await SampleAsync();
        Assert.Equal(FilterOptions.Default, (await origin.GetHeadAsync()).Filter);
        var chosen = new FilterOptions(["docs/", "*.md"], ["é*", "<&+'>"], ".leftout", true);
        await Served.PublishAsync(new PublishOptions { Filter = chosen });
        Assert.Equal(chosen, (await (await Served.ConnectAsync()).GetHeadAsync()).Filter);
    }

    [Fact]
    public async Task A_head_sees_every_edit_made_before_it_was_asked_for()
    {
        var origin = await SampleAsync();
        var seen = new HashSet<SyncRef>();
        for (var i = 0; i < 20; i++)
        {
            // Same size each time, so that nothing but the content tells.
            Write("a.txt", $"{i:00000}");
            Assert.True(seen.Add((await origin.GetHeadAsync()).Ref), $"edit {i} is not seen");
        }
    }

    [Fact]
    public async Task Heads_asked_for_at_once_all_see_the_edit_before_them()
    {
        var origin = await SampleAsync();
        var before = (await origin.GetHeadAsync()).Ref;
        for (var round = 0; round < 5; round++)
        {
            Write("a.txt", $"round {round}");
            var heads = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => origin.GetHeadAsync()));
            var now = Assert.Single(heads.Select(head => head.Ref).Distinct());
            Assert.NotEqual(before, now);
            before = now;
        }
    }

    [Fact]
    public async Task A_head_tells_mode_and_capabilities()
    {
        var head = await (await SampleAsync()).GetHeadAsync();
        Assert.Equal(AccessMode.ReadWrite, head.AccessMode);
        Assert.True(head.Capabilities.HasFlag(Capabilities.Read | Capabilities.AtomicPush));

        await Served.PublishAsync(new PublishOptions { ReadOnly = true });
        head = await (await Served.ConnectAsync()).GetHeadAsync();
        Assert.Equal(AccessMode.ReadOnly, head.AccessMode);
        Assert.False(head.Capabilities.HasFlag(Capabilities.Push));
    }

    [Fact]
    public async Task A_root_that_is_gone_has_no_head_and_takes_no_push()
    {
        var origin = await SampleAsync();
        var push = await (await Draft.OfAsync(origin)).File("a.txt", "mine").StageAsync(origin);
        Directory.Move(Root, Root + "-away");
        await RefusedAsync(ErrorCode.RootMissing, () => origin.GetHeadAsync());
        await RefusedAsync(ErrorCode.RootMissing, () => origin.CommitPushAsync(push));
        Directory.CreateDirectory(Root);
        await RefusedAsync(ErrorCode.RootMissing, () => origin.GetHeadAsync());
        await RefusedAsync(ErrorCode.RootMissing, () => origin.CommitPushAsync(push));
        Assert.Empty(Directory.GetFileSystemEntries(Root));
    }

    [Fact]
    public async Task Trees_are_given_by_path_and_hash_in_the_order_asked_for()
    {
        var origin = await SampleAsync();
        var tree = (await Draft.OfAsync(origin)).Tree.ToSnapshot();
        Hash256 dir = Hash(tree, "dir"), deep = Hash(tree, "dir/deep"), empty = Hash(tree, "empty");

        var located = await AllAsync(origin, new Wanted("dir/deep", deep), new Wanted("empty", empty), new Wanted("dir", dir), new Wanted("", tree.Root));

        Assert.Equal([("dir/deep", deep), ("empty", empty), ("dir", dir), ("", tree.Root)], located.Select(one => (one.Path.ToString(), one.Tree.Hash)));
        await RefusedAsync(ErrorCode.Conflict, () => AllAsync(origin, new Wanted("dir", deep)));
        await RefusedAsync(ErrorCode.Conflict, () => AllAsync(origin, new Wanted("a.txt", dir)));
        await RefusedAsync(ErrorCode.Conflict, () => AllAsync(origin, new Wanted("none", dir)));
    }

    [Fact]
    public async Task A_tree_nobody_ever_had_is_a_conflict()
    {
        var origin = await SampleAsync();
        await origin.GetHeadAsync();
        await RefusedAsync(ErrorCode.Conflict, () => AllAsync(origin, new Wanted("", Hash256.Of("nobody"u8))));
    }

    [Fact]
    public async Task Descendants_come_after_the_directory_that_holds_them()
    {
        var origin = await SampleAsync();
        var root = (await origin.GetHeadAsync()).Ref.Tree;
        var seen = new HashSet<DrivePath>();
        await foreach (var (path, _) in origin.ReadTreesAsync([new TreeRequest(DrivePath.Root, root, true)]))
        {
            Assert.True(path.IsRoot || seen.Contains(path.Parent), $"{path} comes before what holds it");
            Assert.True(seen.Add(path), $"{path} comes twice");
        }
        Assert.Equal(["", "dir", "dir/deep", "empty"], seen.Select(path => path.ToString()).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Files_carry_size_mode_and_modification_time_and_links_their_target()
    {
        var modified = new DateTime(2019, 8, 7, 6, 5, 4, DateTimeKind.Utc).AddTicks(1_234_567);
        Write("old", "from before");
        File.SetLastWriteTimeUtc(At("old"), modified);
        var tree = (await Draft.OfAsync(await SampleAsync())).Tree;

        var old = tree[DrivePath.Parse("old")];
        Assert.Equal((11, (modified - DateTime.UnixEpoch).Ticks * 100, false), (old.Size, old.ModifiedNanoseconds, old.IsExecutable));
        Assert.Equal(ContentHash.Of("from before"u8), old.ContentHash);
        Assert.True(tree[DrivePath.Parse("run.sh")].IsExecutable);
        Assert.Equal("dir/b.txt", tree[DrivePath.Parse("link")].Target);
        Assert.True(tree[DrivePath.Parse("empty")].IsDirectory);
    }

    [Fact]
    public async Task A_tree_of_the_last_heads_can_be_read_while_the_origin_moves_on()
    {
        var origin = await SampleAsync();
        var head = (await origin.GetHeadAsync()).Ref;
        var before = await Draft.TreeOfAsync(origin, head);
        for (var i = 0; i < 3; i++)
        {
            Write("dir/b.txt", $"moved {i}");
            await origin.GetHeadAsync();
            Assert.Equal(before, await Draft.TreeOfAsync(origin, head));
        }
    }

    [Fact]
    public async Task Private_names_are_in_no_tree_and_odd_ones_are_unknown()
    {
        Write(".git/config", "private");
        Write("dir/.omnydrive/x", "private");
        OddFiles.Fifo(At("fifo"));
        OddFiles.Socket(At("socket"));
        OddFiles.LinkTo([0xFF, 0xFE], At("odd-link"));
        var origin = await PublishAsync();

        var tree = await Draft.OfAsync(origin).WaitAsync(Patience);

        Assert.Equal(["fifo", "odd-link", "socket"], tree.Tree.Keys.Select(path => path.ToString()));
        Assert.All(tree.Tree.Values, entry => Assert.Equal(EntryKind.Unknown, entry.Kind));
    }

    private static Hash256 Hash(Snapshot tree, string path) => tree.Find(DrivePath.Parse(path))!.TreeHash;

    private static async Task<List<LocatedTree>> AllAsync(ITreeOrigin origin, params Wanted[] wanted)
    {
        var all = new List<LocatedTree>();
        await foreach (var tree in origin.ReadTreesAsync([.. wanted.Select(one => new TreeRequest(DrivePath.Parse(one.Path), one.Hash, false))]))
            all.Add(tree);
        return all;
    }

    private readonly record struct Wanted(string Path, Hash256 Hash);
}
