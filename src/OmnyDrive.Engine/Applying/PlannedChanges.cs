using OmnyDrive.Reconciling;

namespace OmnyDrive.Engine.Applying;

/// <summary>What an apply is to make.</summary>
/// <param name="Changes">The changes.</param>
/// <param name="Moves">Those of them that are made by moving a file.</param>
internal sealed record PlannedChanges(IReadOnlyList<Change> Changes, IReadOnlyList<Move> Moves);
