using System.Text;
using OmnyDrive.Client.Wire;
using OmnyDrive.Drives;
using OmnyDrive.Errors;
using OmnyDrive.Hubs;
using OmnyDrive.Origins;
using OmnyDrive.Snapshots;
using OmnyDrive.Testing;
using Xunit;

namespace OmnyDrive.Server.Tests.Content;

/// <summary>How a content server answers to beginnings of pushes that our own client never makes.</summary>
public sealed class BegunPushTests : ServedContentTests
{
    [Fact]
    public async Task A_push_must_bring_the_trees_it_speaks_of()
    {
        var draft = (await Draft.OfAsync(await Served.ConnectAsync())).File("new/deep/file", "x").File("dir/c", "y");
        var trees = new List<LocatedTree>();
        await foreach (var tree in draft.Trees())
            trees.Add(tree);
        for (var left = 0; left < trees.Count; left++)
            await RefusedAsync(400, ErrorCode.Protocol, BeginAsync(draft, await Streams.OfAsync(trees.Where((_, i) => i != left).ToAsyncEnumerable())));
        await RefusedAsync(400, ErrorCode.Protocol, BeginAsync(draft, await Streams.OfAsync(trees.ToAsyncEnumerable()), target: "dir:" + new string('a', 64)));
        await RefusedAsync(400, ErrorCode.Invalid, BeginAsync(draft, await Streams.OfAsync(trees.ToAsyncEnumerable()), target: "git:" + new string('a', 40)));
        Assert.Equal(200, (await BeginAsync(draft, await Streams.OfAsync(trees.ToAsyncEnumerable()))).Status);
        AssertNothingStaged(but: 1);
    }

    [Theory]
    [InlineData(".git")]
    [InlineData(".GIT")]
    [InlineData("git~1")]
    [InlineData(".omnydrive")]
    [InlineData("..")]
    [InlineData(".")]
    [InlineData("a/b")]
    [InlineData("a\\b")]
    [InlineData("a\0b")]
    public async Task A_tree_with_a_name_that_no_tree_holds_is_refused(string name)
    {
        var draft = await Draft.OfAsync(await Served.ConnectAsync());
        byte[] utf8 = Encoding.UTF8.GetBytes(name);
        byte[] encoding = [.. "OMNT\u0001"u8, .. Streams.UInt32(1), 2, (byte)utf8.Length, .. utf8, .. Streams.Int64(5), .. Hash("first")];
        var target = SyncRef.OfTree(Hash256.Of(encoding)).ToString();
        var answer = await BeginAsync(draft, Streams.Whole(StreamKind.Trees, Streams.Tree("", encoding, 0)), target);
        Assert.Equal((400, ErrorCode.Invalid), (answer.Status, answer.Code));
        AssertNothingStaged();
    }

    [Fact]
    public async Task A_tree_record_with_more_or_less_than_its_tree_is_refused()
    {
        var draft = (await Draft.OfAsync(await Served.ConnectAsync())).Remove("dir").File("a.txt", "mine");
        var root = draft.Tree.ToSnapshot();
        var encoding = TreeEncoding.Encode(root.Trees.Read(DrivePath.Root, root.Root));
        byte[][] wrong =
        [
            Streams.Tree("", encoding, 1, 2),
            Streams.Tree("", encoding),
            Streams.Tree("", [.. encoding, 0], 1),
            Streams.Tree("", encoding[..^1], 1),
            Streams.Record(1, Streams.Path(""), Streams.UInt32(uint.MaxValue), encoding, Streams.Int64(1)),
            Streams.Record(1, Streams.Path(""), Streams.UInt32((uint)encoding.Length + 8), encoding, Streams.Int64(1)),
            Streams.Record(1, Streams.Path(""), Streams.UInt32(9), [.. "OMNT\u0001"u8, 0xFF, 0xFF, 0xFF, 0xFF]),
            Streams.Record(2, Streams.Path(""), Streams.UInt32((uint)encoding.Length), encoding, Streams.Int64(1)),
        ];
        foreach (var record in wrong)
            await RefusedAsync(400, ErrorCode.Protocol, BeginAsync(draft, Streams.Whole(StreamKind.Trees, record)));
        Assert.Equal(200, (await BeginAsync(draft, Streams.Whole(StreamKind.Trees, Streams.Tree("", encoding, 1)))).Status);
    }

