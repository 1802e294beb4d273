using System.IO.Pipelines;
using CsCheck;
using OmnyDrive.Client.Wire;
using OmnyDrive.Errors;
using OmnyDrive.Origins;
using OmnyDrive.Server.Tests.Content;
using OmnyDrive.Snapshots;
using OmnyDrive.Testing;
using OmnyDrive.Testing.Trees;
using Xunit;

namespace OmnyDrive.Server.Tests.Wire;

public sealed class WireCodecTests
{
    private static readonly Gen<(byte Kind, byte[] Payload)[]> SomeRecords = Gen.Select(Gen.Byte[0, 0xEF], Gen.Byte.Array[0, 300]).Array[0, 12];

    private static readonly string[] Names = ["a", "b.txt", "深", "å̈", "x y", "%2e", "\U0001F600"];

    private static readonly Gen<DrivePath> SomePath = Gen.Int[0, Names.Length - 1].Select(i => Names[i]).Array[0, 6].Select(names => DrivePath.Parse(string.Join('/', names)));

    private static readonly Gen<Hash256> SomeHash = Gen.Byte.Array[32].Select(bytes => new Hash256(bytes));

    private static readonly Gen<Tree> SomeTree = Gen.Select(Gen.String[Gen.Char['a', 'z'], 1, 12], Gen.Int[0, 4], SomeHash, Gen.Long[0, long.MaxValue], Gen.Long, Gen.Bool)
        .Select((name, kind, hash, size, modified, executable) => new NamedEntry(name, kind switch
        {
            0 => Entry.Directory(hash),
            1 or 2 => Entry.File(size, new ContentHash(hash), executable, modified),
            3 => Entry.Symlink(name + "/../" + size),
            _ => Entry.Unknown,
        })).Array[0, 20].Select(entries => Tree.Of(entries.DistinctBy(entry => entry.Name)));

    [Fact]
    public async Task Records_come_out_as_they_went_in_however_the_bytes_are_split() => await SomeRecords.SampleAsync(async records =>
    {
        var bytes = await Streams.WrittenAsync(to => WriteAsync(to, records));
        await AssertReadsAsync(records, DribblingPipe.OneByOne(bytes), bytes.Length);
        await AssertReadsAsync(records, PipeReader.Create(new MemoryStream(bytes)), bytes.Length);
        var random = new Random(bytes.Length);
        await AssertReadsAsync(records, new DribblingPipe(bytes, () => random.Next(1, 50)), bytes.Length);
    }, iter: Iterations.Of(200));

    [Fact]
    public async Task A_stream_split_at_any_one_byte_reads_the_same()
    {
        (byte, byte[])[] records = [(1, [1, 2, 3]), (2, []), (0x7F, new byte[70])];
        var bytes = await Streams.WrittenAsync(to => WriteAsync(to, records));
        for (var at = 1; at < bytes.Length; at++)
        {
            var first = true;
            await AssertReadsAsync(records, new DribblingPipe(bytes, () => (first, first = false) is (true, _) ? at : bytes.Length), bytes.Length);
        }
    }

    [Fact]
    public async Task A_stream_is_head_records_and_end()
    {
        var bytes = await Streams.WrittenAsync(to => WriteAsync(to, [(1, [0xAA, 0xBB])]));
        Assert.Equal("4F4D4E570104" + "0100000002AABB" + "FF00000000", Convert.ToHexString(bytes));
    }

    [Fact]
    public async Task A_stream_cut_at_any_byte_is_never_taken_for_a_whole_one()
    {
        var bytes = await Streams.WrittenAsync(to => WriteAsync(to, [(1, [1, 2, 3]), (1, [4])]));
        for (var length = 0; length < bytes.Length; length++)
            await Assert.ThrowsAsync<EndOfStreamException>(() => ReadAsync(PipeReader.Create(new MemoryStream(bytes[..length]))));
    }

    [Fact]
    public async Task A_record_over_the_limit_is_refused_before_its_payload_is_asked_for()
    {
        byte[] bytes = [.. Streams.Head(StreamKind.Contents), 1, .. Streams.UInt32((1 << 20) + 1)];
        var sent = 0;
        var pipe = new DribblingPipe([.. bytes, .. new byte[100]], () => sent++ < bytes.Length ? 1 : throw new InvalidOperationException("More was asked for."));
        Assert.Equal(ErrorCode.Protocol, (await Assert.ThrowsAsync<DriveException>(() => ReadAsync(pipe))).Code);
    }

