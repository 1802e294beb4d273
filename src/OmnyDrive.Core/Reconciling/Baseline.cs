using System.Collections.Immutable;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Reconciling;

/// <summary>A baseline as it is after a sync.</summary>
/// <param name="Root">The hash of its root.</param>
/// <param name="NewTrees">The directories that the old baseline did not have, each before the directory that holds it.</param>
public sealed record AdvancedBaseline(Hash256 Root, IReadOnlyList<Tree> NewTrees);

/// <summary>
/// Advances what a mount and its origin agree on: from what really happened, never from a scan made afterwards. A path that
/// somebody changed meanwhile keeps its old entry, and so shows as a change at the next sync.
/// </summary>
public sealed class Baseline
{
    private readonly Snapshot _baseline, _local, _origin;
    private readonly IReadOnlyDictionary<DrivePath, Entry?> _applied;
    private readonly List<Tree> _newTrees = [];

    // What lies below a directory that the mount and the origin have alike is at hand with the trees of the origin.
    private bool _keepsOrigin;

    private Baseline(Snapshot baseline, Snapshot local, Snapshot origin, IReadOnlyDictionary<DrivePath, Entry?> applied) =>
        (_baseline, _local, _origin, _applied) = (baseline, local, origin, applied);

    /// <summary>
    /// The new baseline. Paths on which the two sides agreed take what both hold; applied paths take what was applied; unknown paths and
    /// all others keep what the old baseline has.
    /// </summary>
    /// <param name="baseline">The old baseline.</param>
    /// <param name="local">The mount as it was planned with.</param>
    /// <param name="origin">The origin as it was planned with.</param>
    /// <param name="applied">What was applied, on either side: the path and what it holds since; null where it was removed.</param>
    public static AdvancedBaseline Advance(Snapshot baseline, Snapshot local, Snapshot origin, IReadOnlyDictionary<DrivePath, Entry?> applied) =>
        new Baseline(baseline, local, origin, applied).Run();

    /// <summary>
    /// The baseline with what an interrupted pull had applied: a path that holds what the pull was to bring has agreed with its origin since. A directory which is wholly as it was to
    /// become is not read, however much it holds, and is none of the new trees: its trees are those of the goal.
    /// </summary>
    /// <param name="baseline">The old baseline.</param>
    /// <param name="local">The mount as it is.</param>
    /// <param name="goal">What the baseline would have become, once the pull was applied. Holds nothing unknown.</param>
    public static AdvancedBaseline Recover(Snapshot baseline, Snapshot local, Snapshot goal) =>
        new Baseline(baseline, local, goal, new Dictionary<DrivePath, Entry?>()) { _keepsOrigin = true }.Run();

    private AdvancedBaseline Run()
    {
        var root = Visit(DrivePath.Root, _baseline.RootEntry, _local.RootEntry, _origin.RootEntry);
        return new AdvancedBaseline(root!.TreeHash, _newTrees);
    }

    private Entry? Visit(DrivePath path, Entry? before, Entry? local, Entry? origin)
    {
        if (Equals(local, origin) && Equals(local, before))
            return before;
        if (_keepsOrigin && local is { IsDirectory: true } && Equals(local, origin))
            return local;
        if (local?.Kind == EntryKind.Unknown || origin?.Kind == EntryKind.Unknown)
            return before;
        if (Entry.SameHere(local, origin))
            return Below(path, local, before, local, origin);
        if (_applied.TryGetValue(path, out var applied))
            return Below(path, applied, before, local, origin);
        // In conflict: what lies below is not settled apart from it, though neither side may have it any more.
        var conflict = !Entry.SameHere(local, before) && !Entry.SameHere(origin, before);
        return conflict ? before : Below(path, before, before, local, origin);
    }

    private Entry? Below(DrivePath path, Entry? here, Entry? before, Entry? local, Entry? origin) =>
        here is { IsDirectory: true } ? Directory(path, before, local, origin) : here;

    private Entry Directory(DrivePath path, Entry? before, Entry? local, Entry? origin)
    {
        Tree old = _baseline.TreeOf(path, before), ours = _local.TreeOf(path, local), theirs = _origin.TreeOf(path, origin);
        var entries = ImmutableArray.CreateBuilder<NamedEntry>(Math.Max(ours.Entries.Length, theirs.Entries.Length));
        foreach (var (name, was, mine, its) in TreeWalk.Entries(old, ours, theirs))
        {
            if (Visit(path.Child(name), was, mine, its) is { } entry)
                entries.Add(new NamedEntry(name, entry));
        }
        var tree = Tree.OfSorted(entries.ToImmutable());
        if (before is not { IsDirectory: true } || tree.Hash != before.TreeHash)
            _newTrees.Add(tree);
        return Entry.Directory(tree.Hash);
    }
}
