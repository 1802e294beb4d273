using OmnyDrive.Reconciling;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Testing.Trees;

/// <summary>
/// Applies changes to a tree in memory as strictly as a file system does: a change finds what it expects, a directory is empty when it goes, an
/// entry comes into a directory that is there. Removals come deepest first, then what is new from the top down; paths of one
/// depth come in any order, which the caller may shuffle.
/// </summary>
public static class TreeApplier
{
    /// <summary>The tree after all changes.</summary>
    public static FlatTree Apply(FlatTree tree, IEnumerable<Change> changes, Func<int, int>? below = null)
    {
        var result = new FlatTree(tree);
        foreach (var step in Steps(changes, below))
            Apply(result, step);
        return result;
    }

    /// <summary>
    /// The tree after the first <paramref name="count"/> steps, and the paths that hold since then what was planned: what an apply that
    /// broke off has done. A change of type is two steps and counts as applied with the second.
    /// </summary>
    public static (FlatTree Tree, Dictionary<DrivePath, Entry?> Applied) ApplySome(FlatTree tree, IEnumerable<Change> changes, int count, Func<int, int>? below = null)
    {
        var result = new FlatTree(tree);
        var applied = new Dictionary<DrivePath, Entry?>();
        foreach (var step in Steps(changes, below).Take(count))
        {
            Apply(result, step);
            if (!step.Removes || step.Change.To is null)
                applied[step.Change.Path] = step.Change.To;
        }
        return (result, applied);
    }

    private static List<Step> Steps(IEnumerable<Change> changes, Func<int, int>? below)
    {
        var all = changes.ToList();
        below ??= static _ => 0;
        var removals = all.Where(Removes).OrderByDescending(change => change.Path.Depth).ThenBy(_ => below(1 << 20)).Select(change => new Step(change, true));
        var others = all.Where(change => change.To is not null).OrderBy(change => change.Path.Depth).ThenBy(_ => below(1 << 20)).Select(change => new Step(change, false));
        return [.. removals, .. others];
    }

    private static bool Removes(Change change) => change.From is not null && (change.To is null || change.Kind == ChangeKind.Type);

    private static void Apply(FlatTree tree, Step step)
    {
        var (change, removes) = step;
        var here = tree.At(change.Path);
        var expected = removes || change.Kind == ChangeKind.Modify ? change.From : null;
        Require(Entry.SameHere(here, expected), $"{change} finds {here}.");
        if (removes)
        {
            Require(!tree.Below(change.Path).Any(), $"{change} finds a directory that is not empty.");
            tree.Remove(change.Path);
            return;
        }
        Require(tree.At(change.Path.Parent) is { IsDirectory: true }, $"{change} finds no directory above.");
        tree[change.Path] = change.To!.IsDirectory ? FlatTree.Directory : change.To;
    }

    private static void Require(bool holds, string otherwise)
    {
        if (!holds)
            throw new InvalidOperationException(otherwise);
    }

    private readonly record struct Step(Change Change, bool Removes);
}
