using OmnyDrive.Origins;

namespace OmnyDrive.Engine.Syncing;

/// <summary>A content on its way out whose bytes are counted.</summary>
internal sealed class MeteredContent(ContentStream content, TransferMeter meter) : ContentStream
{
    /// <inheritdoc/>
    public override int Index => content.Index;

    /// <inheritdoc/>
    public override long Offset => content.Offset;

    /// <inheritdoc/>
    public override ContentOutcome Outcome => content.Outcome;

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellation)
    {
        var read = await content.ReadAsync(buffer, cancellation);
        meter.AddBytes(read);
        return read;
    }
}
