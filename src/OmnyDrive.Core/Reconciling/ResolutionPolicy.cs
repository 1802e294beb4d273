using OmnyDrive.Snapshots;

namespace OmnyDrive.Reconciling;

/// <summary>A reconciliation in which conflicts that somebody decided have become changes.</summary>
/// <param name="Found">What remains to be decided, and all changes.</param>
/// <param name="Settled">The decisions that took effect.</param>
public sealed record ResolvedReconciliation(Reconciliation Found, IReadOnlyList<Resolution> Settled);

/// <summary>
/// Turns decided conflicts into changes. Pure. A decision about a path counts for all below it. What it would take away with something in it that nobody can read stays a conflict.
/// </summary>
public sealed class ResolutionPolicy
{
    private readonly Snapshot _local, _origin;
    private readonly Dictionary<DrivePath, Change> _toLocal, _toOrigin;
    private readonly List<PathConflict> _open = [];
    private readonly List<Resolution> _settled = [];

    private ResolutionPolicy(Reconciliation found, Snapshot local, Snapshot origin)
    {
        (_local, _origin) = (local, origin);
        (_toLocal, _toOrigin) = (found.ToLocal.ToDictionary(change => change.Path), found.ToOrigin.ToDictionary(change => change.Path));
    }

    /// <summary>Takes decisions into a reconciliation.</summary>
    /// <param name="found">What the sides amount to.</param>
    /// <param name="resolutions">What was decided. Those that settle no conflict any more have no effect.</param>
    /// <param name="local">The mount as it was reconciled.</param>
    /// <param name="origin">The origin as it was reconciled.</param>
    public static ResolvedReconciliation Apply(Reconciliation found, IReadOnlyCollection<Resolution> resolutions, Snapshot local, Snapshot origin)
    {
        if (resolutions.Count == 0 || found.Conflicts.Count == 0)
            return new ResolvedReconciliation(found, []);
        var policy = new ResolutionPolicy(found, local, origin);
        var byPath = resolutions.ToDictionary(resolution => resolution.Conflict.Path);
        foreach (var conflict in found.Conflicts)
            policy.Decide(conflict, byPath.GetValueOrDefault(conflict.Path));
        return new ResolvedReconciliation(
            found with
            {
                ToLocal = PathOrder.Of<Change>([.. policy._toLocal.Values], change => change.Path),
                ToOrigin = PathOrder.Of<Change>([.. policy._toOrigin.Values], change => change.Path),
                Conflicts = policy._open,
            },
            policy._settled);
    }

    // They come sorted, a directory before what it holds.
    private void Decide(PathConflict conflict, Resolution? resolution)
    {
        if (_settled.Exists(settled => conflict.Path.IsAtOrBelow(settled.Conflict.Path)))
            return;
        if (resolution is not null && conflict.Reason is null && resolution.Settles(conflict) && TryMake(conflict, resolution))
            _settled.Add(resolution);
        else
            _open.Add(conflict);
    }

    private bool TryMake(PathConflict conflict, Resolution resolution)
    {
        // What a mount leaves out is not in its tree, and so nothing that could be exchanged.
        if (!Equals(_local.Find(conflict.Path), conflict.Ours))
            return false;
        List<Change> local = [], origin = [];
        switch (resolution.Kind)
        {
            case ResolutionKind.Ours:
                origin.AddRange(TreeDiff.Compare(_origin, _local, conflict.Path));
                break;
            case ResolutionKind.Theirs:
                local.AddRange(TreeDiff.Compare(_local, _origin, conflict.Path));
                break;
            case ResolutionKind.Both:
                if (resolution.Beside is not { } beside || conflict.Ours is null or { IsDirectory: true } || _local.Find(beside) is not null || _origin.Find(beside) is not null)
                    return false;
                local.AddRange(TreeDiff.Compare(_local, _origin, conflict.Path));
                local.Add(new Change(beside, null, conflict.Ours));
                origin.Add(new Change(beside, null, conflict.Ours));
                break;
            default:
                if (!Equals(conflict.Ours, resolution.Result))
                    local.Add(new Change(conflict.Path, conflict.Ours, resolution.Result));
                origin.Add(new Change(conflict.Path, conflict.Theirs, resolution.Result));
                break;
        }
        if (WithRoom(local, _local, _toLocal) is not { } toLocal || WithRoom(origin, _origin, _toOrigin) is not { } toOrigin)
            return false;
        foreach (var change in toLocal)
            _toLocal[change.Path] = change;
        foreach (var change in toOrigin)
            _toOrigin[change.Path] = change;
        return true;
    }

    // A directory that is missing above what comes is made with it. Where something else lies there, or goes with the same sync, it waits; so does what cannot be taken away.
    private static List<Change>? WithRoom(List<Change> changes, Snapshot side, Dictionary<DrivePath, Change> all)
    {
        if (changes.Exists(change => change.RemovesDirectory && side.TreeOf(change.Path, change.From).Entries.Any(named => named.Entry.Kind == EntryKind.Unknown)))
            return null;
        var made = new List<Change>(changes);
        foreach (var added in changes.Where(change => change.To is not null))
        {
            for (var parent = added.Path.Parent; !parent.IsRoot; parent = parent.Parent)
            {
                var planned = all.TryGetValue(parent, out var known) ? known : made.Find(change => change.Path == parent);
                if (planned is not null ? planned.To is { IsDirectory: true } : side.Find(parent) is { IsDirectory: true })
                    break;
                if (planned is not null || side.Find(parent) is not null)
                    return null;
                made.Add(new Change(parent, null, Entry.Directory(Tree.Empty.Hash)));
            }
        }
        return made;
    }
}
