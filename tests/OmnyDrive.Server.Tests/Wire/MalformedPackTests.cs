using System.IO.Pipelines;
using CsCheck;
using OmnyDrive.Client.Wire;
using OmnyDrive.Errors;
using OmnyDrive.Server.Tests.Content;
using OmnyDrive.Testing.Trees;
using Xunit;
using ZstdSharp;

namespace OmnyDrive.Server.Tests.Wire;

public sealed class MalformedPackTests
{
    private static readonly byte[] Raw = [.. Streams.Record(1, new byte[100]), .. Streams.Record(2, [1, 2, 3])];

    [Fact]
    public async Task A_well_formed_pack_put_together_by_hand_is_read() =>
        Assert.Equal([1, 2], (await ReadAsync(Pack(Raw.Length, Frame(Raw)))).Select(record => record.Kind));

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    [InlineData(-110)]
    [InlineData(100_000)]
    public Task A_pack_that_holds_another_length_than_it_declares_is_refused(int off) => AssertRefusedAsync(Pack(Raw.Length + off, Frame(Raw)));

    [Theory]
    [InlineData(0u)]
    [InlineData(4u)]
    [InlineData((1u << 20) + 4097)]
    [InlineData(1u << 30)]
    [InlineData(uint.MaxValue)]
    public Task A_pack_that_declares_too_much_or_nothing_is_refused(uint raw) => AssertRefusedAsync(Streams.Record(0xF0, Streams.UInt32(raw), Frame(Raw)));

    [Fact]
    public async Task The_longest_pack_is_read()
    {
        byte[] longest = [.. Streams.Record(1, new byte[1 << 20]), .. Streams.Record(1, new byte[4096 - 10])];
        Assert.Equal(2, (await ReadAsync(Pack(longest.Length, Frame(longest)))).Count);
    }

    // 32 KiB of blocks that each repeat one byte 128 Ki times: 1 GiB.
    [Fact]
    public async Task A_bomb_never_makes_more_than_it_declares()
    {
        byte[] bomb = [0x28, 0xB5, 0x2F, 0xFD, 0x00, 0x38, .. Enumerable.Range(0, 8192).SelectMany(i => Block(1, 128 << 10, i == 8191))];
        var before = GC.GetTotalAllocatedBytes(true);
        await AssertRefusedAsync(Pack(1 << 20, bomb));
        await AssertRefusedAsync(Pack(Raw.Length, bomb));
        Assert.InRange(GC.GetTotalAllocatedBytes(true) - before, 0, 16 << 20);
    }

    [Fact]
    public Task A_window_over_eight_mebibytes_is_refused() =>
        AssertRefusedAsync(Pack(5, [0x28, 0xB5, 0x2F, 0xFD, 0x00, 14 << 3, .. Block(0, 5, true), 1, 0, 0, 0, 0]));

    [Fact]
    public async Task A_frame_that_does_not_say_its_size_is_read_within_the_window() =>
        Assert.Single(await ReadAsync(Pack(5, [0x28, 0xB5, 0x2F, 0xFD, 0x00, 13 << 3, .. Block(0, 5, true), 1, 0, 0, 0, 0])));

    [Theory]
    [InlineData(0xF0)]
    [InlineData(0xF1)]
    [InlineData(0xFE)]
    [InlineData(0xFF)]
    public async Task A_pack_error_or_end_in_a_pack_is_refused(byte kind)
    {
        byte[] raw = [.. Streams.Record(1, [1]), .. Streams.Record(kind, kind == 0xF0 ? Pack(Raw.Length, Frame(Raw))[5..] : [])];
        await AssertRefusedAsync(Pack(raw.Length, Frame(raw)));
    }

    [Fact]
    public async Task A_record_that_goes_beyond_its_pack_is_refused()
    {
        for (var cut = 1; cut < 8; cut++)
            await AssertRefusedAsync(Pack(Raw.Length - cut, Frame(Raw[..^cut])));
    }

    [Fact]
    public async Task A_record_over_the_limit_is_refused_in_a_pack_too()
    {
        var raw = Streams.Record(1, new byte[129]);
        using var reader = new RecordReader(PipeReader.Create(new MemoryStream(Streams.Whole(StreamKind.Needs, Pack(raw.Length, Frame(raw))))), StreamKind.Needs);
        Assert.Equal(ErrorCode.Protocol, (await Assert.ThrowsAsync<DriveException>(async () => await reader.ReadAsync(default))).Code);
    }

    [Fact]
    public async Task A_frame_cut_at_any_byte_is_refused()
    {
        var frame = Frame(Raw);
        for (var length = 0; length < frame.Length; length++)
            await AssertRefusedAsync(Pack(Raw.Length, frame[..length]));
        await AssertRefusedAsync(Streams.Record(0xF0, []));
        await AssertRefusedAsync(Streams.Record(0xF0, [0, 0]));
    }

