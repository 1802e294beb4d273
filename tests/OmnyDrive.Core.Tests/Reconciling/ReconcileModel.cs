using OmnyDrive.Reconciling;
using OmnyDrive.Snapshots;
using OmnyDrive.Testing.Trees;

namespace OmnyDrive.Core.Tests.Reconciling;

/// <summary>
/// What reconciling means, said once more over whole flat maps and without a walk, so slow that it is obviously right: first the table of the sync
/// model path by path, then what the paths of one directory mean for each other.
/// </summary>
internal static class ReconcileModel
{
    private enum Verdict
    {
        Settled, Hidden, Unknown, Conflict, Push, Pull,
    }

    public static Reconciliation Reconcile(ThreeTrees trees)
    {
        var (before, ours, theirs) = trees;
        var paths = ours.Keys.Union(theirs.Keys).Order().ToList();
        var verdicts = paths.ToDictionary(path => path, path => Alone(path, trees));
        // What lies below a conflict or below something unknown is not looked at.
        foreach (var path in paths)
        {
            if (Above(path).Any(above => verdicts.GetValueOrDefault(above) is Verdict.Conflict or Verdict.Unknown))
                verdicts[path] = Verdict.Hidden;
        }

        var conflicts = paths.Where(path => verdicts[path] == Verdict.Conflict).ToHashSet();
        var dropped = new HashSet<DrivePath>();
        foreach (var removed in paths.Where(path => Removal(path, Verdict.Push, theirs, ours) || Removal(path, Verdict.Pull, ours, theirs)))
        {
            var additions = verdicts[removed] == Verdict.Push ? Verdict.Pull : Verdict.Push;
            var below = paths.Where(path => path != removed && path.IsAtOrBelow(removed)).ToList();
            if (!below.Any(path => verdicts[path] is Verdict.Conflict or Verdict.Unknown || verdicts[path] == additions))
                continue;
            dropped.Add(removed);
            conflicts.UnionWith(below.Where(path => verdicts[path] == additions));
            if ((verdicts[removed] == Verdict.Push ? ours : theirs).At(removed) is null)
                continue;
            conflicts.Add(removed);
            dropped.UnionWith(below);
        }

        return new Reconciliation(
            [.. Flowing(Verdict.Pull).Select(path => new Change(path, ours.At(path), theirs.At(path)))],
            [.. Flowing(Verdict.Push).Select(path => new Change(path, theirs.At(path), ours.At(path)))],
            [.. conflicts.Order().Select(path => new PathConflict(path, before.At(path), ours.At(path), theirs.At(path)))],
            [.. paths.Where(path => verdicts[path] == Verdict.Unknown)]);

        IEnumerable<DrivePath> Flowing(Verdict verdict) => paths.Where(path => verdicts[path] == verdict && !conflicts.Contains(path) && !dropped.Contains(path));
        bool Removal(DrivePath path, Verdict verdict, FlatTree target, FlatTree source) =>
            verdicts[path] == verdict && target.At(path) is { IsDirectory: true } && source.At(path) is not { IsDirectory: true };
    }

    private static Verdict Alone(DrivePath path, ThreeTrees trees)
    {
        Entry? before = trees.Base.At(path), ours = trees.Local.At(path), theirs = trees.Origin.At(path);
        if (Equals(ours, theirs))
            return Verdict.Settled;
        if (ours?.Kind == EntryKind.Unknown || theirs?.Kind == EntryKind.Unknown)
            return Verdict.Unknown;
        return (Equals(ours, before), Equals(theirs, before)) switch
        {
            (true, _) => Verdict.Pull,
            (_, true) => Verdict.Push,
            _ => Verdict.Conflict,
        };
    }

    private static IEnumerable<DrivePath> Above(DrivePath path)
    {
        for (var above = path.Parent; !above.IsRoot; above = above.Parent)
            yield return above;
    }
}
