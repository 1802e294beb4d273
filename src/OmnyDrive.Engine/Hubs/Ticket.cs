using OmnyDrive.Drives;
using OmnyDrive.Hubs;

namespace OmnyDrive.Engine.Hubs;

/// <summary>What a hub grants: one endpoint may do some things with one drive for a few minutes.</summary>
/// <param name="Audience">The endpoint that serves the drive; nobody else takes the ticket.</param>
/// <param name="Subject">The endpoint it was given to.</param>
/// <param name="Drive">The drive.</param>
/// <param name="Actions">What it permits.</param>
/// <param name="Epoch">The state of the drive's access rules at the hub; it rises when they change.</param>
/// <param name="IssuedAt">Whole seconds.</param>
/// <param name="ExpiresAt">Whole seconds; at most <see cref="MaxLifetime"/> later.</param>
/// <param name="Id">128 random bits as text.</param>
public sealed record Ticket(
    EndpointId Audience, EndpointId Subject, DriveId Drive, DriveActions Actions, long Epoch, DateTimeOffset IssuedAt, DateTimeOffset ExpiresAt, string Id)
{
    /// <summary>No ticket is valid for longer.</summary>
    public static readonly TimeSpan MaxLifetime = TimeSpan.FromMinutes(10);

    /// <summary>By how much the clocks of hub and content server may differ.</summary>
    public static readonly TimeSpan AllowedSkew = TimeSpan.FromSeconds(60);
}
