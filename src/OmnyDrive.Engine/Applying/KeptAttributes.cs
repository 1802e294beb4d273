using Microsoft.Win32.SafeHandles;
using OmnyDrive.Engine.Files;

namespace OmnyDrive.Engine.Applying;

/// <summary>What a file that replaces another takes over from it: owner and group where this process may set them, and extended attributes.</summary>
internal static class KeptAttributes
{
    /// <summary>Gives a file the owner and extended attributes of an open one, which is <paramref name="replaced"/>. Its mode is to be set afterwards.</summary>
    internal static void TakeOver(IDirectoryHandle directory, SafeFileHandle file, SafeFileHandle from, FileStat replaced)
    {
        KeepOwner(directory, file, replaced);
        directory.CopyAttributes(from, file);
    }

    internal static void KeepOwner(IDirectoryHandle directory, SafeFileHandle file, FileStat replaced)
    {
        var now = directory.Stat(file);
        if (now.Owner == replaced.Owner && now.Group == replaced.Group)
            return;
        try
        {
            directory.SetOwner(file, replaced.Owner, replaced.Group);
        }
        catch (FileOperationException e) when (e.Error == FileError.Permission)
        {
            // Only the superuser may give a file away; the content matters more than its owner.
        }
    }
}
