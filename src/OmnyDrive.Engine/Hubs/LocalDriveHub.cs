using System.Collections.Concurrent;
using OmnyDrive.Drives;
using OmnyDrive.Engine.Providers;
using OmnyDrive.Errors;
using OmnyDrive.Hubs;
using OmnyDrive.Origins;

namespace OmnyDrive.Engine.Hubs;

/// <summary>
/// A whole hub in this process, for embedding: the logic of every hub over a memory that ends with it. Enrolment is open. Endpoints that are given
/// it reach each other directly, without sockets, by the same steps as over the network.
/// </summary>
public sealed class LocalDriveHub : DriveHub, IOriginConnector, IEndpointDirectory
{
    private readonly ConcurrentDictionary<EndpointId, LocalDriveEndpoint> _endpoints = new();

    /// <summary>Makes an empty hub with new keys.</summary>
    /// <param name="options">How it behaves; the defaults where null.</param>
    /// <param name="time">The clock; the system's where null.</param>
    public LocalDriveHub(HubOptions? options = null, TimeProvider? time = null)
        : base(new MemoryHubStore(), HubKeys.Create(), options, time)
    {
    }

    /// <inheritdoc/>
    public IOrigin Connect(DriveRoute route, Func<DriveActions, CancellationToken, Task<DriveRoute>> renew, TransferOptions transfer) =>
        _endpoints.TryGetValue(route.Drive.Id.Endpoint, out var endpoint)
            ? DriveProviders.Get(route.Drive.Provider).Lend(endpoint.OpenOrigin(route.Drive.Id), renew)
            : throw new DriveException(ErrorCode.OriginUnreachable, $"The endpoint {route.Drive.Id.Endpoint} is not in this process any more.");

    void IEndpointDirectory.Add(LocalDriveEndpoint endpoint) => _endpoints[endpoint.Identity.Id] = endpoint;

    void IEndpointDirectory.Remove(LocalDriveEndpoint endpoint) =>
        _endpoints.TryRemove(new KeyValuePair<EndpointId, LocalDriveEndpoint>(endpoint.Identity.Id, endpoint));
}
