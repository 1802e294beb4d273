using OmnyDrive.Reconciling;
using OmnyDrive.Snapshots;

namespace OmnyDrive.History;

/// <summary>
/// Goes back through generations by what each changed: the newest is taken in first, and what a path held before the oldest that was taken in is what it held at that state.
/// </summary>
public sealed class Rewind
{
    private readonly Dictionary<DrivePath, Entry?> _before = [];

    /// <summary>Takes in the changes of the generation before those that were taken in already.</summary>
    public void Add(IEnumerable<Change> changes)
    {
        foreach (var change in changes)
            _before[change.Path] = change.From;
    }

    /// <summary>
    /// The changes that lead from a state to the one before all generations that were taken in. Paths that no generation changed stay.
    /// </summary>
    /// <param name="now">The state to start from. It may differ from the newest generation; then what was changed since goes, at paths that are rewound.</param>
    /// <param name="below">Only this path and what lies below it; the root for all.</param>
    public IReadOnlyList<Change> From(Snapshot now, DrivePath below)
    {
        var changes = new Dictionary<DrivePath, Change>();
        foreach (var (path, entry) in _before.Where(before => before.Key.IsAtOrBelow(below)))
        {
            var there = now.Find(path);
            if (!Entry.SameHere(there, entry))
                changes[path] = new Change(path, there, entry);
        }
        MakeWay(now, changes);
        MakeRoom(now, changes);
        return [.. changes.Values.OrderBy(change => change.Path)];
    }

    // What lies below a directory that is taken away goes with it, though no generation has seen it.
    private static void MakeWay(Snapshot now, Dictionary<DrivePath, Change> changes)
    {
        foreach (var removed in changes.Values.Where(change => change.RemovesDirectory).Select(change => change.Path).ToList())
        {
            foreach (var (path, entry) in Below(now, removed, now.Find(removed)))
                changes.TryAdd(path, new Change(path, entry, null));
        }
    }

    // A directory that came back since, or never went, is there; one that is missing comes along.
    private static void MakeRoom(Snapshot now, Dictionary<DrivePath, Change> changes)
    {
        foreach (var added in changes.Values.Where(change => change.To is not null).Select(change => change.Path).ToList())
        {
            for (var parent = added.Parent; !parent.IsRoot; parent = parent.Parent)
            {
                if (changes.TryGetValue(parent, out var known) ? known.To is { IsDirectory: true } : now.Find(parent) is { IsDirectory: true })
                    break;
                changes[parent] = new Change(parent, now.Find(parent), Entry.Directory(Tree.Empty.Hash));
            }
        }
    }

    private static IEnumerable<(DrivePath, Entry)> Below(Snapshot now, DrivePath directory, Entry? entry)
    {
        if (entry is not { IsDirectory: true })
            yield break;
        foreach (var (name, child) in now.TreeOf(directory, entry).Entries)
        {
            var path = directory.Append(name);
            yield return (path, child);
            foreach (var below in Below(now, path, child))
                yield return below;
        }
    }
}
