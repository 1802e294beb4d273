using OmnyDrive.Engine.Scanning;
using OmnyDrive.Reconciling;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.Applying;

/// <summary>What an apply really did.</summary>
/// <param name="Applied">The changes that were made.</param>
/// <param name="Problems">The changes that were not, and why.</param>
/// <param name="Files">Fingerprints of what was written; null for what was removed.</param>
/// <param name="MovedAway">Those of the changes that took a file from a path to another.</param>
internal sealed record ApplyOutcome(
    IReadOnlyList<Change> Applied,
    IReadOnlyList<Problem> Problems,
    IReadOnlyDictionary<DrivePath, IndexedFile?> Files,
    IReadOnlySet<Change> MovedAway)
{
    /// <summary>The changes that may have put something into the trash.</summary>
    internal IEnumerable<Change> Displacing => Applied.Where(change => !MovedAway.Contains(change));

    /// <summary>The directories in which names or files changed.</summary>
    internal IReadOnlySet<DrivePath> Touched => Applied.Select(change => change.Path.Parent).ToHashSet();
}
