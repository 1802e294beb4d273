using System.Net.Sockets;
using System.Text;
using OmnyDrive.Client.Wire;
using OmnyDrive.Drives;
using OmnyDrive.Engine;
using OmnyDrive.Engine.Hubs;
using OmnyDrive.Errors;
using OmnyDrive.Hubs;
using OmnyDrive.Origins;
using OmnyDrive.Server.Tests.Origins;
using OmnyDrive.Snapshots;
using OmnyDrive.Testing;
using Xunit;

namespace OmnyDrive.Server.Tests.Content;

/// <summary>What a content server answers to requests that our own client never sends.</summary>
public sealed class ContentServerTests : IAsyncLifetime
{
    private const string Docs = "/v1/content/alpha/docs";
    private const string Push = "0123456789abcdef0123456789abcdef";

    private static readonly (string Method, string Path, bool Writes)[] AllRoutes =
    [
        ("GET", $"{Docs}/head", false),
        ("POST", $"{Docs}/trees", false),
        ("POST", $"{Docs}/chunks", false),
        ("POST", $"{Docs}/contents", false),
        ("POST", $"{Docs}/pushes/{Push}?expected=dir:{new string('0', 64)}&target=dir:{new string('0', 64)}", true),
        ("PUT", $"{Docs}/pushes/{Push}/chunks", true),
        ("PUT", $"{Docs}/pushes/{Push}/contents", true),
        ("POST", $"{Docs}/pushes/{Push}/commit", true),
        ("DELETE", $"{Docs}/pushes/{Push}", true),
    ];

    private readonly FarDrive _served = new();
    private RawHttp _http = null!;

    public static TheoryData<string, string> Routes => [.. AllRoutes.Select(route => (route.Method, route.Path))];

    public static TheoryData<string, string> WriteRoutes => [.. AllRoutes.Where(route => route.Writes).Select(route => (route.Method, route.Path))];

    public async ValueTask InitializeAsync()
    {
        await _served.StartAsync();
        Directory.CreateDirectory(Path.Combine(_served.Root, "dir"));
        await File.WriteAllTextAsync(Path.Combine(_served.Root, "a.txt"), "first");
        await File.WriteAllTextAsync(Path.Combine(_served.Root, "dir", "b.txt"), "second");
        await _served.PublishAsync();
        _http = new RawHttp(_served.Url);
    }

    public ValueTask DisposeAsync() => _served.DisposeAsync();

    [Theory, MemberData(nameof(Routes))]
    public async Task No_route_answers_without_a_ticket(string method, string path)
    {
        await RefusedAsync(401, ErrorCode.Unauthorized, _http.SendAsync(method, path, null));
        await RefusedAsync(401, ErrorCode.Unauthorized, _http.SendAsync(method, path + (path.Contains('?', StringComparison.Ordinal) ? '&' : '?') + "ticket=" + await TicketAsync(DriveActions.Read | DriveActions.Write), null));
    }

    [Theory, MemberData(nameof(Routes))]
    public async Task No_route_takes_a_ticket_that_the_hub_did_not_sign(string method, string path)
    {
        var good = await TicketAsync(DriveActions.Read | DriveActions.Write);
        var parts = good.Split('.');
        string[] garbage = ["x", "..", "a.b.c", $"{parts[0]}.{parts[1]}.", $"{parts[0]}..{parts[2]}", good[..^1], $"{parts[0]}.{parts[1]}.{new string('A', 86)}",
            "eyJhbGciOiJub25lIn0." + parts[1] + ".", new string('A', 5000), await TicketOfAnotherHubAsync()];
        foreach (var ticket in garbage)
            await RefusedAsync(401, ErrorCode.Unauthorized, _http.SendAsync(method, path, ticket));
    }

    [Theory, MemberData(nameof(Routes))]
    public async Task No_route_takes_a_ticket_for_another_drive(string method, string path)
    {
        await _served.Alpha.PublishDirectoryAsync(_served.Scratch.Directory("other"), new PublishOptions { Name = "other" });
        var other = (await _served.RouteAsync(DriveActions.Read | DriveActions.Write, DriveId.Parse("alpha/other"))).Ticket;
        Assert.Equal(200, (await _http.SendAsync("GET", "/v1/content/alpha/other/head", other)).Status);
        await RefusedAsync(401, ErrorCode.Unauthorized, _http.SendAsync(method, path, other));
    }

