using OmnyDrive.Drives;

namespace OmnyDrive.Engine.Hubs;

/// <summary>
/// What a hub remembers. A store decides nothing; each method is one atomic step, durable (as far as the store is) when it returns, and
/// may be called concurrently. Secrets and tokens arrive here as keyed hashes only.
/// </summary>
public interface IHubStore : IAsyncDisposable
{
    /// <summary>Adds an endpoint; false where the id is taken, and then nothing changes.</summary>
    Task<bool> AddEndpointAsync(EndpointRecord endpoint, CancellationToken cancellation);

    /// <summary>An endpoint, or null.</summary>
    Task<EndpointRecord?> FindEndpointAsync(EndpointId id, CancellationToken cancellation);

    /// <summary>Adds a session of an enrolled endpoint, sets where that endpoint serves, and drops the sessions that ended before <paramref name="now"/>.</summary>
    Task AddSessionAsync(SessionRecord session, string serveUrl, DateTimeOffset now, CancellationToken cancellation);

    /// <summary>The session of a token, expired or not, or null.</summary>
    Task<SessionRecord?> FindSessionAsync(string tokenHash, CancellationToken cancellation);

    /// <summary>Adds a drive of an enrolled endpoint with epoch 1, or replaces what is known of it; a new access mode raises the epoch.</summary>
    Task PutDriveAsync(Drive drive, CancellationToken cancellation);

    /// <summary>Removes a drive; false where there is none.</summary>
    Task<bool> RemoveDriveAsync(DriveId id, CancellationToken cancellation);

    /// <summary>A drive with its endpoint, or null.</summary>
    Task<DriveRecord?> FindDriveAsync(DriveId id, CancellationToken cancellation);

    /// <summary>All drives with their endpoints, in any order.</summary>
    Task<IReadOnlyList<DriveRecord>> ListDrivesAsync(CancellationToken cancellation);

    /// <summary>Sets when an enrolled endpoint was last serving (null: it stopped), and the refs of those of its drives that are there.</summary>
    Task ReportAsync(EndpointId endpoint, DateTimeOffset? servingAt, IReadOnlyDictionary<string, SyncRef> refs, CancellationToken cancellation);
}

/// <summary>An enrolled endpoint.</summary>
/// <param name="Id">Its id.</param>
/// <param name="DisplayName">What people call it.</param>
/// <param name="SecretHash">The keyed hash of its secret.</param>
/// <param name="ServeUrl">Where it serves; null before the first login.</param>
/// <param name="ServingAt">When it last said that it was serving, to the millisecond; null where it is not.</param>
public sealed record EndpointRecord(EndpointId Id, string DisplayName, string SecretHash, string? ServeUrl = null, DateTimeOffset? ServingAt = null);

/// <summary>A token that was given out.</summary>
/// <param name="TokenHash">Its keyed hash.</param>
/// <param name="Endpoint">Whom it stands for.</param>
/// <param name="ExpiresAt">When it ends, to the millisecond.</param>
public sealed record SessionRecord(string TokenHash, EndpointId Endpoint, DateTimeOffset ExpiresAt);

/// <summary>A registered drive and what a route to it needs.</summary>
/// <param name="Drive">As listed.</param>
/// <param name="Epoch">The state of its access rules.</param>
/// <param name="ServeUrl">Where its endpoint serves.</param>
/// <param name="ServingAt">When its endpoint last said so; null where it stopped.</param>
public sealed record DriveRecord(Drive Drive, long Epoch, string ServeUrl, DateTimeOffset? ServingAt);
