using OmnyDrive.Errors;
using OmnyDrive.Origins;
using Polly;
using Polly.Retry;

namespace OmnyDrive.Client.Retrying;

/// <summary>
/// Repeats what failed because a connection broke or stalled: up to five times without progress, with pauses that grow from 0.2 to 5 seconds, for a minute at
/// most. Refusals, protocol errors and wrong content are never repeated; nor is the first attempt to reach a server that nobody listens for.
/// May be used concurrently; each call counts for itself.
/// </summary>
public sealed class TransientRetry
{
    private readonly TransferPatience _patience;
    private readonly Func<bool> _reached;
    private readonly TimeProvider _time;

    internal TransientRetry(TransferPatience patience, Func<bool> reached, TimeProvider time) => (_patience, _reached, _time) = (patience, reached, time);

    /// <summary>Tries once.</summary>
    public static TransientRetry Never { get; } = new(new TransferPatience { Attempts = 1 }, () => false, TimeProvider.System);

    /// <summary>The policy for an origin; <see cref="Never"/> for one that is reached without a connection.</summary>
    public static TransientRetry Of(IOrigin origin) => origin is IRetryingOrigin retrying ? retrying.Retry : Never;

    /// <summary>
    /// Runs a call, again while it fails for a transient reason, and returns what it returned. The call must be one that may be repeated. Throws what the last attempt threw,
    /// and <see cref="OperationCanceledException"/> at once when cancelled, also in a pause.
    /// </summary>
    /// <param name="call">Told which attempt it is, through which it reports progress.</param>
    /// <param name="cancellation">Ends the attempt and the pauses.</param>
    public async Task<T> RunAsync<T>(Func<TransferAttempt, CancellationToken, Task<T>> call, CancellationToken cancellation)
    {
        var attempt = new TransferAttempt(0);
        var start = _time.GetTimestamp();
        var count = new AttemptCount(_patience);
        TimeSpan? pause = null;
        var pipeline = new ResiliencePipelineBuilder { TimeProvider = _time }.AddRetry(new RetryStrategyOptions
        {
            // How often and when is decided by the count, which progress resets; a limit on attempts knows no progress.
            MaxRetryAttempts = int.MaxValue,
            ShouldHandle = outcome =>
            {
                pause = outcome.Outcome.Exception is DriveException failure && TransientFailures.IsTransient(failure, _reached())
                    ? count.Failed(_time.GetElapsedTime(start), attempt.Progressed, Random.Shared.NextDouble())
                    : null;
                return ValueTask.FromResult(pause is not null);
            },
            DelayGenerator = _ => ValueTask.FromResult(pause),
            OnRetry = next =>
            {
                attempt = new TransferAttempt(next.AttemptNumber + 1);
                return ValueTask.CompletedTask;
            },
        }).Build();
        return await pipeline.ExecuteAsync(async ended => await call(attempt, ended), cancellation);
    }

    /// <summary>Runs a call that returns nothing; see <see cref="RunAsync{T}"/>.</summary>
    public Task RunAsync(Func<TransferAttempt, CancellationToken, Task> call, CancellationToken cancellation) => RunAsync(
        async (attempt, ended) =>
        {
            await call(attempt, ended);
            return true;
        },
        cancellation);
}
