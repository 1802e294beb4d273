namespace OmnyDrive.Cli.Tests.Harness;

/// <summary>Moments at which something is ended, drawn at random; none later than one that has turned out to be too late, for a fast machine is done long before a slow one.</summary>
internal sealed class RandomMoments(int seed)
{
    // Milliseconds, from when the work has begun.
    private const int Latest = 500;

    private readonly Random _random = new(seed);
    private int _end = Latest, _last;

    /// <summary>Waits for the next moment. It is what such a test draws; nothing is waited for.</summary>
    internal Task WaitAsync()
    {
        _last = _random.Next(_end);
        return Task.Delay(_last, Xunit.TestContext.Current.CancellationToken);
    }

    /// <summary>Says that all was done already at the last moment.</summary>
    internal void WasTooLate() => _end = Math.Max(1, _last);
}