    [Fact]
    public async Task Whatever_follows_the_frame_is_refused()
    {
        byte[] skippable = [0x50, 0x2A, 0x4D, 0x18, 1, 0, 0, 0, 9], empty = Frame([]);
        await AssertRefusedAsync(Pack(Raw.Length, [.. Frame(Raw), 0]));
        await AssertRefusedAsync(Pack(Raw.Length, [.. Frame(Raw), .. skippable]));
        await AssertRefusedAsync(Pack(Raw.Length, [.. skippable, .. Frame(Raw)]));
        await AssertRefusedAsync(Pack(Raw.Length, [.. Frame(Raw), .. empty]));
        await AssertRefusedAsync(Pack(2 * Raw.Length, [.. Frame(Raw), .. Frame(Raw)]));
    }

    [Fact]
    public Task A_frame_that_wants_a_dictionary_is_refused() =>
        AssertRefusedAsync(Pack(5, [0x28, 0xB5, 0x2F, 0xFD, 0x21, 0x07, 0x05, .. Block(0, 5, true), 1, 0, 0, 0, 0]));

    [Fact]
    public Task A_packed_record_over_the_limit_is_refused_before_its_payload_is_asked_for()
    {
        byte[] bytes = [.. Streams.Head(StreamKind.Contents), 0xF0, .. Streams.UInt32((1 << 20) + 4101)];
        var sent = 0;
        var pipe = new DribblingPipe([.. bytes, .. new byte[100]], () => sent++ < bytes.Length ? 1 : throw new InvalidOperationException("More was asked for."));
        return AssertProtocolAsync(() => PackedRecordTests.ReadAsync(pipe));
    }

    [Fact]
    public async Task Bytes_that_flip_in_a_frame_break_the_protocol_or_change_what_is_read_and_nothing_else()
    {
        var frame = Frame([.. Streams.Record(1, [.. Enumerable.Range(0, 3000).Select(i => (byte)(i * i % 31))]), .. Raw]);
        await Gen.Select(Gen.Int[0, frame.Length - 1], Gen.Byte).Array[1, 4].SampleAsync(async flips =>
        {
            var broken = frame.ToArray();
            foreach (var (at, value) in flips)
                broken[at] = value;
            try
            {
                await ReadAsync(Pack(3005 + Raw.Length, broken));
            }
            catch (DriveException e) when (e.Code == ErrorCode.Protocol)
            {
                // Refused.
            }
        }, iter: Iterations.Of(2000));
    }

    [Theory]
    [InlineData((byte)StreamKind.TreeRequests)]
    [InlineData((byte)StreamKind.ContentRequests)]
    [InlineData((byte)StreamKind.ChunkListRequests)]
    public async Task A_list_that_unpacks_to_more_than_a_body_may_have_is_refused(byte kind)
    {
        var raw = Enumerable.Repeat(Streams.Record(1, new byte[60_000]), 16).SelectMany(record => record).ToArray();
        var pack = Pack(raw.Length, Frame(raw));
        var bytes = Streams.Whole((StreamKind)kind, [.. Enumerable.Repeat(pack, 18)]);
        Assert.InRange(bytes.Length, 0, 10_000);
        await AssertProtocolAsync(() => PackedRecordTests.ReadAsync(PipeReader.Create(new MemoryStream(bytes)), (StreamKind)kind));
    }

    [Fact]
    public async Task A_source_bounds_what_its_stream_unpacks_to()
    {
        var bytes = Streams.Whole(StreamKind.Trees, Pack(Raw.Length, Frame(Raw)), Streams.Record(1, [1]));
        var length = Raw.Length + 6 + 5;
        Assert.Equal(3, (await PackedRecordTests.ReadAsync(new RecordSource(PipeReader.Create(new MemoryStream(bytes)), length), StreamKind.Trees)).Count);
        await AssertProtocolAsync(() => PackedRecordTests.ReadAsync(new RecordSource(PipeReader.Create(new MemoryStream(bytes)), length - 1), StreamKind.Trees));
    }

    private static byte[] Frame(byte[] raw)
    {
        using var compressor = new Compressor(1);
        return compressor.Wrap(raw).ToArray();
    }

    private static byte[] Pack(int raw, byte[] frame) => Streams.Record(0xF0, Streams.UInt32((uint)raw), frame);

    // A block's head, and the byte that is repeated where it is of that type.
    private static byte[] Block(int type, int size, bool last)
    {
        var head = size << 3 | type << 1 | (last ? 1 : 0);
        return [(byte)head, (byte)(head >> 8), (byte)(head >> 16), .. type == 1 ? (byte[])[1] : []];
    }

    private static Task<List<(byte Kind, byte[] Payload)>> ReadAsync(byte[] pack) => PackedRecordTests.ReadAsync(PipeReader.Create(new MemoryStream(Streams.Whole(StreamKind.Contents, pack))));

    private static Task AssertRefusedAsync(byte[] pack) => AssertProtocolAsync(() => ReadAsync(pack));

    private static async Task AssertProtocolAsync(Func<Task> read) => Assert.Equal(ErrorCode.Protocol, (await Assert.ThrowsAsync<DriveException>(read)).Code);
}
