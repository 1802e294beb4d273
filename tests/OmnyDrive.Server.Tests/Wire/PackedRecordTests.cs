using System.Buffers;
using System.IO.Pipelines;
using CsCheck;
using OmnyDrive.Client.Wire;
using OmnyDrive.Errors;
using OmnyDrive.Server.Tests.Content;
using OmnyDrive.Testing.Trees;
using OmnyDrive.Transfer;
using Xunit;

namespace OmnyDrive.Server.Tests.Wire;

public sealed class PackedRecordTests
{
    private static readonly CompressionWish Always = new(CompressionMode.Always), Far = new(CompressionMode.Auto, TimeSpan.FromSeconds(1));

    // Small ones, text and noise, and records that no pack has room for.
    private static readonly Gen<byte[]> SomePayload = Gen.Frequency(
        (6, Gen.Byte.Array[0, 100]),
        (3, Gen.Select(Gen.Int[0, 140_000], Gen.Byte).Select((length, value) => Enumerable.Repeat(value, length).ToArray())),
        (2, Gen.Select(Gen.Int[0, 140_000], Gen.Int).Select(Noise)),
        (1, Gen.Int[380_000, 420_000].Select(length => new byte[length])));

    private static readonly Gen<(byte Kind, byte[] Payload)[]> SomeRecords = Gen.Select(Gen.Byte[0, 0xEF], SomePayload).Array[0, 12];

    [Fact]
    public async Task Records_come_out_as_they_went_in_packed_or_not() => await Gen.Select(SomeRecords, Gen.Bool).SampleAsync(async (records, always) =>
    {
        var bytes = await WrittenAsync(records, always ? Always : Far);
        await AssertReadsAsync(records, PipeReader.Create(new MemoryStream(bytes)), bytes.Length);
        var random = new Random(bytes.Length);
        await AssertReadsAsync(records, new DribblingPipe(bytes, () => random.Next(1, 60_000)), bytes.Length);
    }, iter: Iterations.Of(60));

    [Fact]
    public async Task A_packed_stream_split_at_any_one_byte_reads_the_same()
    {
        (byte, byte[])[] records = [(1, new byte[600]), (2, []), (3, [1, 2, 3])];
        var bytes = await WrittenAsync(records, Always);
        Assert.Equal(RecordFormat.PackedRecord, bytes[RecordFormat.HeadSize]);
        await AssertReadsAsync(records, DribblingPipe.OneByOne(bytes), bytes.Length);
        for (var at = 1; at < bytes.Length; at++)
        {
            var first = true;
            await AssertReadsAsync(records, new DribblingPipe(bytes, () => (first, first = false) is (true, _) ? at : bytes.Length), bytes.Length);
        }
    }

    [Fact]
    public async Task A_packed_stream_cut_at_any_byte_is_never_taken_for_a_whole_one()
    {
        var bytes = await WrittenAsync([(1, new byte[600]), (1, [4])], Always);
        for (var length = 0; length < bytes.Length; length++)
            await Assert.ThrowsAsync<EndOfStreamException>(() => ReadAsync(PipeReader.Create(new MemoryStream(bytes[..length]))));
    }

    [Fact]
    public async Task Packed_and_plain_records_may_alternate()
    {
        byte[] pack = await PackAsync((1, new byte[300]), (2, new byte[300]));
        var bytes = Streams.Whole(StreamKind.Contents, Streams.Record(3, [7]), pack, pack, Streams.Record(4, [8]), pack);
        Assert.Equal([3, 1, 2, 1, 2, 4, 1, 2], (await ReadAsync(DribblingPipe.OneByOne(bytes))).Select(record => record.Kind));
    }

    [Fact]
    public async Task A_stream_of_text_becomes_much_smaller()
    {
        var records = Enumerable.Range(0, 200).Select(i => ((byte)1, Text(i))).ToArray();
        var (plain, packed) = (await WrittenAsync(records, new CompressionWish(CompressionMode.Never)), await WrittenAsync(records, Always));
        Assert.InRange(packed.Length, 1, plain.Length / 3);
    }

    [Theory]
    [InlineData(100)]
    [InlineData(1000)]
    [InlineData(100_000)]
    [InlineData(131_076)]
    [InlineData(400_000)]
    public async Task A_stream_of_noise_does_not_grow_by_a_byte(int size)
    {
        var records = Enumerable.Range(0, 2_000_000 / size).Select(i => ((byte)1, Noise(size, i))).ToArray();
        var plain = await WrittenAsync(records, new CompressionWish(CompressionMode.Never));
        foreach (var wish in new[] { Always, Far })
            Assert.InRange((await WrittenAsync(records, wish)).Length, 0, plain.Length);
    }

