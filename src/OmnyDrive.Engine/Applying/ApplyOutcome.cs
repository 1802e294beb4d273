using OmnyDrive.Engine.Scanning;
using OmnyDrive.Reconciling;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.Applying;

/// <summary>What an apply really did.</summary>
/// <param name="Made">The changes that were made for themselves.</param>
/// <param name="MovedAlong">The changes that were made with the directory that they lie in.</param>
/// <param name="Problems">The changes that were not, and why.</param>
/// <param name="Files">Fingerprints of what was written; null for what was removed.</param>
/// <param name="MovedAway">Those that took a file or directory from a path to another.</param>
internal sealed record ApplyOutcome(
    IReadOnlyList<Change> Made,
    IReadOnlyList<Change> MovedAlong,
    IReadOnlyList<Problem> Problems,
    IReadOnlyDictionary<DrivePath, IndexedFile?> Files,
    IReadOnlySet<Change> MovedAway)
{
    /// <summary>All changes that were made.</summary>
    internal IReadOnlyList<Change> Applied { get; } = MovedAlong.Count == 0 ? Made : [.. Made, .. MovedAlong];

    /// <summary>The changes that may have put something into the trash.</summary>
    internal IEnumerable<Change> Displacing => Made.Where(change => !MovedAway.Contains(change));

    /// <summary>The directories in which names or files changed.</summary>
    internal IReadOnlySet<DrivePath> Touched => Made.Select(change => change.Path.Parent).ToHashSet();
}
