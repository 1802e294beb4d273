using OmnyDrive.Engine.Scanning;
using OmnyDrive.Reconciling;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.Applying;

/// <summary>What an apply really did.</summary>
/// <param name="Applied">The changes that were made.</param>
/// <param name="Problems">The changes that were not, and why.</param>
/// <param name="Files">Fingerprints of what was written; null for what was removed.</param>
internal sealed record ApplyOutcome(
    IReadOnlyList<Change> Applied,
    IReadOnlyList<Problem> Problems,
    IReadOnlyDictionary<DrivePath, IndexedFile?> Files)
{
    /// <summary>The directories in which names or files changed.</summary>
    internal IReadOnlySet<DrivePath> Touched => Applied.Select(change => change.Path.Parent).ToHashSet();
}
