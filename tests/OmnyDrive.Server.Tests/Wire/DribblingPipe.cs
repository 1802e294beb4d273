using System.Buffers;
using System.IO.Pipelines;

namespace OmnyDrive.Server.Tests.Wire;

/// <summary>A pipe whose other end sends a few bytes at a time, each batch in a segment of its own, and then hangs up.</summary>
internal sealed class DribblingPipe(byte[] bytes, Func<int> batch) : PipeReader
{
    private readonly Pipe _pipe = new(new PipeOptions(minimumSegmentSize: 1, useSynchronizationContext: false, pauseWriterThreshold: 0, pool: new TinyPool()));
    private int _sent;

    internal static DribblingPipe OneByOne(byte[] bytes) => new(bytes, () => 1);

    public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        var count = Math.Min(batch(), bytes.Length - _sent);
        if (count > 0)
            await _pipe.Writer.WriteAsync(bytes.AsMemory(_sent, count), cancellationToken);
        _sent += count;
        if (_sent == bytes.Length)
            await _pipe.Writer.CompleteAsync();
        return await _pipe.Reader.ReadAsync(cancellationToken);
    }

    public override void AdvanceTo(SequencePosition consumed) => _pipe.Reader.AdvanceTo(consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined) => _pipe.Reader.AdvanceTo(consumed, examined);

    public override void CancelPendingRead() => _pipe.Reader.CancelPendingRead();

    public override void Complete(Exception? exception = null) => _pipe.Reader.Complete(exception);

    public override bool TryRead(out ReadResult result) => _pipe.Reader.TryRead(out result);

    // Memory of a few bytes, so that fields lie across segments.
    private sealed class TinyPool : MemoryPool<byte>
    {
        public override int MaxBufferSize => 1 << 20;

        public override IMemoryOwner<byte> Rent(int minBufferSize = -1) => new Owner(Math.Max(minBufferSize, 3));

        protected override void Dispose(bool disposing)
        {
        }

        private sealed class Owner(int size) : IMemoryOwner<byte>
        {
            public Memory<byte> Memory { get; } = new byte[size];

            public void Dispose()
            {
            }
        }
    }
}
