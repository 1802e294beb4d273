using OmnyDrive.Origins;
using OmnyDrive.Reconciling;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine;

/// <summary>A conflict of a mount that has not been settled by a sync yet.</summary>
/// <param name="Conflict">The path and its three versions.</param>
/// <param name="Kind">Of which kind it is.</param>
/// <param name="FoundAt">When a sync first found these versions.</param>
/// <param name="Resolution">What somebody decided about it, which the next sync carries out; null where nobody did.</param>
public sealed record OpenConflict(PathConflict Conflict, ConflictKind Kind, DateTimeOffset FoundAt, Resolution? Resolution)
{
    /// <summary>What somebody made of earlier versions of this path by a merge or in a tool, before a side changed again; null where nobody did. A tool begins with it.</summary>
    internal Entry? Draft { get; init; }

    /// <summary>Who made the origin's version; null where the origin could not tell.</summary>
    public PathAuthor? TheirAuthor { get; init; }
}
