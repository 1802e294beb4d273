using Microsoft.Win32.SafeHandles;
using OmnyDrive.Engine.Files;

namespace OmnyDrive.Engine.Applying;

/// <summary>What a file that replaces another takes over from it: owner and group where this process may set them, and extended attributes.</summary>
internal static class KeptAttributes
{
    /// <summary>Gives a file, which is <paramref name="now"/>, the owner and extended attributes of an open one, which is <paramref name="replaced"/>. Its mode is to be set afterwards.</summary>
    internal static void TakeOver(IDirectoryHandle directory, SafeFileHandle file, in FileStat now, SafeFileHandle from, in FileStat replaced)
    {
        KeepOwner(directory, file, now, replaced.Owner, replaced.Group);
        directory.CopyAttributes(from, file);
    }

    internal static void KeepOwner(IDirectoryHandle directory, SafeFileHandle file, in FileStat now, uint owner, uint group)
    {
        if (now.Owner == owner && now.Group == group)
            return;
        try
        {
            directory.SetOwner(file, owner, group);
        }
        catch (FileOperationException e) when (e.Error == FileError.Permission)
        {
            // Only the superuser may give a file away; the content matters more than its owner.
        }
    }
}
