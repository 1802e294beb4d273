using System.Buffers.Binary;
using System.Text;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Client.Wire;

/// <summary>Writes the fields of one record's payload into memory that is large enough.</summary>
internal ref struct PayloadWriter(Span<byte> to)
{
    /// <summary>Bytes that a path takes at most, its length included.</summary>
    internal static int SizeOf(DrivePath path) => sizeof(ushort) + Encoding.UTF8.GetByteCount(path.ToString());

    private readonly Span<byte> _to = to;

    internal int Written { get; private set; }

    internal void WriteByte(byte value) => _to[Written++] = value;

    internal void WriteUInt16(ushort value)
    {
        BinaryPrimitives.WriteUInt16BigEndian(_to[Written..], value);
        Written += sizeof(ushort);
    }

    internal void WriteUInt32(uint value)
    {
        BinaryPrimitives.WriteUInt32BigEndian(_to[Written..], value);
        Written += sizeof(uint);
    }

    internal void WriteInt64(long value)
    {
        BinaryPrimitives.WriteInt64BigEndian(_to[Written..], value);
        Written += sizeof(long);
    }

    internal void WriteHash(Hash256 hash)
    {
        hash.CopyTo(_to[Written..]);
        Written += Hash256.Size;
    }

    internal void WriteOptional(Hash256? hash)
    {
        WriteByte(hash is null ? (byte)0 : (byte)1);
        if (hash is { } value)
            WriteHash(value);
    }

    internal void WritePath(DrivePath path)
    {
        var length = Encoding.UTF8.GetBytes(path.ToString(), _to[(Written + sizeof(ushort))..]);
        WriteUInt16((ushort)length);
        Written += length;
    }

    internal void WriteBytes(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_to[Written..]);
        Written += bytes.Length;
    }
}
