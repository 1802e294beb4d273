namespace OmnyDrive.Client.Flow;

/// <summary>A body as it goes over the wire: no faster than the limit, and never without moving for longer than a stall.</summary>
/// <param name="wire">The body.</param>
/// <param name="limit">Shared with other bodies of its direction.</param>
/// <param name="watch">This body's own.</param>
/// <param name="leaveOpen">Whether neither the body nor the watch is disposed here.</param>
internal sealed class FlowStream(Stream wire, RateLimit? limit, StallWatch watch, bool leaveOpen) : Stream
{
    /// <inheritdoc/>
    public override bool CanRead => wire.CanRead;

    /// <inheritdoc/>
    public override bool CanWrite => wire.CanWrite;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var piece = limit is null ? buffer : buffer[..Math.Min(buffer.Length, limit.Piece)];
        var read = await watch.RunAsync(ended => wire.ReadAsync(piece, ended), cancellationToken);
        // Paid for when it is there: how much comes is not known before, and the sender is kept waiting by what is not read.
        if (limit is not null)
            await limit.WaitAsync(read, cancellationToken);
        return read;
    }

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (limit is not null && buffer.Length > 0)
        {
            var piece = buffer[..Math.Min(buffer.Length, limit.Piece)];
            buffer = buffer[piece.Length..];
            await limit.WaitAsync(piece.Length, cancellationToken);
            // Flushed, so that a peer who counts bytes by the second sees a slow body and not a silent one.
            await SendAsync(piece, flush: true, cancellationToken);
        }
        if (buffer.Length > 0)
            await SendAsync(buffer, flush: false, cancellationToken);
    }

    /// <inheritdoc/>
    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override Task FlushAsync(CancellationToken cancellationToken) => SendAsync(ReadOnlyMemory<byte>.Empty, flush: true, cancellationToken);

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Flush() => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing && !leaveOpen)
        {
            wire.Dispose();
            watch.Dispose();
        }
        base.Dispose(disposing);
    }

    private async Task SendAsync(ReadOnlyMemory<byte> bytes, bool flush, CancellationToken cancellation) => await watch.RunAsync(async ended =>
    {
        if (bytes.Length > 0)
            await wire.WriteAsync(bytes, ended);
        if (flush)
            await wire.FlushAsync(ended);
        return 0;
    }, cancellation);
}
