using System.Buffers;
using OmnyDrive.Errors;
using ZstdSharp;

namespace OmnyDrive.Client.Wire;

/// <summary>The records of one packed record at a time. Never makes more than the record declares and <see cref="PackFormat.MaxRaw"/> allows.</summary>
internal sealed class RecordUnpacker : IDisposable
{
    private byte[]? _raw;
    private Decompressor? _decompressor;
    private int _at, _end;

    /// <summary>Whether all that was unpacked has been read.</summary>
    internal bool IsEmpty => _at == _end;

    /// <summary>Unpacks a payload, and returns how many bytes that made.</summary>
    internal int Unpack(in ReadOnlySequence<byte> payload)
    {
        if (payload.IsSingleSegment)
            return Unpack(payload.FirstSpan);
        var length = (int)payload.Length;
        var whole = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            payload.CopyTo(whole);
            return Unpack(whole.AsSpan(0, length));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(whole);
        }
    }

    /// <summary>The next bytes; valid until the next <see cref="Unpack(in ReadOnlySequence{byte})"/>.</summary>
    internal ReadOnlySequence<byte> Take(int count)
    {
        if (count > _end - _at)
            throw DriveException.Protocol("A packed record ends in the middle of a record.");
        var taken = new ReadOnlySequence<byte>(_raw!, _at, count);
        _at += count;
        return taken;
    }

    public void Dispose()
    {
        if (_raw is not null)
            ArrayPool<byte>.Shared.Return(_raw);
        _raw = null;
        _at = _end = 0;
        _decompressor?.Dispose();
        _decompressor = null;
    }

    private int Unpack(ReadOnlySpan<byte> payload)
    {
        var raw = PackFormat.CheckRaw(payload);
        if (_raw is null || _raw.Length < raw)
        {
            if (_raw is not null)
                ArrayPool<byte>.Shared.Return(_raw);
            _raw = null;
            _raw = ArrayPool<byte>.Shared.Rent(raw);
        }
        (_at, _end) = (0, 0);
        _decompressor ??= new Decompressor();
        // The room ends where the declared length does.
        if (!TryDecompress(payload[PackFormat.LengthSize..], _raw.AsSpan(0, raw), out var made) || made != raw)
            throw PackFormat.Malformed();
        _end = raw;
        return raw;
    }

    private bool TryDecompress(ReadOnlySpan<byte> frame, Span<byte> room, out int made)
    {
        try
        {
            made = _decompressor!.Unwrap(frame, room);
            return true;
        }
        catch (ZstdException)
        {
            made = 0;
            return false;
        }
    }
}
