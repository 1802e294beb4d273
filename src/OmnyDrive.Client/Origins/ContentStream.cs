namespace OmnyDrive.Origins;

/// <summary>How a content ended.</summary>
public enum ContentOutcome
{
    /// <summary>It has not ended yet.</summary>
    Open,
    /// <summary>All declared bytes came.</summary>
    Complete,
    /// <summary>The sender could not give it: the file vanished, changed or cannot be read.</summary>
    Unavailable,
}

/// <summary>
/// One content on its way, in either direction: read it to the end, then look at <see cref="Outcome"/>. Content is a claim until its
/// receiver has verified it.
/// </summary>
public abstract class ContentStream
{
    /// <summary>Which of the requested contents this is.</summary>
    public abstract int Index { get; }

    /// <summary>Where in the content these bytes begin: 0 unless it is a part that is sent for a push. A part that was asked for begins where the request says.</summary>
    public virtual long Offset => 0;

    /// <summary>How it ended; <see cref="ContentOutcome.Open"/> until <see cref="ReadAsync"/> has returned 0.</summary>
    public abstract ContentOutcome Outcome { get; }

    /// <summary>Reads the next bytes into a buffer that is not empty; 0 at the end.</summary>
    public abstract ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellation);
}
