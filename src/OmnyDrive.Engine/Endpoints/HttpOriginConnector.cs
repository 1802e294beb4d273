using OmnyDrive.Client;
using OmnyDrive.Hubs;
using OmnyDrive.Origins;

namespace OmnyDrive.Engine;

/// <summary>Reaches origins through the content servers of their endpoints.</summary>
public sealed class HttpOriginConnector : IOriginConnector
{
    /// <inheritdoc/>
    public IOrigin Connect(DriveRoute route, Func<DriveActions, CancellationToken, Task<DriveRoute>> renew, TransferOptions transfer) =>
        new ContentClient(route.Drive.Id, route.ServeUrl, renew, transfer);
}
