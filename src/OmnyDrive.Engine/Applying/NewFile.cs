using Microsoft.Win32.SafeHandles;
using OmnyDrive.Engine.Files;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.Applying;

/// <summary>Gives a staged file what it shall have where no file was before.</summary>
internal static class NewFile
{
    /// <summary>Returns what it is then.</summary>
    internal static FileStat Finish(FilePlace staged, Entry to)
    {
        using var file = staged.Directory.OpenRead(staged.Name);
        return Finish(staged, file, to);
    }

    /// <summary>The same for an open one.</summary>
    internal static FileStat Finish(FilePlace staged, SafeFileHandle file, Entry to)
    {
        var mode = FileModes.WithExecutable(NewFileMode.Value, to.IsExecutable);
        staged.Directory.SetModified(staged.Name, to.ModifiedNanoseconds);
        var stat = staged.Directory.Stat(file);
        // As a rule it was made with it.
        if (stat.Mode == mode)
            return stat;
        staged.Directory.SetMode(file, mode);
        return staged.Directory.Stat(file);
    }

    /// <summary>Makes a copy of a staged file, not durable; returns what that is then.</summary>
    internal static FileStat Copy(FilePlace staged, FilePlace copy, Entry to)
    {
        using var from = staged.Directory.OpenRead(staged.Name);
        using var file = copy.Directory.CreateNew(copy.Name, NewFileMode.Value);
        copy.Directory.CopyRange(from, 0, file, 0, staged.Directory.Stat(from).Size);
        return Finish(copy, file, to);
    }
}
