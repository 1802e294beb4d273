using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Text.Json;
using OmnyDrive.Errors;

namespace OmnyDrive.Client.Wire;

/// <summary>Writes one stream of records. Flushes by itself as the buffer fills, so that the reader sets the pace.</summary>
internal sealed class RecordWriter
{
    private const int FlushFrom = 256 << 10;

    private readonly PipeWriter _to;
    private long _unflushed;

    internal RecordWriter(PipeWriter to, StreamKind kind)
    {
        _to = to;
        var head = to.GetSpan(RecordFormat.HeadSize);
        RecordFormat.Magic.CopyTo(head);
        head[4] = RecordFormat.Version;
        head[5] = (byte)kind;
        Advance(RecordFormat.HeadSize);
    }

    /// <summary>Bytes written so far, heads included.</summary>
    internal long Written { get; private set; }

    /// <summary>Room for the payload of the next record; finish it with <see cref="CommitAsync"/>.</summary>
    internal Memory<byte> Reserve(int payload) => _to.GetMemory(RecordFormat.RecordHeadSize + payload)[RecordFormat.RecordHeadSize..];

    /// <summary>Ends the record whose payload was put into the memory that <see cref="Reserve"/> gave.</summary>
    internal ValueTask CommitAsync(byte kind, int payload, CancellationToken cancellation)
    {
        var head = _to.GetSpan(RecordFormat.RecordHeadSize + payload);
        head[0] = kind;
        BinaryPrimitives.WriteUInt32BigEndian(head[1..], (uint)payload);
        Advance(RecordFormat.RecordHeadSize + payload);
        return _unflushed < FlushFrom ? ValueTask.CompletedTask : FlushAsync(cancellation);
    }

    /// <summary>Ends the stream.</summary>
    internal async Task EndAsync(CancellationToken cancellation)
    {
        await CommitAsync(RecordFormat.EndRecord, 0, cancellation);
        await FlushAsync(cancellation);
    }

    /// <summary>Ends the stream with an error, for a failure that comes when the stream has begun.</summary>
    internal async Task FailAsync(DriveException error, CancellationToken cancellation)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(ErrorBody.Of(error), WireJson.Default.ErrorBody);
        body.CopyTo(Reserve(body.Length));
        await CommitAsync(RecordFormat.ErrorRecord, body.Length, cancellation);
        await FlushAsync(cancellation);
    }

    private async ValueTask FlushAsync(CancellationToken cancellation)
    {
        _unflushed = 0;
        var flushed = await _to.FlushAsync(cancellation);
        if (flushed.IsCompleted)
            throw new IOException("The peer closed the connection.");
    }

    private void Advance(int bytes)
    {
        _to.Advance(bytes);
        _unflushed += bytes;
        Written += bytes;
    }
}
