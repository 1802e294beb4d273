using OmnyDrive.Drives;
using OmnyDrive.Engine.Files;
using OmnyDrive.Engine.Origins;
using OmnyDrive.Engine.Roots;
using OmnyDrive.Engine.Scanning;
using OmnyDrive.Engine.Syncing;
using OmnyDrive.Errors;
using OmnyDrive.Origins;

namespace OmnyDrive.Engine.Providers.Directory;

/// <summary>Drives whose source is a directory: files, directories, links and executable bits as they lie on disk.</summary>
internal sealed class DirectoryProvider : IDriveProvider
{
    /// <inheritdoc/>
    public string Name => ProviderNames.Directory;

    /// <inheritdoc/>
    public string Locate(string source)
    {
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(source));
        if (File.Exists(full))
            throw DriveException.Invalid($"\"{full}\" is a file; a directory can be published.");
        return System.IO.Directory.Exists(full)
            ? RealPath.Of(full)
            : throw new DriveException(ErrorCode.PathNotFound, $"There is no directory at \"{full}\".", "Give the path of an existing directory: omnydrive publish PATH");
    }

    /// <inheritdoc/>
    public RootIdentity Mark(string source, DriveId drive, RootIdentity? known)
    {
        using var root = RootDirectory.OpenAt(source);
        var stat = root.Top.Stat();
        try
        {
            var marker = MarkerFile.Read(root) ?? Marker.Empty;
            if (marker.Drive is { } mark && mark.Id != drive.ToString())
                throw new DriveException(ErrorCode.DriveExists, $"\"{source}\" is already published as {mark.Id}.", $"Clone that drive, or withdraw it first: omnydrive unpublish {mark.Id}");
            var epoch = marker.Drive?.Epoch is { } old && old == known?.Epoch ? old : Guid.NewGuid().ToString("N");
            MarkerFile.Write(root, marker with { Drive = new DriveMark(drive.ToString(), epoch) });
            return new RootIdentity(epoch, stat.Device, stat.Inode);
        }
        catch (FileOperationException e) when (e.Error == FileError.Permission)
        {
            return new RootIdentity(null, stat.Device, stat.Inode);
        }
    }

    /// <inheritdoc/>
    public void Unmark(PublishedRoot drive)
    {
        if (drive.Identity.Epoch is null || !System.IO.Directory.Exists(drive.Path))
            return;
        using var root = RootDirectory.OpenAt(drive.Path);
        if (MarkerFile.Read(root) is { } marker && marker.Drive?.Epoch == drive.Identity.Epoch)
            MarkerFile.Replace(root, marker with { Drive = null });
    }

    /// <inheritdoc/>
    public IOrigin OpenOrigin(PublishedRoot drive, OriginSettings settings) =>
        new LiveDirectoryOrigin(drive, new RootScanner(settings.Time, settings.CacheFile), settings.Landed, settings.Time);

    /// <inheritdoc/>
    public ISynchronizer CreateSynchronizer(MountWork mount, IOrigin origin) =>
        new SnapshotSynchronizer(mount, new RootScanner(mount.Time, mount.Store.CacheFile($"{mount.Row.Id}.index")), origin);
}
