using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Text;
using OmnyDrive.Client.Wire;
using OmnyDrive.Origins;

namespace OmnyDrive.Server.Tests.Content;

/// <summary>Streams of records, well-formed as the product writes them, or put together byte by byte.</summary>
internal static class Streams
{
    internal const byte End = 0xFF, Error = 0xFE;

    internal static Task<byte[]> OfAsync(params TreeRequest[] requests) => WrittenAsync(to => RequestStreams.WriteAsync(to, requests, default));

    internal static Task<byte[]> OfAsync(params ContentRequest[] requests) => WrittenAsync(to => RequestStreams.WriteAsync(to, requests, default));

    internal static Task<byte[]> OfAsync(IAsyncEnumerable<LocatedTree> trees) => WrittenAsync(to => TreeStream.WriteAsync(to, trees, default));

    internal static Task<byte[]> OfAsync(IAsyncEnumerable<ContentStream> contents) => WrittenAsync(to => ContentRecords.WriteAsync(to, contents, default));

    internal static async Task<byte[]> WrittenAsync(Func<PipeWriter, Task> write)
    {
        using var memory = new MemoryStream();
        var to = PipeWriter.Create(memory, new StreamPipeWriterOptions(leaveOpen: true));
        await write(to);
        await to.CompleteAsync();
        return memory.ToArray();
    }

    /// <summary>Head, records and end.</summary>
    internal static byte[] Whole(StreamKind kind, params byte[][] records) => [.. Head(kind), .. records.SelectMany(record => record), .. Record(End)];

    internal static byte[] Head(StreamKind kind, byte version = 1) => [.. "OMNW"u8, version, (byte)kind];

    internal static byte[] Record(byte kind, params byte[][] fields)
    {
        byte[] payload = [.. fields.SelectMany(field => field)];
        return [kind, .. UInt32((uint)payload.Length), .. payload];
    }

    /// <summary>A request for all of a content.</summary>
    internal static byte[] Request(byte[] path, byte[] hash, long size) => Record(1, path, hash, Int64(size), Int64(0), Int64(size));

    internal static byte[] UInt32(uint value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        return bytes;
    }

    internal static byte[] Int64(long value)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(bytes, value);
        return bytes;
    }

    /// <summary>A path with its length, whatever it is made of.</summary>
    internal static byte[] Path(params byte[] utf8) => [(byte)(utf8.Length >> 8), (byte)utf8.Length, .. utf8];

    internal static byte[] Path(string path) => Path(Encoding.UTF8.GetBytes(path));

    /// <summary>A tree record with an encoding and times as given.</summary>
    internal static byte[] Tree(string path, byte[] encoding, params long[] times) =>
        Record(1, Path(path), UInt32((uint)encoding.Length), encoding, [.. times.SelectMany(Int64)]);
}
