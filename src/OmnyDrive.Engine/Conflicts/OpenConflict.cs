using OmnyDrive.Origins;
using OmnyDrive.Reconciling;

namespace OmnyDrive.Engine;

/// <summary>A conflict of a mount that has not been settled by a sync yet.</summary>
/// <param name="Conflict">The path and its three versions.</param>
/// <param name="Kind">Of which kind it is.</param>
/// <param name="FoundAt">When a sync first found these versions.</param>
/// <param name="Resolution">What somebody decided about it, which the next sync carries out; null where nobody did.</param>
public sealed record OpenConflict(PathConflict Conflict, ConflictKind Kind, DateTimeOffset FoundAt, Resolution? Resolution)
{
    /// <summary>Who made the origin's version; null where the origin could not tell.</summary>
    public PathAuthor? TheirAuthor { get; init; }
}
