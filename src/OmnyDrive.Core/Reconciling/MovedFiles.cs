using OmnyDrive.Snapshots;

namespace OmnyDrive.Reconciling;

/// <summary>Says of files that changed their path where they were, for whoever tells a person.</summary>
public sealed class MovedFiles
{
    // In the order of their new paths. What they hold is not listed once more: it may be most of a drive.
    private readonly IReadOnlyList<DirectoryMove> _directories;
    private readonly Dictionary<DrivePath, DrivePath> _files;

    private MovedFiles(IReadOnlyList<DirectoryMove> directories, Dictionary<DrivePath, DrivePath> files) => (_directories, _files) = (directories, files);

    /// <summary>
    /// The files that a set of changes moves: those of a directory that moves whole are where they were in it, the others are found by content and name as in <see cref="Move.Of"/>.
    /// </summary>
    /// <param name="changes">Changes of different paths, in any order.</param>
    public static MovedFiles Of(IReadOnlyList<Change> changes)
    {
        var directories = DirectoryMove.Of(PathOrder.Of(changes, change => change.Path), _ => true, alsoTimes: false, out var rest);
        return new MovedFiles(directories, Move.Of(rest, _ => false).ToDictionary(move => move.Added.Path, move => move.Removed.Path));
    }

    /// <summary>The old path of the file that a change makes; null where it makes none, or one that is not moved.</summary>
    /// <param name="change">One of the changes.</param>
    public DrivePath? SourceOf(Change change)
    {
        if (change is not { From: null, To.IsFile: true })
            return null;
        if (_files.TryGetValue(change.Path, out var source))
            return source;
        return Around(change.Path) is { } directory ? change.Path.Moved(directory.Added.Path, directory.Removed.Path) : null;
    }

    // No directory that moves lies in another, so the last that does not come after a path is the only one that may hold it.
    private DirectoryMove? Around(DrivePath path)
    {
        int low = 0, high = _directories.Count;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (_directories[middle].Added.Path <= path)
                low = middle + 1;
            else
                high = middle;
        }
        return low > 0 && path.IsAtOrBelow(_directories[low - 1].Added.Path) ? _directories[low - 1] : null;
    }
}