    [Theory, MemberData(nameof(WriteRoutes))]
    public async Task A_ticket_to_read_writes_nothing(string method, string path) =>
        await RefusedAsync(403, ErrorCode.AccessDenied, _http.SendAsync(method, path, await TicketAsync(DriveActions.Read)));

    [Fact]
    public async Task A_ticket_ends_and_our_client_asks_for_another()
    {
        var ticket = await TicketAsync(DriveActions.Read);
        await using var client = _served.ConnectTo(_served.Url);
        await client.GetHeadAsync();
        _served.TicketTime.Advance(TimeSpan.FromSeconds(5 * 60 + 59));
        Assert.Equal(200, (await _http.SendAsync("GET", $"{Docs}/head", ticket)).Status);
        _served.TicketTime.Advance(TimeSpan.FromSeconds(1));
        await RefusedAsync(401, ErrorCode.Unauthorized, _http.SendAsync("GET", $"{Docs}/head", ticket));
        await client.GetHeadAsync();
    }

    [Theory, MemberData(nameof(Routes))]
    public async Task A_drive_that_was_withdrawn_is_not_found_by_a_ticket_that_is_still_good(string method, string path)
    {
        var ticket = await TicketAsync(DriveActions.Read | DriveActions.Write);
        await _served.Alpha.UnpublishAsync(ServedDrive.Drive);
        await RefusedAsync(404, ErrorCode.DriveNotFound, _http.SendAsync(method, path, ticket));
    }

    [Theory]
    [InlineData("/v1/content/alpha/%2e%2e/head")]
    [InlineData("/v1/content/alpha/../head")]
    [InlineData("/v1/content/alpha/..%2fdocs/head")]
    [InlineData("/v1/content/alpha/docs%2f..%2f..%2f/head")]
    [InlineData("/v1/content/..%2f..%2fetc/docs/head")]
    [InlineData("/v1/content/alpha/%252e%252e%252fdocs/head")]
    [InlineData("/v1/content/alpha/docs%5c..%5c..%5cx/head")]
    [InlineData("/v1/content/alpha/DOCS/head")]
    [InlineData("/v1/content/alpha/docs/.omnydrive/marker.json")]
    [InlineData("/v1/content/alpha/docs/../docs/a.txt")]
    [InlineData("/v1/content/alpha/docs/pushes/..%2f..%2fhead/commit")]
    public async Task A_drive_is_found_by_its_id_and_by_no_path(string path)
    {
        var answer = await _http.SendAsync(path.EndsWith("commit", StringComparison.Ordinal) ? "POST" : "GET", path, await TicketAsync(DriveActions.Read | DriveActions.Write));
        Assert.InRange(answer.Status, 400, 499);
        Assert.NotEmpty(answer.Code);
    }

    [Theory]
    [InlineData("../a.txt")]
    [InlineData("dir/../a.txt")]
    [InlineData("/a.txt")]
    [InlineData("/etc/passwd")]
    [InlineData("./a.txt")]
    [InlineData("dir//b.txt")]
    [InlineData("a.txt/")]
    [InlineData("dir\\b.txt")]
    [InlineData("a.txt\0")]
    [InlineData("a\n.txt")]
    public async Task A_path_that_is_none_is_refused(string path) =>
        await RefusedAsync(400, ErrorCode.Invalid, ContentsAsync(Streams.Whole(StreamKind.ContentRequests, Streams.Request(Streams.Path(path), new byte[32], 5))));

