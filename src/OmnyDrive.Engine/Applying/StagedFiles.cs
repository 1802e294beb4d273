using Microsoft.Win32.SafeHandles;
using OmnyDrive.Engine.Files;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.Applying;

/// <summary>A file or link in the staging area that is ready for its place.</summary>
/// <param name="Name">Its name there.</param>
/// <param name="Inode">Its inode number.</param>
internal readonly record struct StagedFile(string Name, ulong Inode);

/// <summary>Gives staged files the owner, mode, time and attributes that they shall have at their places: then a place is taken by a rename alone.</summary>
internal sealed class StagedFiles(SeenPaths seen, StagingArea staged, GivenModes modes)
{
    private readonly List<string> _ready = [];
    private int _count;

    /// <summary>New directories that will be placed whole, with what is ready in them; null where there are none.</summary>
    internal BuiltDirectories? Built => staged.Built;

    /// <summary>Gives up those in whose places something is; then what they should hold is made ready like all else.</summary>
    internal void GiveUpWhere(Predicate<DrivePath> isTaken) => staged.GiveUpWhere(isTaken);

    /// <summary>Makes ready a file for a path where none was; returns its name.</summary>
    internal StagedFile New(DrivePath path, Entry to)
    {
        var name = staged.Take(to.ContentHash);
        using var file = staged.Directory.OpenRead(name);
        var inode = staged.Directory.Stat(file).Inode;
        Finish(file, name, to, modes.Of(path, to.IsExecutable, NewFileMode.Value));
        return new StagedFile(name, inode);
    }

    /// <summary>Makes ready a file that takes the place of another.</summary>
    internal StagedFile Replacing(IDirectoryHandle holder, DrivePath path, Entry to) => Replacing(holder, path, staged.Take(to.ContentHash), to);

    /// <summary>Makes a copy of the file at a path that shall have another mode.</summary>
    internal StagedFile CopyOf(IDirectoryHandle holder, DrivePath path, Entry to) => Replacing(holder, path, staged.Copy(holder, path.Name), to);

    /// <summary>Makes a link; returns its name.</summary>
    internal StagedFile Link(Entry to)
    {
        var name = $"link.{Guid.NewGuid():N}";
        staged.Directory.MakeSymlink(name, to.Target);
        return staged.Directory.Stat(name) is { } stat
            ? new StagedFile(name, stat.Inode)
            : throw new FileOperationException(FileError.NotFound, "find in the staging area", $"{staged.Directory.Path}/{name}", "it was removed");
    }

    private StagedFile Replacing(IDirectoryHandle holder, DrivePath path, string name, Entry to)
    {
        using var file = staged.Directory.OpenRead(name);
        using var old = holder.OpenRead(path.Name);
        var replaced = holder.Stat(old);
        seen.RequireFile(path, replaced);
        var now = staged.Directory.Stat(file);
        KeptAttributes.TakeOver(staged.Directory, file, now, old, replaced);
        Finish(file, name, to, modes.Of(path, to.IsExecutable, replaced.Mode));
        return new StagedFile(name, now.Inode);
    }

    // Set-id and sticky bits were given to the old content; they do not go over to what a peer sends.
    private void Finish(SafeFileHandle file, string name, Entry to, uint mode)
    {
        staged.Directory.SetMode(file, mode);
        staged.Directory.SetModified(name, to.ModifiedNanoseconds);
        lock (_ready)
        {
            if (_count++ < Durability.OneByOne)
                _ready.Add(name);
        }
    }

    /// <summary>
    /// Makes durable what was made ready: attributes, and whole copies, came after the contents were made so. Else, after a power cut, a file at its place could be torn, or have another
    /// time than the journal says, and be taken for edited.
    /// </summary>
    internal void Flush() => Durability.FlushFiles(staged.Directory, _ready, _count);
}
