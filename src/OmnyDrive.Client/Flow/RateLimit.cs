namespace OmnyDrive.Client.Flow;

/// <summary>Keeps all streams of one direction together below a rate. May be used concurrently; who comes first goes first.</summary>
internal sealed class RateLimit(long bytesPerSecond, TimeProvider time)
{
    private readonly TokenBucket _bucket = new(bytesPerSecond);
    private readonly Lock _one = new();
    private readonly long _start = time.GetTimestamp();

    /// <summary>How many bytes to move at most between two waits.</summary>
    internal int Piece => _bucket.Piece;

    /// <summary>Waits until these bytes may go.</summary>
    internal ValueTask WaitAsync(int bytes, CancellationToken cancellation)
    {
        TimeSpan wait;
        lock (_one)
            wait = _bucket.Take(bytes, time.GetElapsedTime(_start));
        return wait == TimeSpan.Zero ? ValueTask.CompletedTask : new ValueTask(Task.Delay(wait, time, cancellation));
    }
}
