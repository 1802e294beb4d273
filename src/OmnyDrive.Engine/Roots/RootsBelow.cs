using OmnyDrive.Engine.Files;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.Roots;

/// <summary>
/// Looks for roots in the directories below another, by their markers. Follows no links; what cannot be opened or listed is passed over, as no scan will
/// reach it either.
/// </summary>
internal static class RootsBelow
{
    /// <summary>The path of one whose marker is of that kind; null where there is none. A marker that is damaged throws.</summary>
    internal static string? Find(IDirectoryHandle top, Func<Marker, bool> isOfKind)
    {
        var waiting = new Stack<byte[]>(DirectoriesIn(top, []));
        while (waiting.TryPop(out var path))
        {
            using var root = TryOpen(top, path);
            if (root is null)
                continue;
            if (root.Top.Stat(NameRules.PrivateDirectory) is { Kind: FileKind.Directory } && MarkerFile.Read(root) is { } marker && isOfKind(marker))
                return root.Top.Path;
            foreach (var below in DirectoriesIn(root.Top, path))
                waiting.Push(below);
        }
        return null;
    }

    private static RootDirectory? TryOpen(IDirectoryHandle top, byte[] path)
    {
        try
        {
            return RootDirectory.Over(top.OpenBelow(path));
        }
        catch (FileOperationException)
        {
            return null;
        }
    }

    private static List<byte[]> DirectoriesIn(IDirectoryHandle directory, byte[] path)
    {
        var found = new List<byte[]>();
        foreach (var listed in TryList(directory))
        {
            if (listed.IsText && listed.Name != NameRules.PrivateDirectory && IsDirectory(directory, listed.Name))
                found.Add([.. path, .. path.Length == 0 ? ""u8 : "/"u8, .. System.Text.Encoding.UTF8.GetBytes(listed.Name)]);
        }
        return found;
    }

    private static IReadOnlyList<ListedName> TryList(IDirectoryHandle directory)
    {
        try
        {
            return directory.List();
        }
        catch (FileOperationException)
        {
            return [];
        }
    }

    private static bool IsDirectory(IDirectoryHandle directory, string name)
    {
        try
        {
            return directory.Stat(name) is { Kind: FileKind.Directory };
        }
        catch (FileOperationException)
        {
            return false;
        }
    }
}
