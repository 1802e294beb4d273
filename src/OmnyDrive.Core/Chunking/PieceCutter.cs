using System.Buffers.Binary;
using System.Security.Cryptography;

namespace OmnyDrive.Chunking;

/// <summary>
/// Cuts a chunk into pieces: FastCDC once more, with smaller sizes, beginning anew with each chunk. So the pieces are a function of the chunk's bytes, and two chunks
/// that share a stretch of bytes share the pieces in it, but for one or two at its beginning, wherever it lies in them. Sizes, masks and the hash are part of the wire protocol
/// (docs/wire-protocol.md): whoever cuts otherwise finds nothing, and the chunk travels whole.
/// </summary>
public static class PieceCutter
{
    /// <summary>No piece but the last of a chunk is as short: 256 bytes.</summary>
    public const int MinSize = 256;

    /// <summary>The size around which lengths gather: 1 KiB.</summary>
    public const int NormalSize = 1 << 10;

    /// <summary>No piece is longer: 4 KiB.</summary>
    public const int MaxSize = 4 << 10;

    /// <summary>No chunk has more pieces.</summary>
    public const int MostInChunk = FastCdc.MaxSize / MinSize;

    // Level 1, one bit more before the normal size and one less behind it: the more lengths are alike, the longer two cuttings that began apart take to meet.
    private static readonly CutRule Rule = new(MinSize, NormalSize, MaxSize, 1UL << 53, 1UL << 55);

    /// <summary>The length of the piece that begins at the first byte of what is left of a chunk.</summary>
    public static int NextLength(ReadOnlySpan<byte> rest) => FastCdc.NextLength(rest, Rule);

    /// <summary>The hash of a piece.</summary>
    public static ulong HashOf(ReadOnlySpan<byte> piece)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(piece, hash);
        return BinaryPrimitives.ReadUInt64BigEndian(hash);
    }

    /// <summary>The pieces of a chunk, in their order.</summary>
    public static IReadOnlyList<Piece> Cut(ReadOnlySpan<byte> chunk)
    {
        var pieces = new List<Piece>(chunk.Length / NormalSize + 1);
        while (chunk.Length > 0)
        {
            var length = NextLength(chunk);
            pieces.Add(new Piece(length, HashOf(chunk[..length])));
            chunk = chunk[length..];
        }
        return pieces;
    }
}
