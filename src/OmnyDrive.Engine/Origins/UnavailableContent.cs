using OmnyDrive.Origins;

namespace OmnyDrive.Engine.Origins;

/// <summary>A content that was asked for and is not there.</summary>
internal sealed class UnavailableContent(int index) : ContentStream
{
    /// <inheritdoc/>
    public override int Index => index;

    /// <inheritdoc/>
    public override ContentOutcome Outcome => ContentOutcome.Unavailable;

    /// <inheritdoc/>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellation) => ValueTask.FromResult(0);
}
