using OmnyDrive.Engine.Scanning;
using OmnyDrive.Origins;
using OmnyDrive.Reconciling;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.Syncing;

/// <summary>What a sync applied: on which side, which changes, and what it could not; with the baseline after it where that is known already.</summary>
internal sealed record AppliedSync(Side Side, IReadOnlyList<Change> Changes, IReadOnlyList<Problem> Problems, long Bytes, long Reused, AdvancedBaseline? Advanced = null)
{
    /// <summary>The generation that a push made at the origin; null where none is known.</summary>
    internal OriginGeneration? Generation { get; init; }

    /// <summary>What the mount is after a pull, provided that nobody else changed it meanwhile; null where it is not known.</summary>
    internal ScanResult? Local { get; init; }

    /// <summary>Where the files were that it moved, where there was time to find out; null where there was none, as at a pull.</summary>
    internal Task<MovedFiles>? Moved { get; init; }

    internal static AppliedSync Nothing { get; } = new(Side.Local, [], [], 0, 0);

    internal IReadOnlyDictionary<DrivePath, Entry?> Paths => Changes.ToDictionary(change => change.Path, change => change.To);
}
