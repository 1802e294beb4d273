using System.Buffers.Binary;
using OmnyDrive.Errors;

namespace OmnyDrive.Client.Wire;

/// <summary>A packed record: its payload is the length of the whole records that it holds, then these records as one frame of zstd.</summary>
internal static class PackFormat
{
    internal const int LengthSize = sizeof(uint);

    /// <summary>A content's largest record and its head fit.</summary>
    internal const int MaxRaw = StreamLimits.ContentPayload + 4096;

    /// <summary>Packing that makes more of it is refused.</summary>
    internal const int MaxPayload = LengthSize + MaxRaw;

    // A frame of this size is unpacked into its own result, so its window costs nothing; other readers may need it.
    private const ulong MaxWindow = 8 << 20;

    private const int MagicSize = 4, BlockHeadSize = 3, ChecksumSize = 4;

    private const byte SingleSegment = 0x20, ReservedBit = 0x08, HasChecksum = 0x04, DictionaryBits = 0x03;

    private static ReadOnlySpan<byte> Magic => [0x28, 0xB5, 0x2F, 0xFD];

    /// <summary>The length that a payload declares, when that is allowed and a frame follows that is exactly one and may have that length.</summary>
    internal static int CheckRaw(ReadOnlySpan<byte> payload)
    {
        var raw = payload.Length < LengthSize ? 0 : BinaryPrimitives.ReadUInt32BigEndian(payload);
        if (raw is < RecordFormat.RecordHeadSize or > MaxRaw)
            throw DriveException.Protocol($"A packed record of {raw} bytes is not allowed.");
        CheckFrame(payload[LengthSize..], raw);
        return (int)raw;
    }

    // The format of RFC 8878, 3.1.1. What lies in the blocks is left to the decompressor.
    private static void CheckFrame(ReadOnlySpan<byte> frame, uint raw)
    {
        if (frame.Length <= MagicSize || !frame.StartsWith(Magic))
            throw Malformed();
        var flags = frame[MagicSize];
        if ((flags & (ReservedBit | DictionaryBits)) != 0)
            throw Malformed();
        var single = (flags & SingleSegment) != 0;
        var sizeBytes = (flags >> 6) switch { 0 => single ? 1 : 0, 1 => 2, 2 => 4, _ => 8 };
        var at = MagicSize + 1 + (single ? 0 : 1);
        if (frame.Length < at + sizeBytes)
            throw Malformed();
        if ((!single && Window(frame[at - 1]) > MaxWindow) || (sizeBytes > 0 && ContentSize(frame.Slice(at, sizeBytes)) != raw))
            throw Malformed();
        if (EndOfBlocks(frame, at + sizeBytes) + ((flags & HasChecksum) != 0 ? ChecksumSize : 0) != frame.Length)
            throw Malformed();
    }

    private static ulong Window(byte descriptor)
    {
        var power = 1UL << (10 + (descriptor >> 3));
        return power + power / 8 * (ulong)(descriptor & 7);
    }

    private static ulong ContentSize(ReadOnlySpan<byte> field) => field.Length switch
    {
        1 => field[0],
        2 => BinaryPrimitives.ReadUInt16LittleEndian(field) + 256UL,
        4 => BinaryPrimitives.ReadUInt32LittleEndian(field),
        _ => BinaryPrimitives.ReadUInt64LittleEndian(field),
    };

    private static int EndOfBlocks(ReadOnlySpan<byte> frame, int at)
    {
        while (frame.Length - at >= BlockHeadSize)
        {
            var head = frame[at] | frame[at + 1] << 8 | frame[at + 2] << 16;
            var size = head >> 3;
            at += BlockHeadSize + (head >> 1 & 3) switch { 1 => 1, 3 => throw Malformed(), _ => size };
            if (at > frame.Length)
                break;
            if ((head & 1) != 0)
                return at;
        }
        throw Malformed();
    }

    internal static DriveException Malformed() => DriveException.Protocol("A packed record is not one frame of what it declares.");
}