    [Fact]
    public async Task A_reader_that_is_disposed_lets_others_read_on()
    {
        byte[] bytes = [.. await Streams.WrittenAsync(to => WriteAsync(to, [(1, [1, 2, 3])])), 42];
        var pipe = PipeReader.Create(new MemoryStream(bytes));
        using (var reader = new RecordReader(pipe, StreamKind.Contents))
        {
            Assert.True(await reader.ReadAsync(default));
        }
        var rest = await pipe.ReadAsync();
        Assert.Equal((byte[])[0xFF, 0, 0, 0, 0, 42], System.Buffers.BuffersExtensions.ToArray(rest.Buffer));
    }

    [Fact]
    public async Task An_error_in_a_stream_is_thrown_where_it_stands()
    {
        var bytes = await Streams.WrittenAsync(async to =>
        {
            var writer = new RecordWriter(to, StreamKind.Contents);
            await writer.CommitAsync(1, 0, default);
            await writer.FailAsync(new DriveException(ErrorCode.Conflict, new string('\u4e00', 20_000), "Do \u001b this."), default);
        });
        using var reader = new RecordReader(DribblingPipe.OneByOne(bytes), StreamKind.Contents);
        Assert.True(await reader.ReadAsync(default));
        var error = await Assert.ThrowsAsync<DriveException>(async () => await reader.ReadAsync(default));
        Assert.Equal((ErrorCode.Conflict, "Do \uFFFD this."), (error.Code, error.Hint));
    }

    [Fact]
    public async Task Tree_requests_content_requests_and_needs_come_out_as_they_went_in()
    {
        await Gen.Select(SomePath, SomeHash, Gen.Bool).Select((path, hash, below) => new TreeRequest(path, hash, below)).Array[0, 10].SampleAsync(async requests =>
            Assert.Equal(requests, await RequestStreams.ReadTreeRequestsAsync(DribblingPipe.OneByOne(await Streams.OfAsync(requests)), default)), iter: Iterations.Of(50));
        await Gen.Select(SomePath, SomeHash, Gen.Long[0, long.MaxValue]).Select((path, hash, size) => new ContentRequest(path, new ContentHash(hash), size)).Array[0, 10].SampleAsync(async requests =>
            Assert.Equal(requests, await RequestStreams.ReadContentRequestsAsync(DribblingPipe.OneByOne(await Streams.OfAsync(requests)), default)), iter: Iterations.Of(50));
        await Gen.Select(SomeHash, Gen.Long[0, long.MaxValue]).Select((hash, size) => new ContentNeed(new ContentHash(hash), size)).Array[0, 10].SampleAsync(async needs =>
        {
            var bytes = await Streams.WrittenAsync(to => RequestStreams.WriteAsync(to, needs, default));
            Assert.Equal(needs, await RequestStreams.ReadNeedsAsync(DribblingPipe.OneByOne(bytes), needs.Length, null, default));
            if (needs.Length > 0)
                await Assert.ThrowsAsync<DriveException>(() => RequestStreams.ReadNeedsAsync(DribblingPipe.OneByOne(bytes), needs.Length - 1, null, default));
        }, iter: Iterations.Of(50));
    }

    [Fact]
    public async Task The_longest_path_fits_into_a_request()
    {
        var longest = DrivePath.Parse(string.Join('/', Enumerable.Repeat(new string('x', 255), 128)));
        var request = new ContentRequest(longest, default, 1);
        Assert.Equal(request, Assert.Single(await RequestStreams.ReadContentRequestsAsync(PipeReader.Create(new MemoryStream(await Streams.OfAsync(request))), default)));
    }

    [Fact]
    public async Task Trees_come_out_with_their_hash_and_the_times_of_their_files() => await Gen.Select(SomePath, SomeTree).Array[0, 5].SampleAsync(async trees =>
    {
        var bytes = await Streams.OfAsync(trees.Select(one => new LocatedTree(one.Item1, one.Item2)).ToAsyncEnumerable());
        var read = await TreeStream.ReadAsync(DribblingPipe.OneByOne(bytes), null, default).ToListAsync();
        Assert.Equal(trees.Select(one => (one.Item1, one.Item2.Hash)), read.Select(one => (one.Path, one.Tree.Hash)));
        Assert.Equal(trees.SelectMany(one => one.Item2.Entries), read.SelectMany(one => one.Tree.Entries));
        Assert.Equal(trees.SelectMany(one => Times(one.Item2)), read.SelectMany(one => Times(one.Tree)));
    }, iter: Iterations.Of(100));

