using OmnyDrive.Drives;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Reconciling;

/// <summary>
/// Finds out whether a plan looks like an accident: a disk that is not mounted, a directory deleted by mistake. Pure, and asked twice of a push: by the mount when it plans, by the origin
/// before it takes the push. What counts is what a side loses, whichever side that is:
/// <list type="bullet">
/// <item>A file is deleted where nothing, or a directory, is in its place. One that is replaced, by a link for one, is not.</item>
/// <item>A file whose content arrives at another path by the same changes is moved and not deleted; each arrival stands for one file.</item>
/// <item>What cannot be read stays, so it counts among the files that are there, as one.</item>
/// <item>Directories and symbolic links do not count among the files. But a side is not emptied as long as it has a link.</item>
/// </list>
/// A side that would have nothing but directories left sets off <see cref="Brake.RootEmptied"/> alone, whatever the number.
/// </summary>
public static class Brakes
{
    private const int LeastDeleted = 10;

    /// <summary>The plan, with <see cref="SyncPlan.Halt"/> where it sets off a brake that is not allowed.</summary>
    /// <param name="plan">A plan that all policies permit.</param>
    /// <param name="drive">The drive.</param>
    /// <param name="before">A side as it was planned with.</param>
    /// <param name="allowed">The brakes that somebody allowed.</param>
    public static SyncPlan Check(SyncPlan plan, DriveId drive, Func<Side, Snapshot> before, IReadOnlyCollection<Brake> allowed)
    {
        var tripped = new List<TrippedBrake>();
        foreach (var side in new[] { Side.Local, Side.Origin })
        {
            if (Check(side, before(side), plan.On(side)) is { } brake && !allowed.Contains(brake.Brake))
                tripped.Add(brake);
        }
        return tripped.Count == 0 ? plan : plan with { Halt = new Halt(drive, tripped, plan.ToOrigin, plan.ToLocal) };
    }

    /// <summary>
    /// The brake that changes on one side set off; null where they set off none. Reads directories until it has seen about twice as many files as the changes take away, and none
    /// where these are few and something stays.
    /// </summary>
    /// <param name="side">The side, for what is returned.</param>
    /// <param name="before">That side before the changes; all of it must be readable.</param>
    /// <param name="changes">The changes, sorted by path.</param>
    public static TrippedBrake? Check(Side side, Snapshot before, IReadOnlyList<Change> changes)
    {
        var gone = changes.Where(IsGone).ToList();
        if (gone.Count == 0)
            return null;
        if (!changes.Any(change => IsLeaf(change.To)) && Count(before, IsLeaf, enough: gone.Count + 1) == gone.Count)
            return Tripped(Brake.RootEmptied, side, gone, gone.Count);
        var deleted = NotMoved(gone.FindAll(change => change.From!.IsFile), changes);
        if (deleted.Count < LeastDeleted)
            return null;
        var files = Count(before, entry => entry.IsFile || entry.Kind == EntryKind.Unknown, enough: 2L * deleted.Count);
        return 2L * deleted.Count > files ? Tripped(Brake.MassDelete, side, deleted, files) : null;
    }

    private static TrippedBrake Tripped(Brake brake, Side side, List<Change> deleted, long files) =>
        new(brake, side, deleted.Count, files, [.. deleted.Take(QuotedPaths.Shown).Select(change => change.Path)]);

    private static bool IsLeaf(Entry? entry) => entry is { IsDirectory: false };

    private static bool IsGone(Change change) => IsLeaf(change.From) && !IsLeaf(change.To);

    // By content alone. What Move.Of finds is what a file system can rename, and that is less.
    private static List<Change> NotMoved(List<Change> gone, IReadOnlyList<Change> changes)
    {
        // As many as there can be: making room again and again costs more than counting.
        var arrived = new Dictionary<ContentHash, int>(changes.Count - gone.Count);
        foreach (var change in changes)
        {
            if (change.NeedsContent)
                arrived[change.To!.ContentHash] = arrived.GetValueOrDefault(change.To.ContentHash) + 1;
        }
        return arrived.Count == 0 ? gone : gone.FindAll(change => !Take(arrived, change.From!.ContentHash));
    }

    private static bool Take(Dictionary<ContentHash, int> arrived, ContentHash content)
    {
        if (!arrived.TryGetValue(content, out var left) || left == 0)
            return false;
        arrived[content] = left - 1;
        return true;
    }

    // Ends when it has counted enough, so it costs what is deleted and not what exists. What it returns is exact as long as it is less than that.
    private static long Count(Snapshot snapshot, Func<Entry, bool> counts, long enough)
    {
        var count = 0L;
        var open = new Stack<(DrivePath Path, Entry Directory)>([(DrivePath.Root, snapshot.RootEntry)]);
        while (count < enough && open.TryPop(out var next))
        {
            foreach (var (name, entry) in snapshot.TreeOf(next.Path, next.Directory).Entries)
            {
                if (entry.IsDirectory)
                    open.Push((next.Path.Child(name), entry));
                else if (counts(entry))
                    count++;
            }
        }
        return count;
    }
}
