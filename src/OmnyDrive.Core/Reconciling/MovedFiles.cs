using OmnyDrive.Snapshots;

namespace OmnyDrive.Reconciling;

/// <summary>Says of files that changed their path where they were, for whoever tells a person.</summary>
public static class MovedFiles
{
    /// <summary>
    /// The old path of each file that a set of changes moves, by its new one: those of a directory that moves whole are where they were in it, the others are found by content and
    /// name as in <see cref="Move.Of"/>.
    /// </summary>
    /// <param name="changes">Changes of different paths, in any order.</param>
    public static IReadOnlyDictionary<DrivePath, DrivePath> Of(IReadOnlyList<Change> changes)
    {
        var directories = DirectoryMove.Of(PathOrder.Of(changes, change => change.Path), _ => true, alsoTimes: false, out var rest);
        var moved = new Dictionary<DrivePath, DrivePath>(directories.Sum(directory => directory.Below.Count / 2));
        foreach (var directory in directories)
        {
            foreach (var (removed, added) in directory.Pairs)
            {
                if (added.To is { IsFile: true })
                    moved.Add(added.Path, removed.Path);
            }
        }
        foreach (var move in Move.Of(rest, _ => false))
            moved.Add(move.Added.Path, move.Removed.Path);
        return moved;
    }
}
