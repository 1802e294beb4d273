using OmnyDrive.Drives;
using OmnyDrive.Engine.Roots;
using OmnyDrive.Filtering;
using OmnyDrive.History;

namespace OmnyDrive.Engine.Origins;

/// <summary>A published source as the endpoint's state keeps it.</summary>
/// <param name="Drive">The drive.</param>
/// <param name="Provider">Its kind.</param>
/// <param name="Path">Where its source is.</param>
/// <param name="AccessMode">What cloners may do at most.</param>
/// <param name="Identity">How the source is recognized.</param>
/// <param name="Filter">What of the source is left out.</param>
internal sealed record PublishedRoot(DriveId Drive, string Provider, string Path, AccessMode AccessMode, RootIdentity Identity, FilterOptions Filter)
{
    /// <summary>How long what pushes displace is kept; the endpoint's choice where null.</summary>
    internal RetentionPolicy? Retention { get; init; }
}
