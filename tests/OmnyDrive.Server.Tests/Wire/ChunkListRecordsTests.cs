using CsCheck;
using OmnyDrive.Chunking;
using OmnyDrive.Client.Wire;
using OmnyDrive.Errors;
using OmnyDrive.Origins;
using OmnyDrive.Server.Tests.Content;
using OmnyDrive.Snapshots;
using OmnyDrive.Testing;
using OmnyDrive.Testing.Trees;
using Xunit;

namespace OmnyDrive.Server.Tests.Wire;

/// <summary>Chunk lists, ranges, bases and parts of contents on the wire.</summary>
public sealed class ChunkListRecordsTests
{
    private static readonly Gen<Hash256> SomeHash = Gen.Byte.Array[32].Select(bytes => new Hash256(bytes));

    private static readonly Gen<ContentHash?> SomeBase = Gen.Select(SomeHash, Gen.Bool).Select((hash, isThere) => isThere ? new ContentHash(hash) : (ContentHash?)null);

    private static readonly Gen<ChunkRun> SomeRun = Gen.Select(Gen.Bool, Gen.Int[0, int.MaxValue], Gen.Int[1, int.MaxValue], SomeHash)
        .Select((ofBase, number, count, hash) => ofBase ? ChunkRun.OfBase(number, count) : ChunkRun.Of(number, hash));

    private static readonly Gen<ChunkPieces> SomePieces = Gen.Select(Gen.Int[0, int.MaxValue], Gen.Select(Gen.Int[0, ushort.MaxValue], Gen.ULong).Select((length, hash) => new Piece(length, hash)).Array[0, 30])
        .Select((chunk, pieces) => new ChunkPieces(chunk, pieces));

    private static readonly Gen<ChunkListPart> SomePart = Gen.Select(Gen.Int[0, int.MaxValue], SomeRun.Array[0, 30], SomePieces.Null(), Gen.Int[0, 2])
        .Select((index, runs, pieces, outcome) => new ChunkListPart(index, runs, (ContentOutcome)outcome) { Pieces = pieces });

    [Fact]
    public Task Chunk_lists_come_out_as_they_went_in_however_the_bytes_are_split() => SomePart.Array[0, 5].SampleAsync(async parts =>
    {
        var bytes = await WrittenAsync(parts);
        var (read, counted, random) = (new List<ChunkListPart>(), 0L, new Random(bytes.Length));
        await foreach (var part in ChunkListRecords.ReadAsync(new DribblingPipe(bytes, () => random.Next(1, 60)), count => counted = count, default))
            read.Add(part);
        // A part may come in several; the runs of each list and its end come in order.
        Assert.Equal(Flat(parts), Flat(read));
        Assert.Equal(FlatPieces(parts), FlatPieces(read));
        Assert.Equal(bytes.Length, counted);
    }, iter: Iterations.Of(100));

    [Fact]
    public async Task A_long_list_is_told_in_records_of_which_each_is_bounded()
    {
        ChunkRun[] runs = [.. Enumerable.Range(0, 5_000).Select(i => ChunkRun.Of(i, default)), .. Enumerable.Range(0, 3_000).Select(i => ChunkRun.OfBase(i, 1))];
        var read = await ReadAsync(await WrittenAsync(new ChunkListPart(3, runs, ContentOutcome.Complete)));
        Assert.Equal(runs, read.SelectMany(part => part.Runs));
        Assert.All(read, part => Assert.InRange(part.Runs.Count, 0, 1024));
    }

    public static TheoryData<string, byte[]> Malformed => new()
    {
        { "no index", Streams.Record(1) },
        { "half an index", Streams.Record(1, [0, 0]) },
        { "an index too large", Streams.Record(3, Streams.UInt32(0x8000_0000)) },
        { "half a chunk", Streams.Record(1, Streams.UInt32(0), Streams.UInt32(5), new byte[31]) },
        { "a chunk and a byte", Streams.Record(1, Streams.UInt32(0), Streams.UInt32(5), new byte[33]) },
        { "a length too large", Streams.Record(1, Streams.UInt32(0), Streams.UInt32(uint.MaxValue), new byte[32]) },
        { "half a run", Streams.Record(2, Streams.UInt32(0), Streams.UInt32(5)) },
        { "a run and a byte", Streams.Record(2, Streams.UInt32(0), Streams.UInt32(5), Streams.UInt32(1), [0]) },
        { "an empty run", Streams.Record(2, Streams.UInt32(0), Streams.UInt32(5), Streams.UInt32(0)) },
        { "a run too long", Streams.Record(2, Streams.UInt32(0), Streams.UInt32(5), Streams.UInt32(0x8000_0000)) },
        { "pieces of no chunk", Streams.Record(5, Streams.UInt32(0)) },
        { "pieces of half a chunk's number", Streams.Record(5, Streams.UInt32(0), [0, 0]) },
        { "pieces of a chunk too far", Streams.Record(5, Streams.UInt32(0), Streams.UInt32(0x8000_0000)) },
        { "half a piece", Streams.Record(5, Streams.UInt32(0), Streams.UInt32(0), new byte[9]) },
        { "a piece and a byte", Streams.Record(5, Streams.UInt32(0), Streams.UInt32(0), new byte[11]) },
        { "a run too far", Streams.Record(2, Streams.UInt32(0), Streams.UInt32(uint.MaxValue), Streams.UInt32(1)) },
        { "more behind an end", Streams.Record(3, Streams.UInt32(0), [0]) },
        { "more behind unavailable", Streams.Record(4, Streams.UInt32(0), [0]) },
        { "another kind", Streams.Record(6, Streams.UInt32(0)) },
        { "kind zero", Streams.Record(0, Streams.UInt32(0)) },
    };

