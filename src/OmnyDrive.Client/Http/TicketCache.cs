using OmnyDrive.Hubs;

namespace OmnyDrive.Client;

/// <summary>Keeps tickets while they are surely good: by the time that passed here since they came, not by the hub's clock.</summary>
internal sealed class TicketCache(Func<DriveActions, CancellationToken, Task<DriveRoute>> route, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan LongestKept = TimeSpan.FromMinutes(2);

    private readonly SemaphoreSlim _one = new(1, 1);
    private readonly Dictionary<DriveActions, (string Ticket, long Since, TimeSpan Kept)> _tickets = [];

    internal async Task<string> GetAsync(DriveActions action, CancellationToken cancellation)
    {
        await _one.WaitAsync(cancellation);
        try
        {
            if (_tickets.TryGetValue(action, out var kept) && time.GetElapsedTime(kept.Since) < kept.Kept)
                return kept.Ticket;
            var since = time.GetTimestamp();
            var fresh = await route(action, cancellation);
            _tickets[action] = (fresh.Ticket, since, KeptOf(fresh));
            return fresh.Ticket;
        }
        finally
        {
            _one.Release();
        }
    }

    // A hub may give tickets that end sooner. Where its clock is so far behind that one seems to have ended, the clock says nothing.
    private TimeSpan KeptOf(DriveRoute fresh)
    {
        var half = (fresh.ExpiresAt - time.GetUtcNow()) / 2;
        return half > TimeSpan.Zero && half < LongestKept ? half : LongestKept;
    }

    internal void Forget(DriveActions action)
    {
        _one.Wait();
        try
        {
            _tickets.Remove(action);
        }
        finally
        {
            _one.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _one.Dispose();
}
