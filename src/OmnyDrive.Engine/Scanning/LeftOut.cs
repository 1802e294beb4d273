using OmnyDrive.Engine.Files;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.Scanning;

/// <summary>
/// What stays out of trees though it lies in the directory: private names, and names that no tree can hold. One answer for the scanner, which
/// leaves it out, and the applier, which must not take it for something unexpected.
/// </summary>
internal static class LeftOut
{
    /// <summary>Why no tree can hold a name; null where it can.</summary>
    internal static string? Refusal(ListedName listed) => listed.IsText ? NameRules.Refusal(listed.Name) : "the name is not valid UTF-8";

    /// <summary>Whether a directory is no entry: it holds something, and all of it is left out.</summary>
    internal static bool IsAllOf(IDirectoryHandle directory)
    {
        var listed = directory.List();
        return listed.Count > 0 && listed.All(name => IsPrivateOrRefused(name) || IsDirectoryOfNothingElse(directory, name.Name));
    }

    /// <summary>Whether anything at all is left out below a directory.</summary>
    internal static bool IsSomeOf(IDirectoryHandle directory) =>
        directory.List().Any(name => IsPrivateOrRefused(name) || Below(directory, name.Name, IsSomeOf));

    private static bool IsPrivateOrRefused(ListedName name) => !name.IsText || NameRules.IsPrivate(name.Name) || NameRules.Refusal(name.Name) is not null;

    private static bool IsDirectoryOfNothingElse(IDirectoryHandle directory, string name) => Below(directory, name, IsAllOf);

    private static bool Below(IDirectoryHandle directory, string name, Func<IDirectoryHandle, bool> holds)
    {
        if (directory.Stat(name) is not { Kind: FileKind.Directory })
            return false;
        using var below = directory.OpenDirectory(name);
        return holds(below);
    }
}
