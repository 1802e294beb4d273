namespace OmnyDrive.Transfer;

/// <summary>
/// Whether what a stream sends next is worth compressing, from what its sender measured so far. The same measurements give the same
/// decisions. For one stream; not safe for concurrent use.
/// </summary>
/// <remarks>
/// Compressor and link take turns, so a byte costs 1/C + r/L packed and 1/L plain (C: speed of the compressor, r: packed size by raw size,
/// L: speed of the link), and packing pays below L = C(1 - r).
/// </remarks>
public sealed class CompressionPolicy
{
    /// <summary>How many bytes are compressed together.</summary>
    public const int PackSize = 256 << 10;

    // A sender that is held up may wait for a receiver that makes files rather than for the link. Above these speeds, in bytes a second, it is
    // taken for that; near by a link is hardly slower than 100 Mbit/s.
    private const double FastestFarLink = 50e6, FastestNearLink = 12.5e6;

    private const double SlowLink = 5e6;

    // A link leaves a state only when it is clearly on the other side.
    private const double Hysteresis = 1.5;

    private const double TypicalSpeed = 200e6, TypicalRatio = 0.5;

    // So no more than 2 MiB that would shrink go plain behind what did not.
    private const int LongestPause = 3;

    private static readonly TimeSpan FarAway = TimeSpan.FromMilliseconds(2);

    private readonly LinkMeter _link = new();
    private readonly CompressionMode _mode;
    private readonly double _fastest;
    private double _speed = TypicalSpeed, _ratio = TypicalRatio;
    private bool _linkIsSlow;
    private int _failures;
    private long _pause;

    /// <summary>Begins a stream. Where the mode is auto, the round trip decides until enough has been sent to tell: buffers make any link look fast at first.</summary>
    public CompressionPolicy(CompressionWish wish)
    {
        _mode = wish.Mode;
        _linkIsSlow = wish.RoundTrip > FarAway;
        _fastest = wish.RoundTrip <= FarAway ? FastestNearLink : FastestFarLink;
    }

    /// <summary>Whether to compress what comes next.</summary>
    public bool Packs => _mode == CompressionMode.Always || (_mode == CompressionMode.Auto && _linkIsSlow && _pause <= 0);

    /// <summary>The level of zstd: what a very slow link leaves time for is used.</summary>
    public int Level => _link.Speed < SlowLink ? 3 : 1;

    /// <summary>Whether the compressed form is worth the receiver's while: a sixteenth less.</summary>
    public static bool Shrank(int raw, int packed) => packed <= raw - raw / 16;

    /// <summary>Takes that bytes went out, and how long the link held the sender up.</summary>
    public void Sent(long bytes, TimeSpan waited)
    {
        _pause = Math.Max(0, _pause - bytes);
        if (!_link.Sent(bytes, waited))
            return;
        var pays = Math.Min(_fastest, _speed * (1 - _ratio));
        _linkIsSlow = _link.Speed < (_linkIsSlow ? pays * Hysteresis : pays);
        if (!_linkIsSlow)
            Forget();
    }

    /// <summary>Takes what the compressor made of one pack. What does not shrink is followed by ever longer stretches that are not tried.</summary>
    public void Packed(int raw, int packed, TimeSpan spent)
    {
        if (!Shrank(raw, packed))
        {
            _failures = Math.Min(_failures + 1, LongestPause);
            _pause = (long)PackSize << _failures;
            return;
        }
        _failures = 0;
        _ratio += (packed / (double)raw - _ratio) / 4;
        if (spent > TimeSpan.Zero)
            _speed += (raw / spent.TotalSeconds - _speed) / 4;
    }

    // What is sent plain may be of another kind than what was packed last.
    private void Forget()
    {
        _speed += (TypicalSpeed - _speed) / 4;
        _ratio += (TypicalRatio - _ratio) / 4;
    }
}
