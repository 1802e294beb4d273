using OmnyDrive.Snapshots;

namespace OmnyDrive.Reconciling;

/// <summary>
/// Changes that amount to one directory changing its path with all that it holds. Whoever makes them may rename the directory; each remains a change of its own path.
/// </summary>
/// <param name="Removed">The change that takes the directory away.</param>
/// <param name="Added">The change that makes it.</param>
/// <param name="Below">The changes of all that it holds, at the old path and at the new one.</param>
public sealed record DirectoryMove(Change Removed, Change Added, IReadOnlyList<Change> Below)
{
    /// <summary>
    /// The directories that move, the outermost of them, in the order of their new paths; no change in more than one. Only a directory that is at its new path, where nothing was, what it is at the old one, with the
    /// times of its files; not an empty one, for it has nothing to move. None at all where <see cref="Move.Of"/> would find none because of the names.
    /// </summary>
    /// <param name="changes">Changes of different paths, sorted by path.</param>
    /// <param name="isMovable">Whether the directory at a path holds nothing that the changes do not name, and can be renamed.</param>
    /// <param name="rest">The changes that are in no such move, sorted by path.</param>
    public static IReadOnlyList<DirectoryMove> Of(IReadOnlyList<Change> changes, Predicate<DrivePath> isMovable, out IReadOnlyList<Change> rest) =>
        Of(changes, isMovable, alsoTimes: true, out rest);

    /// <summary>The same; whoever only tells of them, and has a baseline that knows no times, may leave these out.</summary>
    internal static IReadOnlyList<DirectoryMove> Of(IReadOnlyList<Change> changes, Predicate<DrivePath> isMovable, bool alsoTimes, out IReadOnlyList<Change> rest)
    {
        rest = changes;
        var turned = Move.Turned(changes);
        var sources = new Departures<Hash256>(changes, change =>
            change is { To: null, From: { IsDirectory: true } from } && from.TreeHash != Tree.Empty.Hash && !turned.Exists(change.Path.IsAtOrBelow) ? from.TreeHash : null);
        if (sources.IsEmpty || FoldedPaths.IsNewDirectoryAmongThoseThatGo(changes))
            return [];
        var search = new Search(changes, sources, isMovable, alsoTimes);
        var moves = search.Run();
        if (moves.Count > 0)
            rest = search.Rest();
        return moves;
    }

    private sealed class Search(IReadOnlyList<Change> changes, Departures<Hash256> sources, Predicate<DrivePath> isMovable, bool alsoTimes)
    {
        private readonly bool[] _isTaken = new bool[changes.Count];

        internal List<DirectoryMove> Run()
        {
            var moves = new List<DirectoryMove>();
            for (var at = 0; at < changes.Count; at++)
            {
                if (changes[at] is not { From: null, To: { IsDirectory: true } to } || sources.Take(to.TreeHash, changes[at].Path.Name) is not { } from)
                    continue;
                if (CountAlike(from, at) is not { } count || !isMovable(changes[from].Path))
                    continue;
                _isTaken.AsSpan(from, count).Fill(true);
                _isTaken.AsSpan(at, count).Fill(true);
                moves.Add(new DirectoryMove(changes[from], changes[at], [.. Below(from, count), .. Below(at, count)]));
                // What lies in a directory comes with it.
                at += count - 1;
            }
            return moves;
        }

        internal IReadOnlyList<Change> Rest() => [.. changes.Where((_, index) => !_isTaken[index])];

        private IEnumerable<Change> Below(int top, int count) => changes.Skip(top + 1).Take(count - 1);

        // How many changes take the directory away, where as many make it again; null where not all do, or one is part of another move.
        private int? CountAlike(int from, int to)
        {
            DrivePath old = changes[from].Path, now = changes[to].Path;
            for (var i = 0; ; i++)
            {
                var (isOld, isNew) = (IsIn(from + i, old), IsIn(to + i, now));
                if (!isOld && !isNew)
                    return i;
                if (!isOld || !isNew || _isTaken[from + i] || !IsAlike(changes[from + i], changes[to + i]) || !changes[from + i].Path.IsBelowAs(old, changes[to + i].Path, now))
                    return null;
            }
        }

        private bool IsIn(int index, DrivePath directory) => index < changes.Count && changes[index].Path.IsAtOrBelow(directory);

        private bool IsAlike(Change removed, Change added) => removed is { From: { Kind: not EntryKind.Unknown } was, To: null } && added is { From: null, To: { } will }
            && was.Equals(will) && (!alsoTimes || was.ModifiedNanoseconds == will.ModifiedNanoseconds);
    }
}
