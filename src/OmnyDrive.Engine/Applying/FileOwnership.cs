using Microsoft.Win32.SafeHandles;
using OmnyDrive.Engine.Files;

namespace OmnyDrive.Engine.Applying;

/// <summary>A file that replaces another takes its owner and group where this process may set them.</summary>
internal static class FileOwnership
{
    internal static void Keep(IDirectoryHandle directory, SafeFileHandle file, FileStat replaced)
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
