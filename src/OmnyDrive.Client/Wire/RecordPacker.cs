using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics;
using OmnyDrive.Transfer;
using ZstdSharp;

namespace OmnyDrive.Client.Wire;

/// <summary>Gathers whole records and makes one packed record of them, or leaves them as they are where that is not worth it.</summary>
internal sealed class RecordPacker(CompressionPolicy policy) : IDisposable
{
    // Room for a record of content behind what is not yet a pack.
    private const int Capacity = CompressionPolicy.PackSize + (130 << 10);

    // A frame and its record cost more than can be gained.
    private const int Smallest = 256;

    private byte[]? _gathered;
    private Compressor? _compressor;

    /// <summary>Bytes gathered.</summary>
    internal int Length { get; private set; }

    internal bool IsFull => Length >= CompressionPolicy.PackSize;

    /// <summary>Whether a record of this size is gathered rather than sent as it is. What has been begun is filled.</summary>
    internal bool Takes(int payload) => payload <= Capacity - RecordFormat.RecordHeadSize && (Length > 0 || policy.Packs);

    internal bool HasRoom(int payload) => payload <= Capacity - RecordFormat.RecordHeadSize - Length;

    internal Memory<byte> Reserve(int payload)
    {
        _gathered ??= ArrayPool<byte>.Shared.Rent(Capacity);
        return _gathered.AsMemory(Length + RecordFormat.RecordHeadSize, payload);
    }

    internal void Commit(byte kind, int payload)
    {
        RecordFormat.WriteHead(_gathered.AsSpan(Length), kind, payload);
        Length += RecordFormat.RecordHeadSize + payload;
    }

    /// <summary>Writes what was gathered and forgets it; returns how many bytes that made.</summary>
    internal int WriteTo(IBufferWriter<byte> to)
    {
        var raw = _gathered.AsSpan(0, Length);
        Length = 0;
        if (raw.Length >= Smallest && Pack(raw, to) is var written and > 0)
            return written;
        to.Write(raw);
        return raw.Length;
    }

    public void Dispose()
    {
        if (_gathered is not null)
            ArrayPool<byte>.Shared.Return(_gathered);
        _gathered = null;
        Length = 0;
        _compressor?.Dispose();
    }

    // What was written, or 0 where it did not shrink.
    private int Pack(ReadOnlySpan<byte> raw, IBufferWriter<byte> to)
    {
        const int before = RecordFormat.RecordHeadSize + PackFormat.LengthSize;
        _compressor ??= new Compressor(policy.Level);
        if (_compressor.Level != policy.Level)
            _compressor.Level = policy.Level;
        var room = to.GetSpan(before + Compressor.GetCompressBound(raw.Length));
        var began = Stopwatch.GetTimestamp();
        var packed = _compressor.Wrap(raw, room[before..]);
        policy.Packed(raw.Length, packed, Stopwatch.GetElapsedTime(began));
        if (!CompressionPolicy.Shrank(raw.Length, packed))
            return 0;
        RecordFormat.WriteHead(room, RecordFormat.PackedRecord, PackFormat.LengthSize + packed);
        BinaryPrimitives.WriteUInt32BigEndian(room[RecordFormat.RecordHeadSize..], (uint)raw.Length);
        to.Advance(before + packed);
        return before + packed;
    }
}
