using OmnyDrive.Filtering;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Reconciling;

/// <summary>A reconciliation in which nothing is made of what is merely left out.</summary>
/// <param name="Found">What remains to be decided.</param>
/// <param name="Settled">
/// Paths that are settled without a change on either side: what the baseline takes, null where a path leaves it. See <see cref="Baseline.Advance"/>.
/// </param>
public sealed record FilteredReconciliation(Reconciliation Found, IReadOnlyDictionary<DrivePath, Entry?> Settled);

/// <summary>
/// What a filter means for a sync. A path that a side leaves out is not a path that it deleted: it leaves the baseline and stays on both sides. A filtered path
/// in a mount is the mount's own: it is not pushed, and what would cover it is a conflict.
/// </summary>
public sealed class FilterPolicy
{
    private readonly TreeRules _local;
    private readonly OriginTreeRules _origin;
    private readonly Func<DrivePath, Entry?> _ownAt;
    private readonly List<Change> _toLocal = [], _toOrigin = [];
    private readonly List<PathConflict> _conflicts = [];
    private readonly Dictionary<DrivePath, Entry?> _settled = [];

    private const string IsInTheWay = "is left out here, and the origin has something else there";

    // Directories that hold a path which leaves the baseline.
    private readonly HashSet<DrivePath> _keeping = [];

    private FilterPolicy(TreeRules local, OriginTreeRules origin, Func<DrivePath, Entry?> ownAt) => (_local, _origin, _ownAt) = (local, origin, ownAt);

    /// <summary>Takes out of a reconciliation what is filtered.</summary>
    /// <param name="found">What the two trees amount to, which hold nothing that their sides leave out.</param>
    /// <param name="local">The rules of the mount.</param>
    /// <param name="origin">The rules of the origin.</param>
    /// <param name="ownAt">What lies in the mount at a path that is not in its tree; null where nothing does. Of a directory only that it is one counts.</param>
    /// <param name="uncovered">
    /// What the mount left out so far and the origin's rules would take into the drive, though nobody at the mount said so: nothing of it is pushed unasked.
    /// </param>
    public static FilteredReconciliation Apply(Reconciliation found, TreeRules local, OriginTreeRules origin, Func<DrivePath, Entry?> ownAt, IReadOnlyList<DrivePath> uncovered)
    {
        var policy = new FilterPolicy(local, origin, ownAt);
        // From below, so that a directory is decided after what it holds. They come sorted, so each list is in reverse order.
        foreach (var conflict in found.Conflicts)
            policy.Decide(conflict);
        for (var i = found.ToLocal.Count - 1; i >= 0; i--)
            policy.DecideToLocal(found.ToLocal[i]);
        for (var i = found.ToOrigin.Count - 1; i >= 0; i--)
            policy.DecideToOrigin(found.ToOrigin[i]);
        foreach (var path in uncovered)
            policy.Uncover(path);
        policy._toLocal.Reverse();
        policy._toOrigin.Reverse();
        return new FilteredReconciliation(
            found with
            {
                ToLocal = policy._toLocal,
                ToOrigin = policy._toOrigin,
                Conflicts = [.. policy._conflicts.OrderBy(conflict => conflict.Path)],
            },
            policy._settled);
    }

    private void DecideToLocal(Change change)
    {
        if (change.To is null)
            Remove(change, IsLeftOutByOrigin(change.Path, change.From), _toLocal);
        else if ((IsHidden(change.From, change.To) || IsFiltered(_local, change.Path, change.To)) && _ownAt(change.Path) is { } own)
            Cover(change, own);
        else
            _toLocal.Add(change);
    }

    // What the mount has of its own is there already, or in the way.
    private void Cover(Change change, Entry own)
    {
        if (Entry.SameHere(own, change.To))
            _settled[change.Path] = change.To;
        else
            _conflicts.Add(new PathConflict(change.Path, change.From, own, change.To) { Reason = IsInTheWay });
    }

    private void DecideToOrigin(Change change)
    {
        if (change.To is null && !IsFiltered(_local, change.Path, change.From) && !_keeping.Contains(change.Path)
            && IsHidden(change.To, change.From) && _ownAt(change.Path) is { IsDirectory: true })
            return;
        if (change.To is null)
            Remove(change, IsFiltered(_local, change.Path, change.From), _toOrigin);
        else if (!IsFiltered(_origin.After, change.Path, change.To))
            _toOrigin.Add(change);
    }

    // A directory that holds something left out stays with it.
    private void Remove(Change change, bool isLeftOut, List<Change> changes)
    {
        if (isLeftOut || _keeping.Contains(change.Path))
            Leave(change.Path);
        else
            changes.Add(change);
    }

    private void Uncover(DrivePath path)
    {
        _toOrigin.RemoveAll(change => change.Path == path);
        _conflicts.Add(new PathConflict(path, null, _ownAt(path), null) { Reason = "is left out here, and by the origin's new rules it would be in the drive" });
    }

    private void Leave(DrivePath path)
    {
        _settled[path] = null;
        for (var holder = path.Parent; !holder.IsRoot && _keeping.Add(holder);)
            holder = holder.Parent;
    }

    private void Decide(PathConflict conflict)
    {
        if (conflict.Theirs is null && IsLeftOutByOrigin(conflict.Path, conflict.Ours ?? conflict.Base))
            Leave(conflict.Path);
        else if (conflict.Ours is null && IsFiltered(_local, conflict.Path, conflict.Theirs))
            DecideCovered(conflict with { Ours = _ownAt(conflict.Path) });
        else
            _conflicts.Add(conflict);
    }

    private void DecideCovered(PathConflict conflict)
    {
        if (conflict.Ours is not null && Entry.SameHere(conflict.Ours, conflict.Theirs))
            _settled[conflict.Path] = conflict.Theirs;
        else
            _conflicts.Add(conflict.Ours is null ? conflict : conflict with { Reason = IsInTheWay });
    }

    // A directory that the mount has may be no entry of its tree, because all it holds is left out; it is as good as the one that the origin has.
    private static bool IsHidden(Entry? here, Entry? there) => here is null && there is { IsDirectory: true };

    private bool IsLeftOutByOrigin(DrivePath path, Entry? entry) => IsFiltered(_origin.Now, path, entry) || IsFiltered(_origin.After, path, entry);

    private static bool IsFiltered(TreeRules rules, DrivePath path, Entry? entry) => rules.IsFiltered(path, entry is { IsDirectory: true });
}
