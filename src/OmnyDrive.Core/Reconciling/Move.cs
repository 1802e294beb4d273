using OmnyDrive.Snapshots;

namespace OmnyDrive.Reconciling;

/// <summary>
/// Two changes that amount to one file changing its path: what one takes away, the other makes with the same content. Whoever makes both may move the file instead of
/// copying it; each remains a change of its own path.
/// </summary>
/// <param name="Removed">The change that takes the file away.</param>
/// <param name="Added">The change that makes it.</param>
public sealed record Move(Change Removed, Change Added)
{
    /// <summary>
    /// The moves in a set of changes, each change in one at most, in the order in which those that make the files are given. Of several files with one content that go, the one of the same
    /// name is taken first. Only files that are gone afterwards and paths where nothing was; none at all where a directory comes whose name some file system may take for one
    /// that goes, because then the old must be gone before the new can come.
    /// </summary>
    /// <param name="changes">Changes of different paths.</param>
    /// <param name="isBound">Names that stay out of moves: of files that must be at hand before the changes are made.</param>
    public static IReadOnlyList<Move> Of(IReadOnlyList<Change> changes, Func<string, bool> isBound)
    {
        var turned = Turned(changes);
        var sources = new Departures<(ContentHash, long)>(changes, change =>
            change is { To: null, From: { IsFile: true } from } && !isBound(change.Path.Name) && !turned.Exists(change.Path.IsAtOrBelow) ? (from.ContentHash, from.Size) : null);
        if (sources.IsEmpty || FoldedPaths.IsNewDirectoryAmongThoseThatGo(changes))
            return [];
        var going = changes.Where(FoldedPaths.Goes).Select(change => FoldedPaths.KeyOf(change.Path)).ToHashSet(FoldedPaths.Comparer);
        var moves = new List<Move>();
        foreach (var added in changes.Where(change => change is { From: null, To.IsFile: true }))
        {
            if (!isBound(added.Path.Name) && !going.Contains(FoldedPaths.KeyOf(added.Path)) && sources.Take((added.To!.ContentHash, added.To.Size), added.Path.Name) is { } removed)
                moves.Add(new Move(changes[removed], added));
        }
        return moves;
    }

    // Directories that make room for something else. Each goes with all that lies in it, or stays with it.
    internal static List<DrivePath> Turned(IReadOnlyList<Change> changes) => [.. changes.Where(change => change is { RemovesDirectory: true, To: not null }).Select(change => change.Path)];
}
