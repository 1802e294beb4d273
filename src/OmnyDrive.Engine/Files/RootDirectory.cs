using System.Text;
using OmnyDrive.Engine.Files.Linux;
using OmnyDrive.Engine.Files.Portable;
using OmnyDrive.Errors;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.Files;

/// <summary>
/// The root of a drive or mount, held open. Paths are opened from its descriptor, never following a link, so no path leads outside. Keeps the two directories that were used last open; not
/// safe for concurrent use except <see cref="Open"/> and <see cref="Another"/>.
/// </summary>
internal sealed class RootDirectory : IDisposable
{
    private readonly bool _ownsTop;
    private (DrivePath Path, IDirectoryHandle Directory)? _last, _before;

    private RootDirectory(IDirectoryHandle top, bool ownsTop = true) => (Top, _ownsTop) = (top, ownsTop);

    /// <summary>The root itself.</summary>
    internal IDirectoryHandle Top { get; }

    /// <summary>Opens the root at a path, anew for each operation: whoever was mounted there before is not assumed.</summary>
    internal static RootDirectory OpenAt(string path)
    {
        try
        {
            return Over(OperatingSystem.IsLinux() ? LinuxDirectory.OpenRoot(path) : PortableDirectory.OpenRoot(path));
        }
        catch (FileOperationException e) when (e.Error is FileError.NotFound or FileError.NotADirectory)
        {
            throw new DriveException(ErrorCode.RootMissing, $"There is no directory at \"{path}\".",
                "Nothing was changed. If its disk is not mounted, mount it and run the command again.", e);
        }
    }

    /// <summary>A root over a directory that is open already, and disposed with the root.</summary>
    internal static RootDirectory Over(IDirectoryHandle top) => new(top);

    /// <summary>The same root for another thread, which disposes it before this one is.</summary>
    internal RootDirectory Another() => new(Top, ownsTop: false);

    /// <summary>Opens the directory at a path; the caller disposes it.</summary>
    internal IDirectoryHandle Open(DrivePath path) => Top.OpenBelow(Encoding.UTF8.GetBytes(path.ToString()));

    /// <summary>The directory that holds a path, open until the next call but one; not to be disposed.</summary>
    internal IDirectoryHandle Holder(DrivePath path)
    {
        var parent = path.Parent;
        if (parent.IsRoot)
            return Top;
        if (_last is { } last && last.Path == parent)
            return last.Directory;
        var found = _before is { } before && before.Path == parent ? before.Directory : null;
        if (found is null)
        {
            var opened = Open(parent);
            _before?.Directory.Dispose();
            found = opened;
        }
        (_before, _last) = (_last, (parent, found));
        return found;
    }

    /// <summary>What is at a path; null where nothing is, also where a part of the path is no directory.</summary>
    internal FileStat? Stat(DrivePath path)
    {
        try
        {
            return path.IsRoot ? Top.Stat() : Holder(path).Stat(path.Name);
        }
        catch (FileOperationException e) when (e.Error is FileError.NotFound or FileError.NotADirectory or FileError.Loop)
        {
            return null;
        }
    }

    /// <summary>Must be called when a directory was removed or replaced, so that its descriptor is not used any more.</summary>
    internal void ForgetLast()
    {
        _last?.Directory.Dispose();
        _before?.Directory.Dispose();
        (_last, _before) = (null, null);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        ForgetLast();
        if (_ownsTop)
            Top.Dispose();
    }
}