    [Theory]
    [InlineData("%2e%2e/a.txt")]
    [InlineData("dir/%2e%2e%2fa.txt")]
    [InlineData("..%2fa.txt")]
    public async Task An_encoded_path_is_a_name_like_any_other_and_is_not_there(string path)
    {
        var answer = await ContentsAsync(Streams.Whole(StreamKind.ContentRequests, Streams.Request(Streams.Path(path), Hash("first"), 5)));
        Assert.Equal(200, answer.Status);
        Assert.DoesNotContain("first", answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_path_that_is_no_text_is_refused() =>
        await RefusedAsync(400, ErrorCode.Protocol, ContentsAsync(Streams.Whole(StreamKind.ContentRequests, Streams.Request(Streams.Path(0xC3, 0x28), new byte[32], 5))));

    [Fact]
    public async Task A_stream_that_does_not_begin_as_one_is_refused()
    {
        var good = await Streams.OfAsync(new ContentRequest(DrivePath.Parse("a.txt"), ContentHash.Of("first"u8), 5));
        await RefusedAsync(400, ErrorCode.Protocol, ContentsAsync([.. "omnw"u8, .. good[4..]]));
        await RefusedAsync(400, ErrorCode.Protocol, ContentsAsync([.. Streams.Head(StreamKind.TreeRequests), .. good[6..]]));
        await RefusedAsync(400, ErrorCode.UnsupportedVersion, ContentsAsync([.. Streams.Head(StreamKind.ContentRequests, version: 2), .. good[6..]]));
        await RefusedAsync(400, ErrorCode.UnsupportedVersion, ContentsAsync([.. Streams.Head(StreamKind.ContentRequests, version: 0), .. good[6..]]));
        await RefusedAsync(404, ErrorCode.UnsupportedVersion, _http.SendAsync("GET", "/v2/content/alpha/docs/head", null));
        Assert.Equal(200, (await ContentsAsync(good)).Status);
    }

    [Fact]
    public async Task A_stream_cut_off_at_any_byte_is_refused()
    {
        var origin = await _served.ConnectAsync();
        var draft = (await Draft.OfAsync(origin)).File("a.txt", "mine");
        var needs = await origin.BeginPushAsync(draft.Intent(PushId.Parse(Push)), draft.Trees());
        var ticket = await TicketAsync(DriveActions.Read | DriveActions.Write);
        (string Method, string Path, byte[] Body)[] requests =
        [
            ("POST", $"{Docs}/trees", await Streams.OfAsync(new TreeRequest(DrivePath.Root, draft.From.Tree, true))),
            ("POST", $"{Docs}/contents", await Streams.OfAsync(new ContentRequest(DrivePath.Parse("a.txt"), ContentHash.Of("first"u8), 5))),
            ("PUT", $"{Docs}/pushes/{Push}/contents", await Streams.OfAsync(draft.Contents(needs))),
            ("POST", $"{Docs}/pushes/{new string('1', 32)}?expected={draft.From}&target={draft.Target}", await Streams.OfAsync(draft.Trees())),
        ];
        foreach (var (method, path, body) in requests)
        {
            for (var length = 0; length < body.Length; length++)
            {
                var answer = await _http.SendAsync(method, path, ticket, body[..length]);
                Assert.True(answer is { Status: 400, Code: ErrorCode.Protocol }, $"{path} with {length} of {body.Length} bytes: {answer}");
            }
            Assert.InRange((await _http.SendAsync(method, path, ticket, body)).Status, 200, 299);
        }
    }

    [Theory]
    [InlineData("trees", (byte)StreamKind.TreeRequests, 1, (64u << 10) + 1)]
    [InlineData("trees", (byte)StreamKind.TreeRequests, 1, uint.MaxValue)]
    [InlineData("trees", (byte)StreamKind.TreeRequests, Streams.End, 1)]
    [InlineData("trees", (byte)StreamKind.TreeRequests, Streams.Error, (16 << 10) + 1)]
    [InlineData("contents", (byte)StreamKind.ContentRequests, 1, (64u << 10) + 1)]
    [InlineData("contents", (byte)StreamKind.ContentRequests, 1, 0x8000_0000)]
    public async Task A_record_over_the_limit_is_refused_by_its_length_alone(string route, byte kind, byte record, uint length)
    {
        // Nothing of the payload is ever sent: a server that waited for it, or made room for it, would not answer.
        byte[] body = [.. Streams.Head((StreamKind)kind), record, .. Streams.UInt32(length)];
        await RefusedAsync(400, ErrorCode.Protocol, _http.SendAsync("POST", $"{Docs}/{route}", await TicketAsync(DriveActions.Read), body, declaredLength: body.Length + 1000));
    }

    [Theory]
    [InlineData((byte)StreamKind.Trees, (64u << 20) + 1)]
    [InlineData((byte)StreamKind.Trees, uint.MaxValue)]
    [InlineData((byte)StreamKind.Contents, (1u << 20) + 1)]
    public async Task A_record_of_a_push_over_the_limit_is_refused_by_its_length_alone(byte kind, uint length)
    {
        var origin = await _served.ConnectAsync();
        var draft = (await Draft.OfAsync(origin)).File("a.txt", "mine");
        await origin.BeginPushAsync(draft.Intent(PushId.Parse(Push)), draft.Trees());
        byte[] body = [.. Streams.Head((StreamKind)kind), 1, .. Streams.UInt32(length)];
        var (method, path) = kind == (byte)StreamKind.Trees ? ("POST", $"{Docs}/pushes/{Push}?expected={draft.From}&target={draft.Target}") : ("PUT", $"{Docs}/pushes/{Push}/contents");
        await RefusedAsync(400, ErrorCode.Protocol, _http.SendAsync(method, path, await TicketAsync(DriveActions.Write), body, declaredLength: body.Length + 1000));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(long.MinValue)]
    public async Task A_negative_size_is_refused(long size) =>
        await RefusedAsync(400, ErrorCode.Protocol, ContentsAsync(Streams.Whole(StreamKind.ContentRequests, Streams.Request(Streams.Path("a.txt"), Hash("first"), size))));

    [Theory]
    [InlineData(5, 1)]
    [InlineData(2, 0)]
    [InlineData(0, 0)]
    public async Task A_record_whose_fields_do_not_fill_it_is_refused(byte kind, int more) =>
        await RefusedAsync(400, ErrorCode.Protocol, ContentsAsync(Streams.Whole(StreamKind.ContentRequests, Streams.Record(kind, Streams.Path("a.txt"), Hash("first"), Streams.Int64(5), Streams.Int64(0), Streams.Int64(5), new byte[more]))));

    [Fact]
    public async Task A_list_takes_65536_requests_and_not_one_more()
    {
        var record = Streams.Request(Streams.Path("none"), new byte[32], 0);
        Assert.Equal(200, (await ContentsAsync(Streams.Whole(StreamKind.ContentRequests, [.. Enumerable.Repeat(record, 65_536)]))).Status);
        await RefusedAsync(400, ErrorCode.Protocol, ContentsAsync(Streams.Whole(StreamKind.ContentRequests, [.. Enumerable.Repeat(record, 65_537)])));
    }

    [Fact]
    public async Task A_client_asks_for_more_than_one_list_holds_in_several()
    {
        var origin = await _served.ConnectAsync();
        await origin.GetHeadAsync();
        var none = new ContentRequest(DrivePath.Parse("none"), default, 0);
        var requests = Enumerable.Repeat(none, 65_536).Append(new ContentRequest(DrivePath.Parse("a.txt"), ContentHash.Of("first"u8), 5)).ToList();
        var index = 0;
        await foreach (var content in origin.FetchAsync(requests))
        {
            Assert.Equal(index++, content.Index);
            if (index == requests.Count)
                Assert.Equal("first", Encoding.UTF8.GetString(await MemoryContent.ReadAllAsync(content)));
        }
        Assert.Equal(requests.Count, index);
    }

    [Fact]
    public async Task A_client_that_asks_by_long_paths_asks_in_lists_that_a_server_takes()
    {
        var origin = await _served.ConnectAsync();
        await origin.GetHeadAsync();
        var far = new ContentRequest(DrivePath.Parse(string.Join('/', Enumerable.Repeat(new string('x', 200), 120))), default, 0);
        Assert.Equal(1_000, await origin.FetchAsync([.. Enumerable.Repeat(far, 1_000)]).CountAsync());
    }

    [Fact]
    public async Task A_push_must_bring_the_trees_it_speaks_of()
    {
        var draft = (await Draft.OfAsync(await _served.ConnectAsync())).File("new/deep/file", "x").File("dir/c", "y");
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
        var draft = await Draft.OfAsync(await _served.ConnectAsync());
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
        var draft = (await Draft.OfAsync(await _served.ConnectAsync())).Remove("dir").File("a.txt", "mine");
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
        var draft = (await Draft.OfAsync(await _served.ConnectAsync())).File("new/deep/file", "x");
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
        var draft = await Draft.OfAsync(await _served.ConnectAsync());
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
        var draft = (await Draft.OfAsync(await _served.ConnectAsync())).Remove("a.txt").Remove("dir");
        Assert.Equal(200, (await BeginAsync(draft, await Streams.OfAsync(draft.Trees()), draft.Target + allow)).Status);
        var answer = await _http.SendAsync("POST", $"{Docs}/pushes/{Push}/commit", await TicketAsync(DriveActions.Write));
        Assert.Equal((status, status == 409 ? ErrorCode.Halted : ""), (answer.Status, answer.Code));
        Assert.Equal(status == 409, File.Exists(Path.Combine(_served.Root, "a.txt")));
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
        var draft = await Draft.OfAsync(await _served.ConnectAsync());
        var answer = await _http.SendAsync("POST", $"{Docs}/pushes/{Push}{query.Replace("{from}", draft.From.ToString(), StringComparison.Ordinal)}", await TicketAsync(DriveActions.Write), await Streams.OfAsync(draft.Trees()));
        Assert.Equal(400, answer.Status);
        Assert.True(answer.Code is ErrorCode.Protocol or ErrorCode.Invalid, answer.Code);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("0123456789ABCDEF0123456789ABCDEF")]
    [InlineData("0123456789abcdef0123456789abcde%2f")]
    [InlineData("..%2f..%2f0123456789abcdef012345")]
    public async Task A_push_id_that_is_none_is_refused(string id) =>
        await RefusedAsync(400, ErrorCode.Invalid, _http.SendAsync("POST", $"{Docs}/pushes/{id}/commit", await TicketAsync(DriveActions.Write)));

    [Theory]
    [InlineData(1u)]
    [InlineData(0x7FFF_FFFFu)]
    [InlineData(0x8000_0000u)]
    [InlineData(0xFFFF_FFFFu)]
    public async Task An_index_that_was_not_given_out_is_refused(uint index)
    {
        await BeginMineAsync();
        var body = Streams.Whole(StreamKind.Contents, Streams.Record(1, Streams.UInt32(index), "mine"u8.ToArray()), Streams.Record(2, Streams.UInt32(index)));
        await RefusedAsync(400, ErrorCode.Protocol, StageAsync(body));
    }

    [Fact]
    public async Task Contents_that_interleave_or_end_without_a_word_are_refused()
    {
        await BeginMineAsync();
        byte[] begun = Streams.Record(1, Streams.UInt32(0), "mi"u8.ToArray());
        await RefusedAsync(400, ErrorCode.Protocol, StageAsync(Streams.Whole(StreamKind.Contents, begun)));
        await RefusedAsync(400, ErrorCode.Protocol, StageAsync(Streams.Whole(StreamKind.Contents, begun, Streams.Record(1, Streams.UInt32(1), "ne"u8.ToArray()))));
        await RefusedAsync(400, ErrorCode.Protocol, StageAsync(Streams.Whole(StreamKind.Contents, begun, Streams.Record(2, Streams.UInt32(0), [0]))));
        await RefusedAsync(400, ErrorCode.Protocol, StageAsync(Streams.Whole(StreamKind.Contents, begun, Streams.Record(4, Streams.UInt32(0)))));
        await RefusedAsync(400, ErrorCode.Protocol, StageAsync(Streams.Whole(StreamKind.Contents, Streams.Record(1, [0, 0]))));
        AssertNothingStaged(but: 1);
        Assert.Equal(204, (await StageAsync(Streams.Whole(StreamKind.Contents, begun, Streams.Record(1, Streams.UInt32(0), "ne"u8.ToArray()), Streams.Record(2, Streams.UInt32(0))))).Status);
    }

    [Fact]
    public async Task Chunk_lists_that_interleave_end_without_a_word_or_were_not_asked_for_are_refused()
    {
        var origin = await _served.ConnectAsync();
        var draft = (await Draft.OfAsync(origin)).File("one", new byte[1 << 20]).File("two", new byte[2 << 20]);
        Assert.Equal(2, (await origin.BeginPushAsync(draft.Intent(PushId.Parse(Push)), draft.Trees())).Count);
        byte[] Chunk(uint index) => Streams.Record(1, Streams.UInt32(index), Streams.UInt32(256 << 10), new byte[32]);
        byte[][][] wrong =
        [
            [Chunk(0)], [Chunk(0), Chunk(1)], [Chunk(0), Streams.Record(3, Streams.UInt32(1))], [Chunk(2)], [Streams.Record(4, Streams.UInt32(2))], [Streams.Record(3, Streams.UInt32(0))],
            [Streams.Record(4, Streams.UInt32(0)), Streams.Record(4, Streams.UInt32(0))], [Chunk(0), Streams.Record(5, Streams.UInt32(0))], [Chunk(0), Streams.Record(3, Streams.UInt32(0))],
            [Streams.Record(2, Streams.UInt32(0), Streams.UInt32(0), Streams.UInt32(1))],
        ];
        foreach (var records in wrong)
            await RefusedAsync(400, ErrorCode.Protocol, OfferAsync(Streams.Whole(StreamKind.ChunkLists, records)));
        var good = Streams.Whole(StreamKind.ChunkLists, Streams.Record(4, Streams.UInt32(1)), Streams.Record(4, Streams.UInt32(0)));
        for (var length = 0; length < good.Length; length++)
            await RefusedAsync(400, ErrorCode.Protocol, OfferAsync(good[..length]));
        Assert.Equal(200, (await OfferAsync(good)).Status);
        AssertNothingStaged(but: 1);
    }

    [Theory]
    [InlineData(5, 0, 6)]
    [InlineData(5, 6, 0)]
    [InlineData(5, long.MaxValue, long.MaxValue)]
    [InlineData(5, -1, 1)]
    [InlineData(5, 0, -1)]
    public async Task A_part_behind_the_end_of_a_content_is_refused(long size, long offset, long length) =>
        await RefusedAsync(400, ErrorCode.Protocol, ContentsAsync(Streams.Whole(StreamKind.ContentRequests, Streams.Record(1, Streams.Path("a.txt"), Hash("first"), Streams.Int64(size), Streams.Int64(offset), Streams.Int64(length)))));

    [Fact]
    public async Task An_error_that_a_sender_reports_is_answered_with_its_code()
    {
        await BeginMineAsync();
        var body = Streams.Whole(StreamKind.Contents, Streams.Record(Streams.Error, """{"code":"failed","message":"It changed."}"""u8.ToArray()));
        await RefusedAsync(500, ErrorCode.Failed, StageAsync(body));
        await RefusedAsync(400, ErrorCode.Protocol, StageAsync(Streams.Whole(StreamKind.Contents, Streams.Record(Streams.Error, "{"u8.ToArray()))));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_client_that_breaks_off_in_the_middle_of_staging_leaves_nothing(bool expires)
    {
        var origin = await _served.ConnectAsync();
        var draft = (await Draft.OfAsync(origin)).File("large", new byte[1 << 20]);
        await origin.BeginPushAsync(draft.Intent(PushId.Parse(Push)), draft.Trees());
        using (var connection = await _http.OpenAsync("PUT", $"{Docs}/pushes/{Push}/contents", await TicketAsync(DriveActions.Write), 1 << 20))
        {
            await connection.GetStream().WriteAsync((byte[])[.. Streams.Head(StreamKind.Contents), .. Streams.Record(1, Streams.UInt32(0), new byte[1000])]);
            await UntilAsync(() => StagedFiles().Length == 1, "the first part has arrived");
            connection.LingerState = new LingerOption(true, 0);
        }
        await UntilAsync(() => StagedFiles().Length == 0, "the half file is gone");

        if (expires)
        {
            // The request may end a moment after its file is gone, and until then it keeps the push from being idle.
            await UntilAsync(async () =>
            {
                _served.Time.Advance(TimeSpan.FromMinutes(61));
                var next = draft.Intent();
                await origin.BeginPushAsync(next, draft.Trees());
                await origin.AbandonPushAsync(next.Id);
                return StagingDirectories() == 0;
            }, "the push has expired");
            await RefusedAsync(400, ErrorCode.Invalid, _http.SendAsync("POST", $"{Docs}/pushes/{Push}/commit", await TicketAsync(DriveActions.Write)));
        }
        else
            await origin.AbandonPushAsync(PushId.Parse(Push));
        AssertNothingStaged();
    }

    [Fact]
    public async Task A_refusal_that_quotes_a_very_long_path_still_arrives()
    {
        var origin = await _served.ConnectAsync();
        var deep = string.Join('/', Enumerable.Repeat(new string('\u4e00', 80), 120));
        var request = new TreeRequest(DrivePath.Parse(deep), Hash256.Of("x"u8), false);
        var refused = await Assert.ThrowsAsync<DriveException>(async () => await origin.ReadTreesAsync([request]).CountAsync());
        Assert.Equal(ErrorCode.Conflict, refused.Code);
        var body = ErrorBody.Of(new DriveException(ErrorCode.Conflict, deep, deep));
        Assert.True(System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(body, WireJson.Default.ErrorBody).Length <= 16 << 10);
        Assert.Equal(ErrorCode.Conflict, body.ToException().Code);
    }

    private static Task UntilAsync(Func<bool> condition, string what) => UntilAsync(() => Task.FromResult(condition()), what);

    private static async Task UntilAsync(Func<Task<bool>> condition, string what)
    {
        var deadline = DateTime.UtcNow + TimeSpan.FromSeconds(30);
        while (!await condition())
        {
            Assert.True(DateTime.UtcNow < deadline, $"never: {what}");
            await Task.Delay(2);
        }
    }

    private static byte[] Hash(string content)
    {
        var bytes = new byte[32];
        ContentHash.Of(Encoding.UTF8.GetBytes(content)).Value.CopyTo(bytes);
        return bytes;
    }

    private static async Task RefusedAsync(int status, string code, Task<RawAnswer> sent)
    {
        var answer = await sent;
        Assert.True(answer.Status == status && answer.Code == code, $"expected {status} {code}: {answer}");
    }

    private async Task<string> TicketAsync(DriveActions actions) => (await _served.RouteAsync(actions)).Ticket;

    private async Task<string> TicketOfAnotherHubAsync()
    {
        var hub = new LocalDriveHub(time: _served.TicketTime);
        var alpha = EndpointId.Parse("alpha");
        var token = (await hub.LoginAsync(alpha, (await hub.EnrolAsync(alpha, "Alpha")).Secret, "http://localhost:1")).Token;
        await hub.RegisterAsync(token, new DriveRegistration("docs", ProviderNames.Directory, AccessMode.ReadWrite, Capabilities.Read | Capabilities.Push, null));
        return (await hub.RouteAsync(token, ServedDrive.Drive, DriveActions.Read | DriveActions.Write)).Ticket;
    }

    private async Task<RawAnswer> ContentsAsync(byte[] body) => await _http.SendAsync("POST", $"{Docs}/contents", await TicketAsync(DriveActions.Read), body);

    private async Task<RawAnswer> BeginAsync(Draft draft, byte[] body, string? target = null) =>
        await _http.SendAsync("POST", $"{Docs}/pushes/{Push}?expected={draft.From}&target={target ?? draft.Target.ToString()}", await TicketAsync(DriveActions.Write), body);

    private async Task<RawAnswer> OfferAsync(byte[] body) => await _http.SendAsync("PUT", $"{Docs}/pushes/{Push}/chunks", await TicketAsync(DriveActions.Write), body);

    private async Task BeginMineAsync()
    {
        var origin = await _served.ConnectAsync();
        var draft = (await Draft.OfAsync(origin)).File("a.txt", "mine");
        await origin.BeginPushAsync(draft.Intent(PushId.Parse(Push)), draft.Trees());
    }

    private async Task<RawAnswer> StageAsync(byte[] body) => await _http.SendAsync("PUT", $"{Docs}/pushes/{Push}/contents", await TicketAsync(DriveActions.Write), body);

    private string StagingDirectory => Path.Combine(_served.Root, ".omnydrive", "staging");

    private string[] StagedFiles() => Directory.Exists(StagingDirectory) ? Directory.GetFiles(StagingDirectory, "*", SearchOption.AllDirectories) : [];

    private int StagingDirectories() => Directory.Exists(StagingDirectory) ? Directory.GetDirectories(StagingDirectory).Length : 0;

    private void AssertNothingStaged(int but = 0)
    {
        Assert.Empty(StagedFiles());
        Assert.Equal(but, StagingDirectories());
    }
}
