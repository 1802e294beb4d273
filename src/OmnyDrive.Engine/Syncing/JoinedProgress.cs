namespace OmnyDrive.Engine.Syncing;

/// <summary>Shows transfers that follow one another as one, whose size becomes known bit by bit.</summary>
internal sealed class JoinedProgress(IProgress<TransferProgress> whole) : IProgress<TransferProgress>
{
    // Of the one that goes on, all reports say the same of its size.
    private TransferProgress _before, _now;

    /// <summary>One has ended, and another follows.</summary>
    /// <param name="isComplete">Whether all of it came; what did not is a part of those that follow. The last reports may have come in another order than they were made.</param>
    internal void Next(bool isComplete) =>
        (_before, _now) = (Total(isComplete ? _now with { Files = _now.TotalFiles, Bytes = _now.TotalBytes } : _now with { TotalFiles = _now.Files, TotalBytes = _now.Bytes }), default);

    /// <inheritdoc/>
    public void Report(TransferProgress value)
    {
        _now = value;
        whole.Report(Total(value));
    }

    private TransferProgress Total(TransferProgress now) =>
        new(_before.Files + now.Files, _before.TotalFiles + now.TotalFiles, _before.Bytes + now.Bytes, _before.TotalBytes + now.TotalBytes);
}
