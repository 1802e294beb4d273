using OmnyDrive.Engine.Files;
using OmnyDrive.Filtering;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.Scanning;

/// <summary>
/// What stays out of trees though it lies in the directory: private names, names that no tree can hold, and what is filtered. One answer for the scanner,
/// which leaves it out, and the applier, which must not take it for something unexpected.
/// </summary>
internal sealed class LeftOut(TreeRules rules)
{
    /// <summary>Why no tree can hold a name; null where it can.</summary>
    internal static string? Refusal(ListedName listed) => listed.IsText ? NameRules.Refusal(listed.Name) : "the name is not valid UTF-8";

    /// <summary>Whether a directory is no entry: it holds something, and all of it is left out.</summary>
    internal bool IsAllOf(IDirectoryHandle directory, DrivePath path)
    {
        var listed = directory.List();
        return listed.Count > 0 && listed.All(name => Holds(directory, path, name, IsAllOf));
    }

    /// <summary>Whether anything at all is left out below a directory.</summary>
    internal bool IsSomeOf(IDirectoryHandle directory, DrivePath path) => directory.List().Any(name => Holds(directory, path, name, IsSomeOf));

    private bool Holds(IDirectoryHandle directory, DrivePath path, ListedName name, Func<IDirectoryHandle, DrivePath, bool> below)
    {
        if (!name.IsText || NameRules.IsPrivate(name.Name) || NameRules.Refusal(name.Name) is not null)
            return true;
        var isDirectory = directory.Stat(name.Name) is { Kind: FileKind.Directory };
        var at = path.Append(name.Name);
        if (rules.IsFiltered(at, isDirectory))
            return true;
        if (!isDirectory)
            return false;
        using var next = directory.OpenDirectory(name.Name);
        return below(next, at);
    }
}
