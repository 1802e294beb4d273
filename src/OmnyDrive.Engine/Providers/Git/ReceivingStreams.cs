using System.Runtime.ExceptionServices;

namespace OmnyDrive.Engine.Providers.Git;

/// <summary>Reads what a client sends. It ends where the client goes or what comes cannot be read: what is told of that is told afterwards, by <see cref="ThrowIfFailed"/>.</summary>
/// <param name="from">What it sends.</param>
/// <param name="leaving">Is cancelled when it goes.</param>
internal sealed class EndingStream(Stream from, CancellationToken leaving) : Stream
{
    private volatile ExceptionDispatchInfo? _failure;

    /// <summary>Throws what kept it from being read to its end.</summary>
    internal void ThrowIfFailed() => _failure?.Throw();

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_failure is not null)
            return 0;
        using var both = CancellationTokenSource.CreateLinkedTokenSource(leaving, cancellationToken);
        try
        {
            return await from.ReadAsync(buffer, both.Token);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            _failure = ExceptionDispatchInfo.Capture(e);
            return 0;
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}

/// <summary>Writes to a client, and to nobody once that has gone.</summary>
internal sealed class LeavingStream(Stream to) : Stream
{
    private bool _hasLeft;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_hasLeft)
            return;
        try
        {
            await to.WriteAsync(buffer, cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested && e is IOException or OperationCanceledException or InvalidOperationException or ObjectDisposedException)
        {
            _hasLeft = true;
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => _hasLeft ? Task.CompletedTask : to.FlushAsync(cancellationToken);

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
