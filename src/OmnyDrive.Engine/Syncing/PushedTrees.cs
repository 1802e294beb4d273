using OmnyDrive.Origins;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.Syncing;

/// <summary>The trees that a push brings.</summary>
internal static class PushedTrees
{
    /// <summary>The directories that differ, a directory before what it holds: an origin takes only what it has been told of.</summary>
    internal static async IAsyncEnumerable<LocatedTree> Of(PatchedSnapshot target)
    {
        await Task.CompletedTask;
        foreach (var (path, tree) in target.Trees.OrderBy(located => located.Key))
            yield return new LocatedTree(path, tree);
    }
}
