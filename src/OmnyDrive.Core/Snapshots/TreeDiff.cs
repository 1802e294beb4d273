using OmnyDrive.Reconciling;

namespace OmnyDrive.Snapshots;

/// <summary>Compares two snapshots.</summary>
public static class TreeDiff
{
    /// <summary>
    /// The changes that lead from one snapshot to the other, a directory before what it holds. Equal directories are not read, so it
    /// costs what differs. A path that is unknown on either side is no change.
    /// </summary>
    public static IReadOnlyList<Change> Compare(Snapshot from, Snapshot to) => Compare(from, to, DrivePath.Root);

    /// <summary>The same for one path and what lies below it.</summary>
    public static IReadOnlyList<Change> Compare(Snapshot from, Snapshot to, DrivePath below)
    {
        var changes = new List<Change>();
        Walk(below, from.Find(below), to.Find(below));
        return changes;

        void Walk(DrivePath path, Entry? before, Entry? after)
        {
            if (Equals(before, after) || before?.Kind == EntryKind.Unknown || after?.Kind == EntryKind.Unknown)
                return;
            if (!Entry.SameHere(before, after))
                changes.Add(new Change(path, before, after));
            Tree old = from.TreeOf(path, before), now = to.TreeOf(path, after);
            foreach (var (name, was, willBe) in TreeWalk.Entries(old, now))
                Walk(path.Child(name), was, willBe);
        }
    }
}
