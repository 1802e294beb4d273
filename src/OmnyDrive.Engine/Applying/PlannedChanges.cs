using OmnyDrive.Reconciling;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.Applying;

/// <summary>What an apply is to make, and what of it by moving what is there.</summary>
/// <param name="Changes">The changes, sorted by path.</param>
/// <param name="Single">Those that are made for themselves: all but what moves with a directory.</param>
/// <param name="Moves">Those of them that are made by moving a file.</param>
/// <param name="Directories">The directories that are moved.</param>
internal sealed record PlannedChanges(IReadOnlyList<Change> Changes, IReadOnlyList<Change> Single, IReadOnlyList<Move> Moves, IReadOnlyList<DirectoryMove> Directories)
{
    /// <summary>Where every new path gets what moves there.</summary>
    internal IEnumerable<DrivePath> MovedTo => Moves.Select(move => move.Added.Path).Concat(Directories.Select(move => move.Added.Path));

    /// <param name="changes">The changes.</param>
    /// <param name="isBound">Names of files that must be at hand before the changes are made; none is moved by itself.</param>
    /// <param name="isMovable">Whether a directory can be moved with all that it holds.</param>
    internal static PlannedChanges Of(IReadOnlyList<Change> changes, Func<string, bool> isBound, Predicate<DrivePath> isMovable)
    {
        var sorted = ApplyOrder.ByPath(changes);
        var directories = DirectoryMove.Of(sorted, isMovable, out var single);
        return new PlannedChanges(sorted, single, Move.Of(single, isBound), directories);
    }

    /// <summary>The same without some of the changes, none of which is moved.</summary>
    internal PlannedChanges Without(IReadOnlySet<Change> left) =>
        left.Count == 0 ? this : this with { Changes = [.. Changes.Where(change => !left.Contains(change))], Single = [.. Single.Where(change => !left.Contains(change))] };

    /// <summary>The changes of directories that were to be moved, to be made file by file.</summary>
    internal static PlannedChanges InsteadOf(IEnumerable<DirectoryMove> directories) =>
        Of([.. directories.SelectMany(move => move.Below.Append(move.Removed).Append(move.Added))], _ => false, _ => false);
}
