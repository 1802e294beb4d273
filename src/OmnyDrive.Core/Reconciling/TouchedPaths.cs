using OmnyDrive.Snapshots;

namespace OmnyDrive.Reconciling;

/// <summary>
/// Whether changes that were planned with one state can be made in a later one: each path that they touch must be as the plan saw it. What changed elsewhere is in nobody's way.
/// </summary>
public static class TouchedPaths
{
    /// <summary>Reads only the directories on the way to the changes.</summary>
    /// <param name="now">The later state.</param>
    /// <param name="changes">The changes, each path once.</param>
    public static bool AreAsSeen(Snapshot now, IReadOnlyList<Change> changes)
    {
        var byPath = changes.ToDictionary(change => change.Path);
        return changes.All(change => Entry.SameHere(now.Find(change.Path), change.From) && HasPlace(change) && LosesNothing(change));

        bool HasPlace(Change change) => change.To is null || change.Path.Parent.IsRoot
            || (byPath.TryGetValue(change.Path.Parent, out var parent) ? parent.To : now.Find(change.Path.Parent)) is { IsDirectory: true };

        // What somebody put into a directory since is not taken away with it.
        bool LosesNothing(Change change) => !change.RemovesDirectory
            || now.TreeOf(change.Path, now.Find(change.Path)).Entries.All(named => byPath.TryGetValue(change.Path.Child(named.Name), out var below) && below.To is null);
    }
}
