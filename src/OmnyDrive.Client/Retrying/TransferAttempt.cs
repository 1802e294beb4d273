namespace OmnyDrive.Client.Retrying;

/// <summary>One of the attempts that <see cref="TransientRetry"/> makes. May be used concurrently.</summary>
public sealed class TransferAttempt
{
    private volatile bool _progressed;

    internal TransferAttempt(int number) => Number = number;

    /// <summary>0 for the first attempt, then 1, 2, …, whatever progress was made.</summary>
    public int Number { get; }

    internal bool Progressed => _progressed;

    /// <summary>
    /// Says that something arrived that need not be sent again. Should this attempt fail, it counts as the first failure: a transfer that gets further
    /// each time is never given up.
    /// </summary>
    public void Progress() => _progressed = true;
}
