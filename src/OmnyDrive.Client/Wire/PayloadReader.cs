using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using OmnyDrive.Errors;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Client.Wire;

/// <summary>Reads the fields of one record's payload; anything missing or left over throws.</summary>
internal ref struct PayloadReader(ReadOnlySequence<byte> payload)
{
    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    private ReadOnlySpan<byte> _rest = payload.IsSingleSegment ? payload.FirstSpan : payload.ToArray();

    internal byte ReadByte() => Take(1)[0];

    internal ushort ReadUInt16() => BinaryPrimitives.ReadUInt16BigEndian(Take(sizeof(ushort)));

    internal uint ReadUInt32() => BinaryPrimitives.ReadUInt32BigEndian(Take(sizeof(uint)));

    internal long ReadSize()
    {
        var size = BinaryPrimitives.ReadInt64BigEndian(Take(sizeof(long)));
        return size >= 0 ? size : throw DriveException.Protocol("A size is negative.");
    }

    /// <summary>Reads which of a list something is.</summary>
    internal int ReadIndex() => ReadUInt32() is <= int.MaxValue and var index ? (int)index : throw DriveException.Protocol("An index is out of range.");

    internal bool ReadYesNo() => ReadByte() switch
    {
        0 => false,
        1 => true,
        var other => throw DriveException.Protocol($"{other} is neither yes nor no."),
    };

    internal Hash256? ReadOptionalHash() => ReadYesNo() ? ReadHash() : null;

    internal long ReadInt64() => BinaryPrimitives.ReadInt64BigEndian(Take(sizeof(long)));

    internal Hash256 ReadHash() => new(Take(Hash256.Size));

    internal DrivePath ReadPath()
    {
        var bytes = Take(ReadUInt16());
        try
        {
            return DrivePath.Parse(StrictUtf8.GetString(bytes));
        }
        catch (DecoderFallbackException)
        {
            throw DriveException.Protocol("A path is not valid UTF-8.");
        }
    }

    internal ReadOnlySpan<byte> Take(int length)
    {
        if (length > _rest.Length)
            throw DriveException.Protocol("A record is shorter than its fields.");
        var taken = _rest[..length];
        _rest = _rest[length..];
        return taken;
    }

    internal readonly void RequireEnd()
    {
        if (!_rest.IsEmpty)
            throw DriveException.Protocol("A record is longer than its fields.");
    }
}