    [Fact]
    public async Task Contents_come_out_byte_for_byte_with_how_they_ended()
    {
        await Gen.Select(Gen.Int[0, 400_000], Gen.Int[1, 200_000], Gen.Bool).Array[0, 4].SampleAsync(async contents =>
        {
            var all = contents.Select((one, i) => (Index: i * 7, Bytes: Noise(one.Item1), Piece: one.Item2, End: one.Item3 ? ContentOutcome.Complete : ContentOutcome.Unavailable)).ToList();
            var bytes = await Streams.OfAsync(MemoryContent.Stream([.. all.Select(one => new MemoryContent(one.Index, one.Bytes, one.Piece, one.End))]));
            var (random, counted, next) = (new Random(bytes.Length), 0L, 0);
            await foreach (var content in ContentRecords.ReadAsync(new DribblingPipe(bytes, () => random.Next(1, 100_000)), count => counted = count, default))
            {
                var expected = all[next++];
                Assert.Equal(expected.Index, content.Index);
                var arrived = await MemoryContent.ReadAllAsync(content);
                Assert.True(expected.Bytes.AsSpan().SequenceEqual(arrived));
                Assert.Equal(expected.End, content.Outcome);
            }
            Assert.Equal((all.Count, (long)bytes.Length), (next, counted));
        }, iter: Iterations.Of(30));
    }

    [Fact]
    public async Task A_content_that_nobody_reads_is_checked_all_the_same()
    {
        foreach (byte[] after in new byte[][] { Streams.Record(1, [0, 0]), Streams.Record(1, Streams.UInt32(8), [1]), Streams.Record(4, Streams.UInt32(7), Streams.Int64(0)) })
        {
            var bytes = Streams.Whole(StreamKind.Contents, Streams.Record(1, Streams.UInt32(7), [1]), after, Streams.Record(2, Streams.UInt32(7)));
            var contents = ContentRecords.ReadAsync(PipeReader.Create(new MemoryStream(bytes)), null, default);
            var error = await Assert.ThrowsAsync<DriveException>(async () => await contents.CountAsync());
            Assert.Equal(ErrorCode.Protocol, error.Code);
        }
    }

    [Fact]
    public async Task A_source_that_fails_in_the_middle_is_told_to_the_reader()
    {
        var bytes = await Streams.OfAsync(FailingAsync());
        var seen = new List<int>();
        var error = await Assert.ThrowsAsync<DriveException>(async () =>
        {
            await foreach (var content in ContentRecords.ReadAsync(DribblingPipe.OneByOne(bytes), null, default))
                seen.Add(content.Index);
        });
        Assert.Equal(("no_space", "Full."), (error.Code, error.Message));
        Assert.Equal([0], seen);
    }

    private static async IAsyncEnumerable<ContentStream> FailingAsync()
    {
        await Task.CompletedTask;
        yield return new MemoryContent(0, new byte[1]);
        throw new DriveException(ErrorCode.NoSpace, "Full.");
    }

    private static IEnumerable<long> Times(Tree tree) => tree.Entries.Select(named => named.Entry.ModifiedNanoseconds);

    private static byte[] Noise(int length)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        return bytes;
    }

    private static async Task WriteAsync(PipeWriter to, IEnumerable<(byte Kind, byte[] Payload)> records)
    {
        var writer = new RecordWriter(to, StreamKind.Contents);
        foreach (var (kind, payload) in records)
        {
            payload.CopyTo(writer.Reserve(payload.Length));
            await writer.CommitAsync(kind, payload.Length, default);
        }
        await writer.EndAsync(default);
    }

    private static async Task<List<(byte Kind, string Payload)>> ReadAsync(PipeReader from)
    {
        using var reader = new RecordReader(from, StreamKind.Contents);
        var read = new List<(byte, string)>();
        while (await reader.ReadAsync(default))
            read.Add((reader.Kind, Convert.ToHexString(System.Buffers.BuffersExtensions.ToArray(reader.Payload))));
        return read;
    }

    private static async Task AssertReadsAsync((byte Kind, byte[] Payload)[] records, PipeReader from, long length)
    {
        using var reader = new RecordReader(from, StreamKind.Contents);
        foreach (var (kind, payload) in records)
        {
            Assert.True(await reader.ReadAsync(default));
            Assert.Equal((kind, Convert.ToHexString(payload)), (reader.Kind, Convert.ToHexString(System.Buffers.BuffersExtensions.ToArray(reader.Payload))));
        }
        Assert.False(await reader.ReadAsync(default));
        Assert.False(await reader.ReadAsync(default));
        Assert.Equal(length, reader.Read);
    }
}
