using OmnyDrive.Drives;

namespace OmnyDrive.Engine.Hubs;

/// <summary>A hub's memory that ends with the process, for embedding and tests.</summary>
public sealed class MemoryHubStore : IHubStore
{
    private readonly Lock _gate = new();
    private readonly Dictionary<EndpointId, EndpointRecord> _endpoints = [];
    private readonly Dictionary<string, SessionRecord> _sessions = new(StringComparer.Ordinal);
    private readonly Dictionary<DriveId, (Drive Drive, long Epoch)> _drives = [];

    /// <inheritdoc/>
    public Task<bool> AddEndpointAsync(EndpointRecord endpoint, CancellationToken cancellation)
    {
        lock (_gate)
            return Task.FromResult(_endpoints.TryAdd(endpoint.Id, endpoint));
    }

    /// <inheritdoc/>
    public Task<EndpointRecord?> FindEndpointAsync(EndpointId id, CancellationToken cancellation)
    {
        lock (_gate)
            return Task.FromResult(_endpoints.GetValueOrDefault(id));
    }

    /// <inheritdoc/>
    public Task AddSessionAsync(SessionRecord session, string serveUrl, DateTimeOffset now, CancellationToken cancellation)
    {
        lock (_gate)
        {
            foreach (var ended in _sessions.Values.Where(other => other.ExpiresAt < now).ToList())
                _sessions.Remove(ended.TokenHash);
            _sessions.Add(session.TokenHash, session);
            _endpoints[session.Endpoint] = _endpoints[session.Endpoint] with { ServeUrl = serveUrl };
        }
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<SessionRecord?> FindSessionAsync(string tokenHash, CancellationToken cancellation)
    {
        lock (_gate)
            return Task.FromResult(_sessions.GetValueOrDefault(tokenHash));
    }

    /// <inheritdoc/>
    public Task PutDriveAsync(Drive drive, CancellationToken cancellation)
    {
        lock (_gate)
        {
            _drives[drive.Id] = _drives.TryGetValue(drive.Id, out var known)
                ? (drive, known.Drive.AccessMode == drive.AccessMode ? known.Epoch : known.Epoch + 1)
                : (drive, 1);
        }
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<bool> RemoveDriveAsync(DriveId id, CancellationToken cancellation)
    {
        lock (_gate)
            return Task.FromResult(_drives.Remove(id));
    }

    /// <inheritdoc/>
    public Task<DriveRecord?> FindDriveAsync(DriveId id, CancellationToken cancellation)
    {
        lock (_gate)
            return Task.FromResult(_drives.TryGetValue(id, out var known) ? RecordOf(known) : null);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<DriveRecord>> ListDrivesAsync(CancellationToken cancellation)
    {
        lock (_gate)
            return Task.FromResult<IReadOnlyList<DriveRecord>>([.. _drives.Values.Select(RecordOf)]);
    }

    /// <inheritdoc/>
    public Task ReportAsync(EndpointId endpoint, DateTimeOffset? servingAt, IReadOnlyDictionary<string, SyncRef> refs, CancellationToken cancellation)
    {
        lock (_gate)
        {
            _endpoints[endpoint] = _endpoints[endpoint] with { ServingAt = servingAt };
            foreach (var (name, at) in refs)
            {
                var id = DriveId.Of(endpoint, name);
                if (_drives.TryGetValue(id, out var known))
                    _drives[id] = known with { Drive = known.Drive with { Ref = at } };
            }
        }
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private DriveRecord RecordOf((Drive Drive, long Epoch) known)
    {
        var endpoint = _endpoints[known.Drive.Id.Endpoint];
        return new DriveRecord(known.Drive, known.Epoch, endpoint.ServeUrl ?? "", endpoint.ServingAt);
    }
}
