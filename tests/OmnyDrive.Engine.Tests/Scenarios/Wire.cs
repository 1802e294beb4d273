using OmnyDrive.Errors;
using OmnyDrive.Origins;

namespace OmnyDrive.Engine.Tests.Scenarios;

/// <summary>Counts the bytes of contents that travel between two sides, and breaks off after so many.</summary>
internal sealed class Wire
{
    private long _left, _bytes;

    /// <summary>Stands between the sides from now on.</summary>
    internal Wire(TwoSides sides, long breaksAfter = long.MaxValue)
    {
        _left = breaksAfter;
        sides.Steps.OnContent = content => new Counted(content, this);
    }

    /// <summary>Bytes that arrived.</summary>
    internal long Bytes => Interlocked.Read(ref _bytes);

    private sealed class Counted(ContentStream content, Wire wire) : ContentStream
    {
        public override int Index => content.Index;

        public override long Offset => content.Offset;

        public override ContentOutcome Outcome => content.Outcome;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellation)
        {
            var read = await content.ReadAsync(buffer[..Math.Min(buffer.Length, 10_000)], cancellation);
            if (Interlocked.Add(ref wire._left, -read) < 0)
                throw new DriveException(ErrorCode.OriginUnreachable, "The connection broke off.");
            Interlocked.Add(ref wire._bytes, read);
            return read;
        }
    }
}
