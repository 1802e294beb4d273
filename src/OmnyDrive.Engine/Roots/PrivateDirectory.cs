using OmnyDrive.Engine.Files;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.Roots;

/// <summary>The private directory of a root.</summary>
internal static class PrivateDirectory
{
    /// <summary>Opens it, made where it is missing.</summary>
    internal static IDirectoryHandle OpenOrMake(RootDirectory root) => OpenOrMake(root.Top, NameRules.PrivateDirectory);

    /// <summary>Opens a directory in it, made where it is missing.</summary>
    internal static IDirectoryHandle OpenOrMake(RootDirectory root, string name)
    {
        using var directory = OpenOrMake(root);
        return OpenOrMake(directory, name);
    }

    internal static IDirectoryHandle OpenOrMake(IDirectoryHandle parent, string name)
    {
        try
        {
            return parent.OpenDirectory(name);
        }
        catch (FileOperationException e) when (e.Error == FileError.NotFound)
        {
            Make(parent, name);
            return parent.OpenDirectory(name);
        }
    }

    /// <summary>The same where it is more likely missing.</summary>
    internal static IDirectoryHandle MakeOrOpen(IDirectoryHandle parent, string name)
    {
        Make(parent, name);
        return parent.OpenDirectory(name);
    }

    /// <summary>Replaces a small file, durably: who reads it finds the old bytes or the new.</summary>
    internal static void Replace(IDirectoryHandle directory, string name, ReadOnlySpan<byte> bytes)
    {
        var temporary = $"{name}.{Guid.NewGuid():N}";
        using (var file = directory.CreateNew(temporary, FileModes.PrivateFile))
        {
            directory.Write(file, bytes, 0);
            directory.Sync(file);
        }
        directory.RenameReplacing(temporary, directory, name);
        directory.Sync();
    }

    private static void Make(IDirectoryHandle parent, string name)
    {
        try
        {
            parent.MakeDirectory(name, FileModes.PrivateDirectory);
        }
        catch (FileOperationException e) when (e.Error == FileError.Exists)
        {
            // Another has made it meanwhile; opening it says whether it is a directory.
        }
    }

    internal static void RemoveIfEmpty(IDirectoryHandle parent, string name)
    {
        try
        {
            parent.RemoveDirectory(name);
        }
        catch (FileOperationException e) when (e.Error is FileError.NotFound or FileError.NotEmpty or FileError.Exists)
        {
            // Not there, or still holding something that is kept.
        }
    }
}
