namespace OmnyDrive.Client.Flow;

/// <summary>
/// The arithmetic of a limit: bytes are paid for in the order they are asked for, and each pays with the time that it takes at the rate. In any stretch of
/// time go at most the bytes of that stretch and of <see cref="Burst"/>.
/// </summary>
/// <param name="bytesPerSecond">The rate, above zero.</param>
internal sealed class TokenBucket(long bytesPerSecond)
{
    private const double PiecesPerSecond = 20;
    private const int LargestPiece = 256 << 10;

    // Timers are good for some milliseconds at best. A debt below that is carried on until it is worth a wait.
    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(4);

    private TimeSpan _paidUntil = TimeSpan.MinValue;

    /// <summary>What may be caught up on after a pause, and after a wait that took longer than it should.</summary>
    internal static TimeSpan Burst { get; } = TimeSpan.FromMilliseconds(40);

    /// <summary>How many bytes to ask for at most at once, so that streams which share the rate take turns.</summary>
    internal int Piece { get; } = (int)Math.Clamp(bytesPerSecond / PiecesPerSecond, 1, LargestPiece);

    /// <summary>How long to wait before these bytes may go.</summary>
    /// <param name="bytes">How many.</param>
    /// <param name="now">On a clock that never goes back.</param>
    internal TimeSpan Take(int bytes, TimeSpan now)
    {
        var earliest = now - Burst;
        var from = _paidUntil > earliest ? _paidUntil : earliest;
        _paidUntil = from + TimeSpan.FromSeconds((double)bytes / bytesPerSecond);
        var wait = _paidUntil - now;
        return wait >= ShortestWait ? wait : TimeSpan.Zero;
    }
}
