using System.Net.Sockets;
using System.Text;
using OmnyDrive.Client.Wire;
using OmnyDrive.Errors;
using OmnyDrive.Hubs;
using OmnyDrive.Origins;
using OmnyDrive.Snapshots;
using OmnyDrive.Testing;
using Xunit;

namespace OmnyDrive.Server.Tests.Content;

/// <summary>What a content server answers to streams that our own client never sends.</summary>
public sealed class ContentServerTests : ServedContentTests
{
    [Fact]
    public async Task A_stream_that_does_not_begin_as_one_is_refused()
    {
        var good = await Streams.OfAsync(new ContentRequest(DrivePath.Parse("a.txt"), ContentHash.Of("first"u8), 5));
        await RefusedAsync(400, ErrorCode.Protocol, ContentsAsync([.. "omnw"u8, .. good[4..]]));
        await RefusedAsync(400, ErrorCode.Protocol, ContentsAsync([.. Streams.Head(StreamKind.TreeRequests), .. good[6..]]));
        await RefusedAsync(400, ErrorCode.UnsupportedVersion, ContentsAsync([.. Streams.Head(StreamKind.ContentRequests, version: 2), .. good[6..]]));
        await RefusedAsync(400, ErrorCode.UnsupportedVersion, ContentsAsync([.. Streams.Head(StreamKind.ContentRequests, version: 0), .. good[6..]]));
        await RefusedAsync(404, ErrorCode.UnsupportedVersion, Http.SendAsync("GET", "/v2/content/alpha/docs/head", null));
        Assert.Equal(200, (await ContentsAsync(good)).Status);
    }

    [Fact]
    public async Task A_stream_cut_off_at_any_byte_is_refused()
    {
        var origin = await Served.ConnectAsync();
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
                var answer = await Http.SendAsync(method, path, ticket, body[..length]);
                Assert.True(answer is { Status: 400, Code: ErrorCode.Protocol }, $"{path} with {length} of {body.Length} bytes: {answer}");
            }
            Assert.InRange((await Http.SendAsync(method, path, ticket, body)).Status, 200, 299);
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
        await RefusedAsync(400, ErrorCode.Protocol, Http.SendAsync("POST", $"{Docs}/{route}", await TicketAsync(DriveActions.Read), body, declaredLength: body.Length + 1000));
    }

    [Theory]
    [InlineData((byte)StreamKind.Trees, (64u << 20) + 1)]
    [InlineData((byte)StreamKind.Trees, uint.MaxValue)]
    [InlineData((byte)StreamKind.Contents, (1u << 20) + 1)]
    public async Task A_record_of_a_push_over_the_limit_is_refused_by_its_length_alone(byte kind, uint length)
    {
        var origin = await Served.ConnectAsync();
        var draft = (await Draft.OfAsync(origin)).File("a.txt", "mine");
        await origin.BeginPushAsync(draft.Intent(PushId.Parse(Push)), draft.Trees());
        byte[] body = [.. Streams.Head((StreamKind)kind), 1, .. Streams.UInt32(length)];
        var (method, path) = kind == (byte)StreamKind.Trees ? ("POST", $"{Docs}/pushes/{Push}?expected={draft.From}&target={draft.Target}") : ("PUT", $"{Docs}/pushes/{Push}/contents");
        await RefusedAsync(400, ErrorCode.Protocol, Http.SendAsync(method, path, await TicketAsync(DriveActions.Write), body, declaredLength: body.Length + 1000));
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
        var origin = await Served.ConnectAsync();
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
        var origin = await Served.ConnectAsync();
        await origin.GetHeadAsync();
        var far = new ContentRequest(DrivePath.Parse(string.Join('/', Enumerable.Repeat(new string('x', 200), 120))), default, 0);
        Assert.Equal(1_000, await origin.FetchAsync([.. Enumerable.Repeat(far, 1_000)]).CountAsync());
    }

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
        var origin = await Served.ConnectAsync();
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
        var origin = await Served.ConnectAsync();
        var draft = (await Draft.OfAsync(origin)).File("large", new byte[1 << 20]);
        await origin.BeginPushAsync(draft.Intent(PushId.Parse(Push)), draft.Trees());
        using (var connection = await Http.OpenAsync("PUT", $"{Docs}/pushes/{Push}/contents", await TicketAsync(DriveActions.Write), 1 << 20))
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
                Served.Time.Advance(TimeSpan.FromMinutes(61));
                var next = draft.Intent();
                await origin.BeginPushAsync(next, draft.Trees());
                await origin.AbandonPushAsync(next.Id);
                return StagingDirectories() == 0;
            }, "the push has expired");
            await RefusedAsync(400, ErrorCode.Invalid, Http.SendAsync("POST", $"{Docs}/pushes/{Push}/commit", await TicketAsync(DriveActions.Write)));
        }
        else
            await origin.AbandonPushAsync(PushId.Parse(Push));
        AssertNothingStaged();
    }

    [Fact]
    public async Task A_refusal_that_quotes_a_very_long_path_still_arrives()
    {
        var origin = await Served.ConnectAsync();
        var deep = string.Join('/', Enumerable.Repeat(new string('\u4e00', 80), 120));
        var request = new TreeRequest(DrivePath.Parse(deep), Hash256.Of("x"u8), false);
        var refused = await Assert.ThrowsAsync<DriveException>(async () => await origin.ReadTreesAsync([request]).CountAsync());
        Assert.Equal(ErrorCode.Conflict, refused.Code);
        var body = ErrorBody.Of(new DriveException(ErrorCode.Conflict, deep, deep));
        Assert.True(System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(body, WireJson.Default.ErrorBody).Length <= 16 << 10);
        Assert.Equal(ErrorCode.Conflict, body.ToException().Code);
    }
}
