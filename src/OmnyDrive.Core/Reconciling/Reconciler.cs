using OmnyDrive.Snapshots;

namespace OmnyDrive.Reconciling;

/// <summary>
/// Decides per path what the baseline, the mount and the origin amount to. Pure: reads only directories in which the three differ,
/// and gives the same answer for the same trees.
/// </summary>
public sealed class Reconciler
{
    private readonly Snapshot _baseline, _local, _origin;
    private readonly List<Change> _toLocal = [], _toOrigin = [];
    private readonly List<PathConflict> _conflicts = [];
    private readonly List<DrivePath> _unknown = [];

    private Reconciler(Snapshot baseline, Snapshot local, Snapshot origin) => (_baseline, _local, _origin) = (baseline, local, origin);

    /// <summary>
    /// Compares the two sides with what they last agreed on. The directories in which the three snapshots differ must be readable.
    /// </summary>
    public static Reconciliation Reconcile(Snapshot baseline, Snapshot local, Snapshot origin)
    {
        var reconciler = new Reconciler(baseline, local, origin);
        reconciler.Visit(DrivePath.Root, new Versions(baseline.RootEntry, local.RootEntry, origin.RootEntry));
        return new Reconciliation(
            PathOrder.Of(reconciler._toLocal, change => change.Path),
            PathOrder.Of(reconciler._toOrigin, change => change.Path),
            PathOrder.Of(reconciler._conflicts, conflict => conflict.Path),
            PathOrder.Of(reconciler._unknown, path => path));
    }

    private void Visit(DrivePath path, Versions here)
    {
        if (Equals(here.Local, here.Origin))
            return;
        if (here.Local?.Kind == EntryKind.Unknown || here.Origin?.Kind == EntryKind.Unknown)
        {
            _unknown.Add(path);
            return;
        }
        var localChanged = !Entry.SameHere(here.Local, here.Base);
        var originChanged = !Entry.SameHere(here.Origin, here.Base);
        var agreed = Entry.SameHere(here.Local, here.Origin);
        if (!agreed && localChanged && originChanged)
        {
            // One side made a directory of it, or none did: what lies below cannot be settled apart from it.
            _conflicts.Add(new PathConflict(path, here.Base, here.Local, here.Origin));
            return;
        }
        if (agreed)
            VisitChildren(path, here);
        else
            Decide(path, here, localChanged);
    }

    private void VisitChildren(DrivePath path, Versions here)
    {
        if (here.Local is not { IsDirectory: true } && here.Origin is not { IsDirectory: true })
            return;
        Tree before = _baseline.TreeOf(path, here.Base), local = _local.TreeOf(path, here.Local), origin = _origin.TreeOf(path, here.Origin);
        foreach (var (name, atBase, ours, theirs) in TreeWalk.Entries(before, local, origin))
            Visit(path.Child(name), new Versions(atBase, ours, theirs));
    }

    // Exactly one side changed this path. Its change comes before those below it, though these may take it back.
    private void Decide(DrivePath path, Versions here, bool localChanged)
    {
        var marks = Mark.Of(this);
        var (target, from, change) = localChanged
            ? (_toOrigin, marks.ToOrigin, new Change(path, here.Origin, here.Local))
            : (_toLocal, marks.ToLocal, new Change(path, here.Local, here.Origin));
        target.Add(change);
        VisitChildren(path, here);
        if (!change.RemovesDirectory || !KeepsWhatLiesBelow(marks, localChanged))
            return;
        target.RemoveAt(from);
        if (change.To is null)
            return;
        // A removal that came with something new in its place cannot be put off in silence, and is not done by halves: no
        // change flows below a path in conflict.
        _conflicts.Add(new PathConflict(path, here.Base, here.Local, here.Origin));
        target.RemoveRange(from, target.Count - from);
    }

    // A directory that one side removed stays while the other side has something in it: what that side added below becomes
    // a conflict, and nothing of it flows.
    private bool KeepsWhatLiesBelow(Mark marks, bool removedByLocal)
    {
        var (added, from) = removedByLocal ? (_toLocal, marks.ToLocal) : (_toOrigin, marks.ToOrigin);
        foreach (var change in added.Skip(from))
        {
            var (ours, theirs) = removedByLocal ? (change.From, change.To) : (change.To, change.From);
            _conflicts.Add(new PathConflict(change.Path, null, ours, theirs));
        }
        added.RemoveRange(from, added.Count - from);
        return _conflicts.Count > marks.Conflicts || _unknown.Count > marks.Unknown;
    }

    private readonly record struct Versions(Entry? Base, Entry? Local, Entry? Origin);

    private readonly record struct Mark(int ToLocal, int ToOrigin, int Conflicts, int Unknown)
    {
        public static Mark Of(Reconciler at) => new(at._toLocal.Count, at._toOrigin.Count, at._conflicts.Count, at._unknown.Count);
    }
}
