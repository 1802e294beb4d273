using System.Diagnostics;
using System.IO.Pipelines;
using System.Text.Json;
using OmnyDrive.Errors;
using OmnyDrive.Transfer;

namespace OmnyDrive.Client.Wire;

/// <summary>
/// Writes one stream of records. Flushes by itself as the buffer fills, so that the reader sets the pace, and packs records where the target's
/// policy says that it pays.
/// </summary>
internal sealed class RecordWriter : IDisposable
{
    private const int FlushFrom = 256 << 10;

    private readonly PipeWriter _to;
    private readonly CompressionPolicy? _policy;
    private readonly RecordPacker? _packer;
    private bool _packing;
    private long _unflushed;

    internal RecordWriter(RecordTarget target, StreamKind kind)
    {
        _to = target.To;
        _policy = target.Packing;
        _packer = _policy is null ? null : new RecordPacker(_policy);
        var head = _to.GetSpan(RecordFormat.HeadSize);
        RecordFormat.Magic.CopyTo(head);
        head[4] = RecordFormat.Version;
        head[5] = (byte)kind;
        Advance(RecordFormat.HeadSize);
    }

    /// <summary>Bytes written so far, heads included, as they go over the wire. What waits to be packed is not among them.</summary>
    internal long Written { get; private set; }

    /// <summary>Room for the payload of the next record; finish it with <see cref="CommitAsync"/>.</summary>
    internal Memory<byte> Reserve(int payload)
    {
        _packing = _packer is not null && _packer.Takes(payload);
        if (!_packing || !_packer!.HasRoom(payload))
            WritePack();
        return _packing ? _packer!.Reserve(payload) : _to.GetMemory(RecordFormat.RecordHeadSize + payload)[RecordFormat.RecordHeadSize..];
    }

    /// <summary>Ends the record whose payload was put into the memory that <see cref="Reserve"/> gave.</summary>
    internal ValueTask CommitAsync(byte kind, int payload, CancellationToken cancellation)
    {
        if (_packing)
        {
            _packer!.Commit(kind, payload);
            if (!_packer.IsFull)
                return ValueTask.CompletedTask;
            WritePack();
            return FlushAsync(cancellation);
        }
        RecordFormat.WriteHead(_to.GetSpan(RecordFormat.RecordHeadSize + payload), kind, payload);
        Advance(RecordFormat.RecordHeadSize + payload);
        return _unflushed < FlushFrom ? ValueTask.CompletedTask : FlushAsync(cancellation);
    }

    /// <summary>Ends the stream.</summary>
    internal Task EndAsync(CancellationToken cancellation) => EndAsync(RecordFormat.EndRecord, [], cancellation);

    /// <summary>Ends the stream with an error, for a failure that comes when the stream has begun.</summary>
    internal Task FailAsync(DriveException error, CancellationToken cancellation) =>
        EndAsync(RecordFormat.ErrorRecord, JsonSerializer.SerializeToUtf8Bytes(ErrorBody.Of(error), WireJson.Default.ErrorBody), cancellation);

    /// <summary>Frees the buffers; what was not ended is not sent.</summary>
    public void Dispose() => _packer?.Dispose();

    private async Task EndAsync(byte kind, byte[] payload, CancellationToken cancellation)
    {
        WritePack();
        _packing = false;
        payload.CopyTo(_to.GetMemory(RecordFormat.RecordHeadSize + payload.Length)[RecordFormat.RecordHeadSize..]);
        await CommitAsync(kind, payload.Length, cancellation);
        await FlushAsync(cancellation);
    }

    private void WritePack()
    {
        if (_packer is { Length: > 0 })
            Count(_packer.WriteTo(_to));
    }

    private async ValueTask FlushAsync(CancellationToken cancellation)
    {
        var (bytes, began) = (_unflushed, Stopwatch.GetTimestamp());
        _unflushed = 0;
        var flushed = await _to.FlushAsync(cancellation);
        if (flushed.IsCompleted)
            throw new IOException("The peer closed the connection.");
        _policy?.Sent(bytes, Stopwatch.GetElapsedTime(began));
    }

    private void Advance(int bytes)
    {
        _to.Advance(bytes);
        Count(bytes);
    }

    private void Count(long bytes)
    {
        _unflushed += bytes;
        Written += bytes;
    }
}
