namespace OmnyDrive.Client.Retrying;

/// <summary>How often something was tried in vain, and whether it is worth another attempt. Progress forgives all failures before it.</summary>
internal sealed class AttemptCount(TransferPatience patience)
{
    private TimeSpan _firstFailure;
    private int _failures;

    /// <summary>Takes note of a failure: the pause before the next attempt, or null where it is time to give up.</summary>
    /// <param name="now">On a clock that never goes back.</param>
    /// <param name="progressed">Whether it got further than the attempt before.</param>
    /// <param name="jitter">From 0 to 1, at random, so that clients which failed together do not come back together.</param>
    internal TimeSpan? Failed(TimeSpan now, bool progressed, double jitter)
    {
        if (progressed)
            _failures = 0;
        if (_failures++ == 0)
            _firstFailure = now;
        var pause = PauseAfter(_failures, jitter);
        return _failures < patience.Attempts && now + pause - _firstFailure <= patience.Total ? pause : null;
    }

    // Between a half and the whole of what doubling gives.
    private TimeSpan PauseAfter(int failures, double jitter)
    {
        var doubled = patience.FirstPause * Math.Pow(2, Math.Min(failures - 1, 30));
        var whole = doubled < patience.LongestPause ? doubled : patience.LongestPause;
        return whole * (1 - jitter / 2);
    }
}
