using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Text.Json;
using OmnyDrive.Errors;

namespace OmnyDrive.Client.Wire;

/// <summary>
/// Reads one stream of records, packed or not. Whatever a peer sends, at most one record of the kind's largest payload and one unpacked record are
/// held; a stream that is malformed, of another version or cut off throws.
/// </summary>
internal sealed class RecordReader(RecordSource source, StreamKind kind) : IDisposable
{
    private readonly PipeReader _from = source.From;
    private readonly int _maxPayload = StreamLimits.MaxPayload(kind);
    private readonly RecordUnpacker _unpacker = new();
    private long _left = Math.Min(source.Most, StreamLimits.MostUnpacked(kind));
    private SequencePosition? _consumed;
    private bool _begun, _ended;

    /// <summary>The kind of the current record.</summary>
    internal byte Kind { get; private set; }

    /// <summary>Its payload, valid until the next call of <see cref="ReadAsync"/>.</summary>
    internal ReadOnlySequence<byte> Payload { get; private set; }

    /// <summary>Bytes read so far from the wire, heads included.</summary>
    internal long Read { get; private set; }

    /// <summary>Goes to the next record; false at the end of the stream.</summary>
    internal async ValueTask<bool> ReadAsync(CancellationToken cancellation)
    {
        if (_ended)
            return false;
        if (!_begun)
            await ReadHeadAsync(cancellation);
        if (_unpacker.IsEmpty)
            await ReadWholeAsync(cancellation);
        if (!_unpacker.IsEmpty)
            TakeUnpacked();
        if (Kind == RecordFormat.ErrorRecord)
            throw Error();
        _ended = Kind == RecordFormat.EndRecord;
        return !_ended;
    }

    /// <summary>Lets go of the current record, so that whoever owns the pipe can read on, drain it or complete it.</summary>
    public void Dispose()
    {
        Release();
        _unpacker.Dispose();
    }

    private async ValueTask ReadWholeAsync(CancellationToken cancellation)
    {
        await TakeAsync(RecordFormat.RecordHeadSize, cancellation);
        var length = CheckHead();
        await TakeAsync(length, cancellation);
        if (Kind != RecordFormat.PackedRecord)
        {
            Spend(RecordFormat.RecordHeadSize + length);
            return;
        }
        Spend(_unpacker.Unpack(Payload));
        Release();
    }

    private void TakeUnpacked()
    {
        Payload = _unpacker.Take(RecordFormat.RecordHeadSize);
        var length = CheckHead();
        if (Kind >= RecordFormat.PackedRecord)
            throw DriveException.Protocol($"A record of kind {Kind} stands in a packed record.");
        Payload = _unpacker.Take(length);
    }

    // A small body may unpack to a large one, which the limits of bodies do not see.
    private void Spend(int bytes)
    {
        _left -= bytes;
        if (_left < 0)
            throw DriveException.Protocol($"A stream of {kind} is longer than allowed.");
    }

    private void Release()
    {
        if (_consumed is { } consumed)
            _from.AdvanceTo(consumed);
        _consumed = null;
        Payload = ReadOnlySequence<byte>.Empty;
    }

    private async Task ReadHeadAsync(CancellationToken cancellation)
    {
        await TakeAsync(RecordFormat.HeadSize, cancellation);
        var head = Payload.ToArray();
        if (!head.AsSpan(0, 4).SequenceEqual(RecordFormat.Magic) || head[5] != (byte)kind)
            throw DriveException.Protocol($"A stream does not begin as one of {kind}.");
        if (head[4] != RecordFormat.Version)
            throw new DriveException(ErrorCode.UnsupportedVersion, $"The peer sends streams of version {head[4]}; this build knows version {RecordFormat.Version}.", "Update OmnyDrive on the older of the two machines.");
        _begun = true;
    }

    private int CheckHead()
    {
        Span<byte> head = stackalloc byte[RecordFormat.RecordHeadSize];
        Payload.CopyTo(head);
        Kind = head[0];
        var length = BinaryPrimitives.ReadUInt32BigEndian(head[1..]);
        var most = Kind switch
        {
            RecordFormat.EndRecord => 0,
            RecordFormat.ErrorRecord => RecordFormat.MaxErrorPayload,
            RecordFormat.PackedRecord => PackFormat.MaxPayload,
            _ => _maxPayload,
        };
        return length <= most ? (int)length : throw DriveException.Protocol($"A record of {length} bytes is over the limit of {most} for {kind}.");
    }

    private async ValueTask TakeAsync(int length, CancellationToken cancellation)
    {
        Release();
        if (length == 0)
            return;
        var result = await _from.ReadAtLeastAsync(length, cancellation);
        if (result.Buffer.Length < length)
        {
            _from.AdvanceTo(result.Buffer.End);
            throw new EndOfStreamException("The connection was cut in the middle of a stream.");
        }
        Payload = result.Buffer.Slice(0, length);
        _consumed = Payload.End;
        Read += length;
    }

    private DriveException Error()
    {
        try
        {
            var reader = new Utf8JsonReader(Payload);
            if (JsonSerializer.Deserialize(ref reader, WireJson.Default.ErrorBody) is { } error)
                return error.ToException();
        }
        catch (JsonException)
        {
            // Said below.
        }
        return DriveException.Protocol("The peer reports an error that cannot be read.");
    }
}
