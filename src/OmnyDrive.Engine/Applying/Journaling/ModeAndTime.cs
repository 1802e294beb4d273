using OmnyDrive.Engine.Files;

namespace OmnyDrive.Engine.Applying.Journaling;

/// <summary>Sets the mode and time of files that are at their places.</summary>
internal static class ModeAndTime
{
    /// <summary>Gives the file of a name the mode and mtime of a stamp, which is of the same file; throws where it is another by now.</summary>
    internal static void Set(IDirectoryHandle holder, string name, in FileStamp to)
    {
        using var file = holder.OpenRead(name);
        if (holder.Stat(file) is var now && now.Inode != to.Inode)
            throw new PreconditionException($"\"{holder.Path}/{name}\" was replaced meanwhile");
        if (now.Mode != to.Mode)
            holder.SetMode(file, to.Mode);
        if (now.Modified != to.Modified)
            holder.SetModified(name, to.Modified);
    }
}
