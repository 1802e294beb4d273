namespace OmnyDrive.Transfer;

/// <summary>
/// The speed of a link, from how long its sender is held up. Looks at one stretch after the other, each long enough to outweigh what the
/// system's buffers take at once.
/// </summary>
internal sealed class LinkMeter
{
    // Buffers of sockets grow to some 4 MiB on each side.
    private const long FullStretch = 8 << 20;

    private static readonly TimeSpan LongWait = TimeSpan.FromMilliseconds(200);

    private long _bytes;
    private TimeSpan _waited;

    /// <summary>Bytes a second in the last stretch, infinite where nothing held the sender up; null before the first has ended.</summary>
    internal double? Speed { get; private set; }

    /// <summary>Takes what was sent; true where a stretch ended.</summary>
    internal bool Sent(long bytes, TimeSpan waited)
    {
        _bytes += bytes;
        _waited += waited;
        if (_bytes < FullStretch && _waited < LongWait)
            return false;
        Speed = _waited > TimeSpan.Zero ? _bytes / _waited.TotalSeconds : double.PositiveInfinity;
        (_bytes, _waited) = (0, TimeSpan.Zero);
        return true;
    }
}
