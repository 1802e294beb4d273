using OmnyDrive.Reconciling;

namespace OmnyDrive.Snapshots;

/// <summary>Compares two snapshots.</summary>
public static class TreeDiff
{
    /// <summary>
    /// The changes that lead from one snapshot to the other, a directory before what it holds. Equal directories are not read, so it
    /// costs what differs. A path that is unknown on either side is no change.
    /// </summary>
    public static IEnumerable<Change> Compare(Snapshot from, Snapshot to) => Walk(DrivePath.Root, from, from.RootEntry, to, to.RootEntry);

    private static IEnumerable<Change> Walk(DrivePath path, Snapshot from, Entry? before, Snapshot to, Entry? after)
    {
        if (Equals(before, after) || before?.Kind == EntryKind.Unknown || after?.Kind == EntryKind.Unknown)
            yield break;
        if (!Entry.SameHere(before, after))
            yield return new Change(path, before, after);
        Tree old = from.TreeOf(path, before), now = to.TreeOf(path, after);
        foreach (var name in TreeWalk.Names(old, now))
        {
            foreach (var change in Walk(path.Child(name), from, old.Find(name), to, now.Find(name)))
                yield return change;
        }
    }
}
