using System.Buffers.Binary;
using OmnyDrive.Errors;

namespace OmnyDrive.Client.Wire;

/// <summary>
/// The framed binary streams that bulk data travels in, both ways (docs/wire-protocol.md): a head of six bytes, then records of kind, length and
/// payload, then an end record, so that a stream that was cut off is never taken for a whole one.
/// </summary>
internal static class RecordFormat
{
    internal const byte Version = 1;
    internal const int HeadSize = 6;
    internal const int RecordHeadSize = 5;

    internal const byte PackedRecord = 0xF0;
    internal const byte ErrorRecord = 0xFE;
    internal const byte EndRecord = 0xFF;

    internal const int MaxErrorPayload = 16 << 10;

    internal static ReadOnlySpan<byte> Magic => "OMNW"u8;

    internal static void WriteHead(Span<byte> to, byte kind, int payload)
    {
        to[0] = kind;
        BinaryPrimitives.WriteUInt32BigEndian(to[1..], (uint)payload);
    }
}

/// <summary>What a stream carries; the byte stands in its head.</summary>
internal enum StreamKind : byte
{
    TreeRequests = 1,
    Trees = 2,
    ContentRequests = 3,
    Contents = 4,
    Needs = 5,
    ChunkListRequests = 6,
    ChunkLists = 7,
    Ranges = 8,
}

/// <summary>The largest payload of a record, by stream; checked before anything is allocated.</summary>
internal static class StreamLimits
{
    internal const int ContentPayload = 1 << 20;
    internal const long RequestList = 16 << 20;

    internal static int MaxPayload(StreamKind kind) => kind switch
    {
        StreamKind.TreeRequests => 64 << 10,
        StreamKind.Trees => 64 << 20,
        StreamKind.ContentRequests => 64 << 10,
        StreamKind.Contents => ContentPayload,
        StreamKind.Needs => 128,
        StreamKind.ChunkListRequests => 64 << 10,
        StreamKind.ChunkLists => 64 << 10,
        StreamKind.Ranges => 64,
        _ => throw DriveException.Protocol($"There is no stream of kind {kind}."),
    };

    /// <summary>The most bytes that a stream may have when it is unpacked, where that does not depend on the request.</summary>
    internal static long MostUnpacked(StreamKind kind) => kind is StreamKind.TreeRequests or StreamKind.ContentRequests or StreamKind.ChunkListRequests ? RequestList : long.MaxValue;
}
