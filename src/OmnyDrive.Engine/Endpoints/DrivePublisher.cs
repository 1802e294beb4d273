using OmnyDrive.Drives;
using OmnyDrive.Engine.Files;
using OmnyDrive.Engine.Origins;
using OmnyDrive.Engine.Roots;
using OmnyDrive.Engine.State;
using OmnyDrive.Errors;

namespace OmnyDrive.Engine;

/// <summary>Publishes directories and withdraws them: the marker in the root, the row in the state.</summary>
internal sealed class DrivePublisher(EndpointStore store, EndpointId endpoint)
{
    /// <summary>Makes a directory ready to be served. What it did is taken back by <see cref="TakeBack"/>.</summary>
    internal PublishedRoot Publish(string path, PublishOptions options)
    {
        var full = Existing(path);
        var drive = DriveId.Of(endpoint, options.Name is { } given ? given : DriveId.NameFrom(Path.GetFileName(full)));
        var known = DriveTable.Find(store, endpoint, drive.Name);
        if (known is not null && known.Path != full)
            throw new DriveException(ErrorCode.DriveExists, $"{drive} is already published from \"{known.Path}\".", "Choose another name: omnydrive publish PATH --name NAME");
        if (!options.AllowNested)
        {
            Nesting.RequireFree(full, MountTable.All(store).Select(mount => mount.Path), "mount", sameIsFree: true);
            Nesting.RequireNoneAbove(full, marker => marker.Mount is not null, "mount");
        }
        using var root = RootDirectory.OpenAt(full);
        var identity = Mark(root, drive, known?.Identity);
        // What a mount may not push, nobody may push through it.
        var readOnly = options.ReadOnly || MountTable.All(store).Any(mount => mount.Path == full && mount.AccessMode == AccessMode.ReadOnly);
        var mode = readOnly || identity.Epoch is null ? AccessMode.ReadOnly : AccessMode.ReadWrite;
        var published = new PublishedRoot(drive, full, mode, identity);
        DriveTable.Put(store, published);
        return published;
    }

    /// <summary>Takes back what <see cref="Publish"/> did: the drive is as it was before, or unknown.</summary>
    internal void TakeBack(PublishedRoot published, PublishedRoot? before)
    {
        if (before is null)
            Withdraw(published);
        else
            DriveTable.Put(store, before);
    }

    /// <summary>Forgets a drive and takes its mark off the root. Files stay.</summary>
    internal void Withdraw(PublishedRoot drive)
    {
        DriveTable.Remove(store, drive.Drive.Name);
        if (drive.Identity.Epoch is null || !Directory.Exists(drive.Path))
            return;
        using var root = RootDirectory.OpenAt(drive.Path);
        if (MarkerFile.Read(root) is { } marker && marker.Drive?.Epoch == drive.Identity.Epoch)
            MarkerFile.Replace(root, marker with { Drive = null });
    }

    private static string Existing(string path)
    {
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        if (File.Exists(full))
            throw DriveException.Invalid($"\"{full}\" is a file; a directory can be published.");
        return Directory.Exists(full)
            ? RealPath.Of(full)
            : throw new DriveException(ErrorCode.PathNotFound, $"There is no directory at \"{full}\".", "Give the path of an existing directory: omnydrive publish PATH");
    }

    // A root that cannot be written gets no marker; it is known by its place in the file system and served read-only.
    private static RootIdentity Mark(RootDirectory root, DriveId drive, RootIdentity? known)
    {
        var stat = root.Top.Stat();
        try
        {
            var marker = MarkerFile.Read(root) ?? Marker.Empty;
            if (marker.Drive is { } mark && mark.Id != drive.ToString())
                throw new DriveException(ErrorCode.DriveExists, $"\"{root.Top.Path}\" is already published as {mark.Id}.", $"Clone that drive, or withdraw it first: omnydrive unpublish {mark.Id}");
            var epoch = marker.Drive?.Epoch is { } old && old == known?.Epoch ? old : Guid.NewGuid().ToString("N");
            MarkerFile.Write(root, marker with { Drive = new DriveMark(drive.ToString(), epoch) });
            return new RootIdentity(epoch, stat.Device, stat.Inode);
        }
        catch (FileOperationException e) when (e.Error == FileError.Permission)
        {
            return new RootIdentity(null, stat.Device, stat.Inode);
        }
    }
}
