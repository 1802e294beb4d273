using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Text.Json;
using OmnyDrive.Errors;

namespace OmnyDrive.Client.Wire;

/// <summary>
/// Reads one stream of records. Whatever a peer sends, at most one record of the kind's largest payload is held; a stream that is malformed, of
/// another version or cut off throws.
/// </summary>
internal sealed class RecordReader(PipeReader from, StreamKind kind) : IDisposable
{
    private readonly int _maxPayload = StreamLimits.MaxPayload(kind);
    private SequencePosition? _consumed;
    private bool _begun, _ended;

    /// <summary>The kind of the current record.</summary>
    internal byte Kind { get; private set; }

    /// <summary>Its payload, valid until the next call of <see cref="ReadAsync"/>.</summary>
    internal ReadOnlySequence<byte> Payload { get; private set; }

    /// <summary>Bytes read so far, heads included.</summary>
    internal long Read { get; private set; }

    /// <summary>Goes to the next record; false at the end of the stream.</summary>
    internal async ValueTask<bool> ReadAsync(CancellationToken cancellation)
    {
        if (_ended)
            return false;
        if (!_begun)
            await ReadHeadAsync(cancellation);
        await TakeAsync(RecordFormat.RecordHeadSize, cancellation);
        var length = CheckHead();
        await TakeAsync(length, cancellation);
        if (Kind == RecordFormat.ErrorRecord)
            throw Error();
        _ended = Kind == RecordFormat.EndRecord;
        return !_ended;
    }

    /// <summary>Lets go of the current record, so that whoever owns the pipe can read on, drain it or complete it.</summary>
    public void Dispose()
    {
        if (_consumed is { } consumed)
            from.AdvanceTo(consumed);
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
            _ => _maxPayload,
        };
        return length <= most ? (int)length : throw DriveException.Protocol($"A record of {length} bytes is over the limit of {most} for {kind}.");
    }

    private async ValueTask TakeAsync(int length, CancellationToken cancellation)
    {
        Dispose();
        if (length == 0)
            return;
        var result = await from.ReadAtLeastAsync(length, cancellation);
        if (result.Buffer.Length < length)
        {
            from.AdvanceTo(result.Buffer.End);
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
