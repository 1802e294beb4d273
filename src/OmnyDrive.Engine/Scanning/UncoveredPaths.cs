using System.Text;
using OmnyDrive.Engine.Files;
using OmnyDrive.Filtering;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.Scanning;

/// <summary>
/// Finds the files and empty directories that are left out by the rules of before and would not be by those of afterwards: what a change of rules that comes from elsewhere would take
/// into a drive without anybody here having said so.
/// </summary>
internal sealed class UncoveredPaths(RootDirectory root, TreeRules before, TreeRules after, CancellationToken cancellation)
{
    // Enough to refuse and to say why.
    private const int Most = 1000;

    private readonly List<DrivePath> _found = [];

    /// <summary>Those at or below some directories, sorted; of very many only the first thousand that are met.</summary>
    internal IReadOnlyList<DrivePath> Find(IEnumerable<DrivePath> directories)
    {
        var looked = new List<DrivePath>();
        foreach (var directory in directories.Order())
        {
            if (looked.Exists(above => directory.IsAtOrBelow(above)))
                continue;
            looked.Add(directory);
            if (root.Stat(directory) is not { Kind: FileKind.Directory })
                continue;
            using var handle = root.Open(directory);
            Look(handle, directory);
        }
        _found.Sort();
        return _found;
    }

    private void Look(IDirectoryHandle directory, DrivePath path)
    {
        cancellation.ThrowIfCancellationRequested();
        foreach (var name in directory.List())
        {
            if (_found.Count == Most)
                return;
            if (name.IsText && !NameRules.IsPrivate(name.Name) && LeftOut.Refusal(name) is null && path.Depth + 1 < DrivePath.MaxDepth)
                Look(directory, path.Append(name.Name), name.Name);
        }
    }

    private void Look(IDirectoryHandle directory, DrivePath path, string name)
    {
        var isDirectory = directory.Stat(name) is { Kind: FileKind.Directory };
        // What neither the old nor the new rules let in has nothing below it that they do.
        if (after.IsFiltered(path, isDirectory))
            return;
        if (!isDirectory)
        {
            if (before.IsFiltered(path, isDirectory: false))
                _found.Add(path);
            return;
        }
        using var below = directory.OpenBelow(Encoding.UTF8.GetBytes(name));
        if (before.IsFiltered(path, isDirectory: true) && below.List().Count == 0)
            _found.Add(path);
        Look(below, path);
    }
}
