using OmnyDrive.Reconciling;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.Applying;

/// <summary>
/// The directories of a plan that are new altogether: nothing of them or in them was there, and all that they shall hold is made. Each lies in a directory that is there already.
/// </summary>
internal sealed class NewDirectories
{
    private readonly DrivePath[] _tops;

    private NewDirectories(DrivePath[] tops, IReadOnlyList<Change> changes) => (_tops, Changes) = (tops, changes);

    /// <summary>How many there are.</summary>
    internal int Count => _tops.Length;

    /// <summary>The changes that make them and what is in them, a directory before what it holds.</summary>
    internal IReadOnlyList<Change> Changes { get; }

    /// <param name="planned">The plan; a directory that something is moved into is not among these.</param>
    /// <param name="canHold">Whether a directory is there and may get new ones that were made elsewhere.</param>
    internal static NewDirectories Of(PlannedChanges planned, Func<DrivePath, bool> canHold)
    {
        var movedTo = planned.MovedTo.Order().ToArray();
        var tops = new List<DrivePath>();
        var inside = new List<Change>();
        foreach (var change in ApplyOrder.ByPath(planned.Single).Where(change => change is { From: null, To: not null }))
        {
            if (tops.Count == 0 || !change.Path.IsAtOrBelow(tops[^1]))
            {
                if (!change.To!.IsDirectory || IsMovedInto(change.Path, movedTo) || !canHold(change.Path.Parent))
                    continue;
                tops.Add(change.Path);
            }
            inside.Add(change);
        }
        return new NewDirectories([.. tops], inside);
    }

    /// <summary>Which of them a path is or lies in; -1 where none.</summary>
    internal int IndexOf(DrivePath path)
    {
        var at = Array.BinarySearch(_tops, path);
        if (at >= 0)
            return at;
        // What a directory holds follows it in the order of paths, before all else.
        var before = ~at - 1;
        return before >= 0 && path.IsAtOrBelow(_tops[before]) ? before : -1;
    }

    internal DrivePath this[int index] => _tops[index];

    /// <summary>Where the change of a path is among <see cref="Changes"/>; -1 where none is.</summary>
    internal int ChangeAt(DrivePath path)
    {
        var at = FirstFrom(path);
        return at < Changes.Count && Changes[at].Path == path ? at : -1;
    }

    /// <summary>Where among <see cref="Changes"/> those begin and end that make one of them.</summary>
    internal (int Begin, int End) RangeOf(int index)
    {
        var end = FirstFrom(_tops[index]);
        var begin = end;
        while (end < Changes.Count && Changes[end].Path.IsAtOrBelow(_tops[index]))
            end++;
        return (begin, end);
    }

    private int FirstFrom(DrivePath path)
    {
        var (low, high) = (0, Changes.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (Changes[middle].Path < path)
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }

    private static bool IsMovedInto(DrivePath directory, DrivePath[] movedTo)
    {
        var at = Array.BinarySearch(movedTo, directory);
        var first = at < 0 ? ~at : at;
        return first < movedTo.Length && movedTo[first].IsAtOrBelow(directory);
    }
}
