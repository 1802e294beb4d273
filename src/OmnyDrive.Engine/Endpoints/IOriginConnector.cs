using OmnyDrive.Hubs;
using OmnyDrive.Origins;

namespace OmnyDrive.Engine;

/// <summary>Reaches the origin of a drive that a hub gave a route to: over HTTP, or in the same process.</summary>
public interface IOriginConnector
{
    /// <summary>The origin; the caller disposes it.</summary>
    /// <param name="route">Where it is served.</param>
    /// <param name="renew">Asks the hub for a route that permits an action; throws what the hub throws.</param>
    /// <param name="transfer">How content travels; of no concern to an origin in the same process.</param>
    IOrigin Connect(DriveRoute route, Func<DriveActions, CancellationToken, Task<DriveRoute>> renew, TransferOptions transfer);
}
