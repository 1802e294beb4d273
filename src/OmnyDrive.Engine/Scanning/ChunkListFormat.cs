using System.Buffers.Binary;
using System.Security.Cryptography;
using OmnyDrive.Chunking;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.Scanning;

/// <summary>
/// A chunk list as bytes: magic, version, number of chunks, content hash; for each chunk its length, SHA-256, nonce and tag; HMAC-SHA256 over all
/// that with the endpoint's key. Numbers are big-endian.
/// </summary>
internal static class ChunkListFormat
{
    internal const int MaxSize = HeaderSize + ChunkList.MaxCount * RecordSize + HMACSHA256.HashSizeInBytes;

    private const uint Version = 1;
    private const int VersionOffset = 8, CountOffset = 12, ContentOffset = 16, HeaderSize = ContentOffset + Hash256.Size;
    private const int HashOffset = 4, TagOffset = HashOffset + Hash256.Size, RecordSize = TagOffset + ChunkTag.Size;

    private static ReadOnlySpan<byte> Magic => "OMNYCHK\n"u8;

    internal static byte[] Encode(ChunkList list, ChunkKeys keys)
    {
        var bytes = new byte[HeaderSize + list.Count * RecordSize + HMACSHA256.HashSizeInBytes];
        Magic.CopyTo(bytes);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(VersionOffset), Version);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(CountOffset), list.Count);
        list.Content.Value.CopyTo(bytes.AsSpan(ContentOffset));
        var at = bytes.AsSpan(HeaderSize);
        foreach (ref readonly var chunk in list.Chunks)
        {
            BinaryPrimitives.WriteInt32BigEndian(at, chunk.Length);
            chunk.Hash.CopyTo(at[HashOffset..]);
            var tag = chunk.Tag;
            ((ReadOnlySpan<byte>)tag).CopyTo(at[TagOffset..]);
            at = at[RecordSize..];
        }
        HMACSHA256.HashData(keys.Lists, bytes.AsSpan(0, bytes.Length - HMACSHA256.HashSizeInBytes), at);
        return bytes;
    }

    /// <summary>The list of that content; null where the bytes are anything else.</summary>
    internal static ChunkList? Decode(ReadOnlySpan<byte> bytes, ContentHash content, ChunkKeys keys)
    {
        if (bytes.Length < HeaderSize + HMACSHA256.HashSizeInBytes)
            return null;
        var body = bytes[..^HMACSHA256.HashSizeInBytes];
        Span<byte> expected = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(keys.Lists, body, expected);
        if (!CryptographicOperations.FixedTimeEquals(expected, bytes[body.Length..]) || !IsListOf(body, content))
            return null;
        var chunks = new ChunkRecord[(body.Length - HeaderSize) / RecordSize];
        for (var i = 0; i < chunks.Length; i++)
            chunks[i] = Record(body.Slice(HeaderSize + i * RecordSize, RecordSize));
        return AreLengthsPossible(chunks) ? new ChunkList(content, chunks) : null;
    }

    private static bool IsListOf(ReadOnlySpan<byte> body, ContentHash content) =>
        body.StartsWith(Magic)
        && BinaryPrimitives.ReadUInt32BigEndian(body[VersionOffset..]) == Version
        && BinaryPrimitives.ReadInt32BigEndian(body[CountOffset..]) is > 0 and <= ChunkList.MaxCount and var count
        && body.Length == HeaderSize + count * RecordSize
        && new Hash256(body[ContentOffset..HeaderSize]) == content.Value;

    private static ChunkRecord Record(ReadOnlySpan<byte> bytes)
    {
        var tag = default(ChunkTag);
        bytes[TagOffset..].CopyTo(tag);
        return new ChunkRecord(BinaryPrimitives.ReadInt32BigEndian(bytes), new Hash256(bytes[HashOffset..TagOffset]), tag);
    }

    // The buffers of whoever follows the list are made for what FastCDC can cut, whatever an earlier version of this program wrote.
    private static bool AreLengthsPossible(ReadOnlySpan<ChunkRecord> chunks)
    {
        foreach (ref readonly var chunk in chunks[..^1])
        {
            if (chunk.Length is <= FastCdc.MinSize or > FastCdc.MaxSize)
                return false;
        }
        return chunks[^1].Length is > 0 and <= FastCdc.MaxSize;
    }
}
