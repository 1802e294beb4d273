using OmnyDrive.Hubs;

namespace OmnyDrive.Client;

/// <summary>Keeps tickets while they are surely good: by the time that passed here since they came, not by the hub's clock.</summary>
internal sealed class TicketCache(Func<DriveActions, CancellationToken, Task<DriveRoute>> route, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Kept = TimeSpan.FromMinutes(2);

    private readonly SemaphoreSlim _one = new(1, 1);
    private readonly Dictionary<DriveActions, (string Ticket, long Since)> _tickets = [];

    internal async Task<string> GetAsync(DriveActions action, CancellationToken cancellation)
    {
        await _one.WaitAsync(cancellation);
        try
        {
            if (_tickets.TryGetValue(action, out var kept) && time.GetElapsedTime(kept.Since) < Kept)
                return kept.Ticket;
            var since = time.GetTimestamp();
            var ticket = (await route(action, cancellation)).Ticket;
            _tickets[action] = (ticket, since);
            return ticket;
        }
        finally
        {
            _one.Release();
        }
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
