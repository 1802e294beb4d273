using OmnyDrive.Drives;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Reconciling;

/// <summary>A reconciliation in which conflicts that somebody decided have become changes.</summary>
/// <param name="Found">What remains to be decided, and all changes.</param>
/// <param name="Settled">The decisions that took effect.</param>
/// <param name="Later">
/// Paths of those that keep both versions and of which one is not beside yet: whoever carries this out makes what goes beside first, on both sides, and changes these paths only when that is there. Else a sync that breaks
/// off in between would have dropped the mount's version.
/// </param>
public sealed record ResolvedReconciliation(Reconciliation Found, IReadOnlyList<Resolution> Settled, IReadOnlyList<DrivePath> Later);

/// <summary>
/// Turns decided conflicts into changes. Pure. A decision about a path counts for all below it. What it would take away with something in it that nobody can read stays a conflict.
/// </summary>
public sealed class ResolutionPolicy
{
    private readonly Snapshot _local, _origin;
    private readonly Dictionary<DrivePath, Change> _toLocal, _toOrigin;
    private readonly List<PathConflict> _open = [];
    private readonly List<Resolution> _settled = [];
    private readonly List<DrivePath> _later = [];
    private readonly EndpointId _self;

    private ResolutionPolicy(Reconciliation found, Snapshot local, Snapshot origin, EndpointId self)
    {
        (_local, _origin, _self) = (local, origin, self);
        (_toLocal, _toOrigin) = (found.ToLocal.ToDictionary(change => change.Path), found.ToOrigin.ToDictionary(change => change.Path));
    }

    /// <summary>Takes decisions into a reconciliation.</summary>
    /// <param name="found">What the sides amount to.</param>
    /// <param name="resolutions">What was decided. Those that settle no conflict any more have no effect.</param>
    /// <param name="local">The mount as it was reconciled.</param>
    /// <param name="origin">The origin as it was reconciled.</param>
    /// <param name="self">The endpoint of the mount, whose name a version beside another gets where the one that was chosen is taken by now.</param>
    public static ResolvedReconciliation Apply(Reconciliation found, IReadOnlyCollection<Resolution> resolutions, Snapshot local, Snapshot origin, EndpointId self)
    {
        if (resolutions.Count == 0 || found.Conflicts.Count == 0)
            return new ResolvedReconciliation(found, [], []);
        var policy = new ResolutionPolicy(found, local, origin, self);
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
            policy._settled,
            policy._later);
    }

    // They come sorted, a directory before what it holds.
    private void Decide(PathConflict conflict, Resolution? resolution)
    {
        if (_settled.Count > 0 && conflict.Path.IsAtOrBelow(_settled[^1].Conflict.Path))
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
        var isLater = false;
        switch (resolution.Kind)
        {
            case ResolutionKind.Ours:
                origin.AddRange(TreeDiff.Compare(_origin, _local, conflict.Path));
                break;
            case ResolutionKind.Theirs:
                local.AddRange(TreeDiff.Compare(_local, _origin, conflict.Path));
                break;
            case ResolutionKind.Both:
                if (resolution.Beside is not { } chosen || conflict.Ours is null or { IsDirectory: true })
                    return false;
                var beside = IsFree(chosen, conflict.Ours) ? chosen : BesideName.Of(conflict.Path, _self, path => !IsFree(path, conflict.Ours));
                local.AddRange(TreeDiff.Compare(_local, _origin, conflict.Path));
                if (_local.Find(beside) is null)
                    local.Add(new Change(beside, null, conflict.Ours));
                if (_origin.Find(beside) is null)
                    origin.Add(new Change(beside, null, conflict.Ours));
                isLater = _local.Find(beside) is null || _origin.Find(beside) is null;
                break;
            default:
                if (!Equals(conflict.Ours, resolution.Result))
                    local.Add(new Change(conflict.Path, conflict.Ours, resolution.Result));
                if (!Equals(conflict.Theirs, resolution.Result))
                    origin.Add(new Change(conflict.Path, conflict.Theirs, resolution.Result));
                break;
        }
        if (WithRoom(local, _local, _toLocal) is not { } toLocal || WithRoom(origin, _origin, _toOrigin) is not { } toOrigin)
            return false;
        foreach (var change in toLocal)
            _toLocal[change.Path] = change;
        foreach (var change in toOrigin)
            _toOrigin[change.Path] = change;
        if (isLater)
            _later.Add(conflict.Path);
        return true;
    }

    // What is there already is what an earlier attempt made.
    private bool IsFree(DrivePath path, Entry ours) => (_local.Find(path) is not { } here || here.Equals(ours)) && (_origin.Find(path) is not { } there || there.Equals(ours));

    // A directory that is missing above what comes is made with it. Where something else lies there, or goes with the same sync, it waits; so does what cannot be taken away.
    private static List<Change>? WithRoom(List<Change> changes, Snapshot side, Dictionary<DrivePath, Change> all)
    {
        if (changes.Exists(change => change.RemovesDirectory && side.TreeOf(change.Path, change.From).Entries.Any(named => named.Entry.Kind == EntryKind.Unknown)))
            return null;
        var made = changes.ToDictionary(change => change.Path);
        foreach (var added in changes.Where(change => change.To is not null))
        {
            for (var parent = added.Path.Parent; !parent.IsRoot; parent = parent.Parent)
            {
                var planned = all.TryGetValue(parent, out var known) ? known : made.GetValueOrDefault(parent);
                if (planned is not null ? planned.To is { IsDirectory: true } : side.Find(parent) is { IsDirectory: true })
                    break;
                if (planned is not null || side.Find(parent) is not null)
                    return null;
                made[parent] = new Change(parent, null, Entry.Directory(Tree.Empty.Hash));
            }
        }
        return [.. made.Values];
    }
}
