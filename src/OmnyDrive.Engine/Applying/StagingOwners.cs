using OmnyDrive.Engine.Files;

namespace OmnyDrive.Engine.Applying;

/// <summary>
/// Who owns which area below <c>staging/</c>: an area is locked as long as its owner lives. Areas are made and cleared by several threads and
/// processes at once; no name is used twice.
/// </summary>
internal static class StagingOwners
{
    /// <summary>Makes an area and locks it.</summary>
    internal static (string Name, IDirectoryHandle Directory) Make(IDirectoryHandle all, string name)
    {
        while (true)
        {
            var own = $"{name}.{Guid.NewGuid():N}";
            all.MakeDirectory(own, FileModes.PrivateDirectory);
            // Before it was locked, somebody may have taken it for abandoned.
            if (TryOwn(all, own) is { } directory)
                return (own, directory);
        }
    }

    /// <summary>The areas whose owners are gone, each owned while it is looked at.</summary>
    internal static IEnumerable<(string Name, IDirectoryHandle Directory)> Abandoned(IDirectoryHandle all)
    {
        foreach (var listed in all.List())
        {
            if (!listed.IsText || all.Stat(listed.Name) is not { Kind: FileKind.Directory })
                continue;
            using var abandoned = TryOwn(all, listed.Name);
            if (abandoned is not null)
                yield return (listed.Name, abandoned);
        }
    }

    // Null where another owns it, or removed it before it could be locked.
    private static IDirectoryHandle? TryOwn(IDirectoryHandle all, string name)
    {
        IDirectoryHandle directory;
        try
        {
            directory = all.OpenDirectory(name);
        }
        catch (FileOperationException e) when (e.Error == FileError.NotFound)
        {
            return null;
        }
        if (directory.TryLock() && all.Stat(name) is not null)
            return directory;
        directory.Dispose();
        return null;
    }
}
