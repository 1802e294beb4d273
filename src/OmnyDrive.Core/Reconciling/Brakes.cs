using OmnyDrive.Drives;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Reconciling;

/// <summary>
/// Finds out whether a plan looks like an accident: a disk that is not mounted, a directory deleted by mistake. Pure, and asked twice of a push: by the mount when it plans, by the origin
/// before it takes the push. What counts is what a side loses, whichever side that is:
/// <list type="bullet">
/// <item>Files and symbolic links count. Directories hold nothing of their own.</item>
/// <item>A file is deleted where nothing, or a directory, is in its place. One that is replaced is not.</item>
/// <item>A file whose content arrives at another path by the same changes is moved and not deleted; each arrival stands for one file.</item>
/// <item>What cannot be read stays, so it counts among what is there, as one.</item>
/// </list>
/// A side that would have nothing left sets off <see cref="Brake.RootEmptied"/> alone, whatever the number.
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
        var deleted = NotMoved(gone, changes);
        var somethingCame = changes.Any(change => Counts(change.To));
        if (deleted.Count < LeastDeleted && somethingCame)
            return null;
        var files = Count(before, enough: 2L * gone.Count + 1);
        if (!somethingCame && files == gone.Count)
            return Tripped(Brake.RootEmptied);
        return deleted.Count >= LeastDeleted && 2L * deleted.Count > files ? Tripped(Brake.MassDelete) : null;

        TrippedBrake Tripped(Brake brake) => new(brake, side, deleted.Count, files, [.. deleted.Take(QuotedPaths.Shown).Select(change => change.Path)]);
    }

    private static bool Counts(Entry? entry) => entry is { IsDirectory: false };

    private static bool IsGone(Change change) => Counts(change.From) && !Counts(change.To);

    private static List<Change> NotMoved(List<Change> gone, IReadOnlyList<Change> changes)
    {
        var arrived = new Dictionary<Entry, int>();
        foreach (var change in changes)
        {
            if (Counts(change.To) && ContentOf(change.To!) is var content && !(Counts(change.From) && content.Equals(ContentOf(change.From!))))
                arrived[content] = arrived.GetValueOrDefault(content) + 1;
        }
        return arrived.Count == 0 ? gone : gone.FindAll(change => !Take(arrived, ContentOf(change.From!)));
    }

    private static bool Take(Dictionary<Entry, int> arrived, Entry content)
    {
        if (!arrived.TryGetValue(content, out var left) || left == 0)
            return false;
        arrived[content] = left - 1;
        return true;
    }

    private static Entry ContentOf(Entry entry) => entry.IsExecutable ? Entry.File(entry.Size, entry.ContentHash) : entry;

    // Ends when it has counted enough, so it costs what is deleted and not what exists. What it returns is exact as long as it is less than that.
    private static long Count(Snapshot before, long enough)
    {
        var count = 0L;
        var open = new Stack<(DrivePath Path, Entry Directory)>([(DrivePath.Root, before.RootEntry)]);
        while (count < enough && open.TryPop(out var next))
        {
            foreach (var (name, entry) in before.TreeOf(next.Path, next.Directory).Entries)
            {
                if (entry.IsDirectory)
                    open.Push((next.Path.Child(name), entry));
                else
                    count++;
            }
        }
        return count;
    }
}
