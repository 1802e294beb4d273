using System.Globalization;

namespace OmnyDrive.Client.Flow;

/// <summary>
/// Ends an operation on a stream that does not end by itself for too long. Only while such an operation runs does time count: neither a limit nor a slow
/// receiver of what was read is a stall. For one operation at a time.
/// </summary>
/// <param name="longest">How long nothing may move.</param>
/// <param name="what">What then did not happen: "nothing arrived".</param>
/// <param name="time">The clock.</param>
internal sealed class StallWatch(TimeSpan longest, string what, TimeProvider time) : IDisposable
{
    private readonly CancellationTokenSource _stalled = new(Timeout.InfiniteTimeSpan, time);

    /// <summary>Ends what takes no notice of the token of its operation.</summary>
    internal CancellationToken Ended => _stalled.Token;

    /// <summary>Runs an operation; throws <see cref="StalledException"/> where it takes too long.</summary>
    internal async ValueTask<T> RunAsync<T>(Func<CancellationToken, ValueTask<T>> operation, CancellationToken cancellation)
    {
        _stalled.Token.ThrowIfCancellationRequested();
        // Both reasons to end come by one token; which of them it was, the caller's token says.
        await using var asked = cancellation.UnsafeRegister(static watch => ((StallWatch)watch!)._stalled.Cancel(), this);
        _stalled.CancelAfter(longest);
        try
        {
            return await operation(_stalled.Token);
        }
        catch (OperationCanceledException) when (HasStalled(cancellation))
        {
            throw Stalled();
        }
        catch (OperationCanceledException e) when (cancellation.IsCancellationRequested)
        {
            throw new OperationCanceledException(e.Message, e, cancellation);
        }
        finally
        {
            _stalled.CancelAfter(Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Whether it was the watch that ended something, and not the caller.</summary>
    internal bool HasStalled(CancellationToken cancellation) => _stalled.IsCancellationRequested && !cancellation.IsCancellationRequested;

    /// <summary>The exception that says so.</summary>
    internal StalledException Stalled() => new(string.Create(CultureInfo.InvariantCulture, $"{what} for {longest.TotalSeconds:0.#} seconds"));

    /// <inheritdoc/>
    public void Dispose() => _stalled.Dispose();
}