    [Theory, MemberData(nameof(Malformed))]
    public async Task A_malformed_record_is_refused(string what, byte[] record)
    {
        var refused = await Assert.ThrowsAsync<DriveException>(() => ReadAsync(Streams.Whole(StreamKind.ChunkLists, record)));
        Assert.True(refused.Code == ErrorCode.Protocol, what);
    }

    [Fact]
    public async Task A_stream_of_chunk_lists_that_is_cut_at_any_byte_is_never_taken_for_a_whole_one()
    {
        var bytes = await WrittenAsync(new ChunkListPart(0, [ChunkRun.Of(5, default), ChunkRun.OfBase(1, 2)], ContentOutcome.Complete));
        for (var length = 0; length < bytes.Length; length++)
            await Assert.ThrowsAsync<EndOfStreamException>(() => ReadAsync(bytes[..length]));
    }

    [Fact]
    public async Task Requests_for_chunk_lists_and_parts_ranges_and_needs_with_a_base_come_out_as_they_went_in()
    {
        var path = DrivePath.Parse("dir/深");
        await Gen.Select(SomeHash, Gen.Long[0, long.MaxValue], SomeBase).Select((hash, size, known) => new ChunkListRequest(path, new ContentHash(hash), size, known)).Array[0, 10].SampleAsync(async requests =>
            Assert.Equal(requests, await RequestStreams.ReadChunkListRequestsAsync(Pipe(await Streams.WrittenAsync(to => RequestStreams.WriteAsync(to, requests, default))), default)), iter: Iterations.Of(30));
        await Gen.Select(SomeHash, Gen.Long[0, long.MaxValue], SomeBase).Select((hash, size, known) => new ContentNeed(new ContentHash(hash), size, known)).Array[0, 10].SampleAsync(async needs =>
            Assert.Equal(needs, await RequestStreams.ReadNeedsAsync(Pipe(await Streams.WrittenAsync(to => RequestStreams.WriteAsync(to, needs, default))), 10, null, default)), iter: Iterations.Of(30));
        await Gen.Select(Gen.Int[0, int.MaxValue], Gen.Long[0, long.MaxValue], Gen.Long[0, long.MaxValue]).Select((need, offset, length) => new ContentRange(need, offset, length)).Array[0, 10].SampleAsync(async ranges =>
        {
            var bytes = await Streams.WrittenAsync(to => RequestStreams.WriteAsync(to, ranges, default));
            Assert.Equal(ranges, await RequestStreams.ReadRangesAsync(Pipe(bytes), ranges.Length, null, default));
            if (ranges.Length > 0)
                await Assert.ThrowsAsync<DriveException>(() => RequestStreams.ReadRangesAsync(Pipe(bytes), ranges.Length - 1, null, default));
        }, iter: Iterations.Of(30));
        await Gen.Select(SomeHash, Gen.Long[0, long.MaxValue], Gen.Long[0, long.MaxValue]).Select((hash, size, offset) => new ContentRequest(path, new ContentHash(hash), size, Math.Min(size, offset), size - Math.Min(size, offset))).Array[0, 10].SampleAsync(async requests =>
            Assert.Equal(requests, await RequestStreams.ReadContentRequestsAsync(Pipe(await Streams.OfAsync(requests)), default)), iter: Iterations.Of(30));
    }

