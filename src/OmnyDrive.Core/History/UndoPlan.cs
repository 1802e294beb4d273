using OmnyDrive.Reconciling;
using OmnyDrive.Snapshots;

namespace OmnyDrive.History;

/// <summary>How to take changes back, on the side that they were made on.</summary>
/// <param name="Changes">What leads back. A path that holds what it did before already is not among them.</param>
/// <param name="Touched">Paths that hold neither what the changes left nor what was before: somebody has changed them since, and taking back would overwrite that.</param>
public sealed record UndoPlan(IReadOnlyList<Change> Changes, IReadOnlyList<DrivePath> Touched)
{
    /// <summary>The plan for changes that were made, given what is there now.</summary>
    public static UndoPlan Of(IReadOnlyList<Change> made, Snapshot now)
    {
        var (changes, touched) = (new Dictionary<DrivePath, Change>(), new List<DrivePath>());
        foreach (var (path, from, to) in made)
        {
            var there = now.Find(path);
            if (Entry.SameHere(there, from))
                continue;
            if (Entry.SameHere(there, to))
                changes[path] = new Change(path, there, from);
            else
                touched.Add(path);
        }
        foreach (var removed in changes.Values.Where(change => change.RemovesDirectory))
            touched.AddRange(now.TreeOf(removed.Path, removed.From).Entries.Select(named => removed.Path.Append(named.Name)).Where(path => !changes.ContainsKey(path) || changes[path].To is not null));
        // What comes back must find its directory, which somebody may have removed since.
        touched.AddRange(changes.Values.Where(change => change.To is not null && !IsDirectory(change.Path.Parent)).Select(change => change.Path.Parent));
        return new UndoPlan([.. changes.Values.OrderBy(change => change.Path)], [.. touched.Distinct().Order()]);

        bool IsDirectory(DrivePath path) => path.IsRoot || (changes.TryGetValue(path, out var change) ? change.To : now.Find(path)) is { IsDirectory: true };
    }
}