    [Fact]
    public async Task A_target_without_a_policy_gets_the_bytes_that_it_always_got()
    {
        (byte, byte[])[] records = [(1, new byte[1000])];
        Assert.Equal(Streams.Whole(StreamKind.Contents, Streams.Record(1, new byte[1000])), await Streams.WrittenAsync(to => WriteAsync(to, records)));
        Assert.Equal(Streams.Whole(StreamKind.Contents, Streams.Record(1, new byte[1000])), await WrittenAsync(records, new CompressionWish(CompressionMode.Auto)));
    }

    [Fact]
    public async Task An_error_comes_after_the_records_that_were_gathered_and_is_not_packed()
    {
        var bytes = await Streams.WrittenAsync(async to =>
        {
            using var writer = new RecordWriter(new RecordTarget(to, new CompressionPolicy(Always)), StreamKind.Contents);
            new byte[500].CopyTo(writer.Reserve(500));
            await writer.CommitAsync(1, 500, default);
            writer.Reserve(100).Span.Fill(1);
            await writer.FailAsync(new DriveException(ErrorCode.NoSpace, "Full."), default);
        });
        using var reader = new RecordReader(PipeReader.Create(new MemoryStream(bytes)), StreamKind.Contents);
        Assert.True(await reader.ReadAsync(default));
        Assert.Equal((1, 500), ((int)reader.Kind, (int)reader.Payload.Length));
        Assert.Equal(ErrorCode.NoSpace, (await Assert.ThrowsAsync<DriveException>(async () => await reader.ReadAsync(default))).Code);
    }

    [Fact]
    public async Task A_reader_that_is_disposed_within_a_pack_lets_others_read_on()
    {
        byte[] bytes = [.. Streams.Head(StreamKind.Contents), .. await PackAsync((1, new byte[300]), (2, [])), 42];
        var pipe = PipeReader.Create(new MemoryStream(bytes));
        using (var reader = new RecordReader(pipe, StreamKind.Contents))
            Assert.True(await reader.ReadAsync(default));
        Assert.Equal([42], (await pipe.ReadAsync()).Buffer.ToArray());
    }

    internal static Task<byte[]> WrittenAsync((byte Kind, byte[] Payload)[] records, CompressionWish wish) =>
        Streams.WrittenAsync(to => WriteAsync(new RecordTarget(to, new CompressionPolicy(wish)), records));

    internal static async Task<List<(byte Kind, byte[] Payload)>> ReadAsync(RecordSource from, StreamKind kind = StreamKind.Contents)
    {
        using var reader = new RecordReader(from, kind);
        var read = new List<(byte, byte[])>();
        while (await reader.ReadAsync(default))
            read.Add((reader.Kind, reader.Payload.ToArray()));
        return read;
    }

    internal static Task<List<(byte Kind, byte[] Payload)>> ReadAsync(PipeReader from) => ReadAsync((RecordSource)from);

    // One packed record, as the product writes it.
    private static async Task<byte[]> PackAsync(params (byte, byte[])[] records) =>
        (await WrittenAsync(records, Always))[RecordFormat.HeadSize..^RecordFormat.RecordHeadSize];

    private static async Task WriteAsync(RecordTarget to, IEnumerable<(byte Kind, byte[] Payload)> records)
    {
        using var writer = new RecordWriter(to, StreamKind.Contents);
        foreach (var (kind, payload) in records)
        {
            // As contents are written: room for the largest is asked for, whatever comes.
            payload.CopyTo(writer.Reserve(Math.Max(payload.Length, payload.Length % 2 == 0 ? 131_076 : 0)));
            await writer.CommitAsync(kind, payload.Length, default);
        }
        await writer.EndAsync(default);
    }

    private static async Task AssertReadsAsync((byte Kind, byte[] Payload)[] records, PipeReader from, long length)
    {
        using var reader = new RecordReader(from, StreamKind.Contents);
        foreach (var (kind, payload) in records)
        {
            Assert.True(await reader.ReadAsync(default));
            Assert.Equal(kind, reader.Kind);
            Assert.True(payload.AsSpan().SequenceEqual(reader.Payload.ToArray()));
        }
        Assert.False(await reader.ReadAsync(default));
        Assert.False(await reader.ReadAsync(default));
        Assert.Equal(length, reader.Read);
    }

    private static byte[] Text(int seed)
    {
        var random = new Random(seed);
        return System.Text.Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 500).Select(i => $"    line {i} of the file says {random.Next(1000)};\n")));
    }

    private static byte[] Noise(int length, int seed)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }
}