    [Theory]
    [InlineData(5, 0, 6)]
    [InlineData(5, 6, 0)]
    [InlineData(5, 3, 3)]
    [InlineData(5, long.MaxValue, long.MaxValue)]
    [InlineData(0, 1, 0)]
    [InlineData(5, -1, 1)]
    [InlineData(5, 1, -1)]
    public async Task A_part_that_lies_behind_its_content_is_refused(long size, long offset, long length)
    {
        var bytes = Streams.Whole(StreamKind.ContentRequests, Streams.Record(1, Streams.Path("a"), new byte[32], Streams.Int64(size), Streams.Int64(offset), Streams.Int64(length)));
        Assert.Equal(ErrorCode.Protocol, (await Assert.ThrowsAsync<DriveException>(() => RequestStreams.ReadContentRequestsAsync(Pipe(bytes), default))).Code);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(255)]
    public async Task A_base_that_neither_is_there_nor_is_not_is_refused(byte flag)
    {
        var need = Streams.Record(1, new byte[32], Streams.Int64(1), flag == 0 ? [flag, 0] : [flag]);
        Assert.Equal(ErrorCode.Protocol, (await Assert.ThrowsAsync<DriveException>(() => RequestStreams.ReadNeedsAsync(Pipe(Streams.Whole(StreamKind.Needs, need)), 9, null, default))).Code);
        var half = Streams.Record(1, new byte[32], Streams.Int64(1), [1], new byte[31]);
        Assert.Equal(ErrorCode.Protocol, (await Assert.ThrowsAsync<DriveException>(() => RequestStreams.ReadNeedsAsync(Pipe(Streams.Whole(StreamKind.Needs, half)), 9, null, default))).Code);
    }

    [Fact]
    public async Task A_part_of_a_content_comes_out_with_its_offset()
    {
        foreach (var offset in new[] { 0, 1, long.MaxValue })
        {
            var bytes = await Streams.OfAsync(MemoryContent.Stream(new Part(7, offset, [1, 2, 3]), new Part(8, 5, [])));
            var all = new List<(int, long, string, ContentOutcome)>();
            await foreach (var content in ContentRecords.ReadAsync(Pipe(bytes), null, default))
                all.Add((content.Index, content.Offset, Convert.ToHexString(await MemoryContent.ReadAllAsync(content)), content.Outcome));
            Assert.Equal([(7, offset, "010203", ContentOutcome.Complete), (8, 5, "", ContentOutcome.Complete)], all);
        }
    }

    public static TheoryData<string, byte[][]> MalformedParts => new()
    {
        { "no offset", [Streams.Record(4, Streams.UInt32(0))] },
        { "half an offset", [Streams.Record(4, Streams.UInt32(0), new byte[7])] },
        { "more than an offset", [Streams.Record(4, Streams.UInt32(0), new byte[9])] },
        { "a negative offset", [Streams.Record(4, Streams.UInt32(0), Streams.Int64(-1))] },
        { "an offset and nothing", [Streams.Record(4, Streams.UInt32(0), Streams.Int64(1))] },
        { "two offsets", [Streams.Record(4, Streams.UInt32(0), Streams.Int64(1)), Streams.Record(4, Streams.UInt32(0), Streams.Int64(2))] },
        { "an offset in the middle", [Streams.Record(1, Streams.UInt32(0), [1]), Streams.Record(4, Streams.UInt32(0), Streams.Int64(1)), Streams.Record(2, Streams.UInt32(0))] },
        { "an offset and another content", [Streams.Record(4, Streams.UInt32(0), Streams.Int64(1)), Streams.Record(2, Streams.UInt32(1))] },
    };

    [Theory, MemberData(nameof(MalformedParts))]
    public async Task A_malformed_part_of_a_content_is_refused(string what, byte[][] records)
    {
        var refused = await Assert.ThrowsAsync<DriveException>(async () =>
        {
            await foreach (var content in ContentRecords.ReadAsync(Pipe(Streams.Whole(StreamKind.Contents, records)), null, default))
                await MemoryContent.ReadAllAsync(content);
        });
        Assert.True(refused.Code == ErrorCode.Protocol, what);
    }

    private static DribblingPipe Pipe(byte[] bytes) => DribblingPipe.OneByOne(bytes);

    private static Task<byte[]> WrittenAsync(params ChunkListPart[] parts) => Streams.WrittenAsync(to => ChunkListRecords.WriteAsync(to, parts.ToAsyncEnumerable(), default));

    private static async Task<List<ChunkListPart>> ReadAsync(byte[] bytes) => await ChunkListRecords.ReadAsync(Pipe(bytes), null, default).ToListAsync();

    private static IEnumerable<(int, ChunkRun?, ContentOutcome)> Flat(IEnumerable<ChunkListPart> parts) => parts.SelectMany(part => part.Runs
        .Select(run => (part.Index, (ChunkRun?)run, ContentOutcome.Open))
        .Concat(part.Outcome == ContentOutcome.Open ? [] : [(part.Index, null, part.Outcome)]));

    private static IEnumerable<(int, int, int, Piece?)> FlatPieces(IEnumerable<ChunkListPart> parts) => parts.Where(part => part.Pieces is not null)
        .SelectMany(part => part.Pieces!.Pieces.Cast<Piece?>().Append(null).Select((piece, i) => (part.Index, part.Pieces.Chunk, i, piece)));

    private sealed class Part(int index, long offset, byte[] bytes) : ContentStream
    {
        private readonly MemoryContent _content = new(index, bytes);

        public override int Index => index;

        public override long Offset => offset;

        public override ContentOutcome Outcome => _content.Outcome;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellation) => _content.ReadAsync(buffer, cancellation);
    }
}