    [Fact]
    public async Task A_push_brings_only_trees_that_its_target_holds_each_once_and_after_its_parent()
    {
        var draft = (await Draft.OfAsync(await Served.ConnectAsync())).File("new/deep/file", "x");
        var trees = await draft.Trees().ToListAsync();
        var stray = new LocatedTree(DrivePath.Parse("stray"), trees[0].Tree);
        await RefusedAsync(400, ErrorCode.Protocol, BeginAsync(draft, await Streams.OfAsync(trees.Append(stray).ToAsyncEnumerable())));
        await RefusedAsync(400, ErrorCode.Protocol, BeginAsync(draft, await Streams.OfAsync(trees.Append(trees[^1]).ToAsyncEnumerable())));
        await RefusedAsync(400, ErrorCode.Protocol, BeginAsync(draft, await Streams.OfAsync(trees.AsEnumerable().Reverse().ToAsyncEnumerable())));
        AssertNothingStaged();
    }

    [Fact]
    public async Task Trees_nested_without_end_are_refused()
    {
        var draft = await Draft.OfAsync(await Served.ConnectAsync());
        var records = new List<byte[]>();
        var tree = Tree.Empty;
        for (var depth = 200; depth >= 0; depth--)
        {
            records.Insert(0, Streams.Tree(string.Join('/', Enumerable.Repeat("d", Math.Min(depth, 128))), TreeEncoding.Encode(tree)));
            if (depth > 0)
                tree = Tree.Of([new NamedEntry("d", Entry.Directory(tree.Hash))]);
        }
        var answer = await BeginAsync(draft, Streams.Whole(StreamKind.Trees, [.. records]), "dir:" + tree.Hash);
        Assert.Equal(400, answer.Status);
        AssertNothingStaged();
    }

    [Theory]
    [InlineData("", 409)]
    [InlineData("&allow=", 409)]
    [InlineData("&allow=Root-Emptied", 409)]
    [InlineData("&allow=root-missing&allow=mass-delete", 409)]
    [InlineData("&allow=mass-delete,root-emptied", 409)]
    [InlineData("&allow=of-a-later-version&allow=root-emptied&allow=root-emptied", 200)]
    public async Task Only_brakes_that_are_named_exactly_are_allowed_and_others_are_passed_over(string allow, int status)
    {
        var draft = (await Draft.OfAsync(await Served.ConnectAsync())).Remove("a.txt").Remove("dir");
        Assert.Equal(200, (await BeginAsync(draft, await Streams.OfAsync(draft.Trees()), draft.Target + allow)).Status);
        var answer = await Http.SendAsync("POST", $"{Docs}/pushes/{Push}/commit", await TicketAsync(DriveActions.Write));
        Assert.Equal((status, status == 409 ? ErrorCode.Halted : ""), (answer.Status, answer.Code));
        Assert.Equal(status == 409, File.Exists(Path.Combine(Served.Root, "a.txt")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("?expected={from}")]
    [InlineData("?target={from}")]
    [InlineData("?expected={from}&target={from}&target={from}")]
    [InlineData("?expected=&target={from}")]
    [InlineData("?expected={from}&target=dir:zz")]
    public async Task A_push_without_its_states_is_refused(string query)
    {
        var draft = await Draft.OfAsync(await Served.ConnectAsync());
        var answer = await Http.SendAsync("POST", $"{Docs}/pushes/{Push}{query.Replace("{from}", draft.From.ToString(), StringComparison.Ordinal)}", await TicketAsync(DriveActions.Write), await Streams.OfAsync(draft.Trees()));
        Assert.Equal(400, answer.Status);
        Assert.True(answer.Code is ErrorCode.Protocol or ErrorCode.Invalid, answer.Code);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("0123456789ABCDEF0123456789ABCDEF")]
    [InlineData("0123456789abcdef0123456789abcde%2f")]
    [InlineData("..%2f..%2f0123456789abcdef012345")]
    public async Task A_push_id_that_is_none_is_refused(string id) =>
        await RefusedAsync(400, ErrorCode.Invalid, Http.SendAsync("POST", $"{Docs}/pushes/{id}/commit", await TicketAsync(DriveActions.Write)));
}
