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
    /// <summary>Whether the source lies at a server that knows nothing of OmnyDrive: <see cref="Path"/> is its URL, and peers go there by themselves.</summary>
    internal bool IsElsewhere => Identity == RootIdentity.Elsewhere;

    /// <summary>How long what pushes displace is kept; the endpoint's choice where null.</summary>
    internal RetentionPolicy? Retention { get; init; }
}
