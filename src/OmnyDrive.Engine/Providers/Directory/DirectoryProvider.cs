using OmnyDrive.Drives;
using OmnyDrive.Engine.Applying;
using OmnyDrive.Engine.Conflicts;
using OmnyDrive.Engine.Files;
using OmnyDrive.Engine.History;
using OmnyDrive.Engine.Inspecting;
using OmnyDrive.Engine.Origins;
using OmnyDrive.Engine.Roots;
using OmnyDrive.Engine.Scanning;
using OmnyDrive.Engine.State;
using OmnyDrive.Engine.Syncing;
using OmnyDrive.Errors;
using OmnyDrive.History;
using OmnyDrive.Origins;
using OmnyDrive.Reconciling;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.Providers.Directory;

/// <summary>Drives whose source is a directory: files, directories, links and executable bits as they lie on disk.</summary>
internal sealed class DirectoryProvider : IDriveProvider
{
    private static readonly TimeSpan UnmarkPatience = TimeSpan.FromSeconds(30);

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
                throw new DriveException(ErrorCode.DriveExists, $"\"{source}\" is already published as {mark.Id}.", HintOf(marker, mark, drive.Endpoint, source));
            var epoch = marker.Drive?.Epoch is { } old && old == known?.Epoch ? old : Guid.NewGuid().ToString("N");
            MarkerFile.Write(root, marker with { Drive = new DriveMark(drive.ToString(), epoch) });
            return new RootIdentity(epoch, stat.Device, stat.Inode);
        }
        catch (FileOperationException e) when (e.Error == FileError.Permission || (e.Error == FileError.NotSupported && !OperatingSystem.IsLinux()))
        {
            return new RootIdentity(null, stat.Device, stat.Inode);
        }
    }

    /// <inheritdoc/>
    public async Task UnmarkAsync(PublishedRoot drive, bool isTakenBack, TimeProvider time, CancellationToken cancellation)
    {
        if (drive.Identity.Epoch is null || !System.IO.Directory.Exists(drive.Path))
            return;
        using var root = RootDirectory.OpenAt(drive.Path);
        if (MarkerFile.Read(root)?.Drive?.Epoch != drive.Identity.Epoch)
            return;
        using var held = await ApplyLock.WaitAsync(root, UnmarkPatience, time, cancellation);
        if (MarkerFile.Read(root) is { } marker && marker.Drive?.Epoch == drive.Identity.Epoch)
            MarkerFile.Replace(root, marker with { Drive = null }, isTakenBack ? drive.Identity.Epoch : null);
    }

    // Only the endpoint that published it can withdraw it, and only while it has its state.
    private static string HintOf(Marker marker, DriveMark mark, EndpointId endpoint, string source)
    {
        var file = $"{source}/{RootLayout.Private}/{RootLayout.Marker}";
        if (!DriveId.TryParse(mark.Id, out var drive) || drive.Endpoint != endpoint)
        {
            return $"Clone that drive, or withdraw it where it was published: omnydrive unpublish {mark.Id}. If that endpoint is gone for good, "
                + (marker.Mount is null ? $"remove {file} and publish again." : $"take \"drive\" out of {file} and publish again.");
        }
        return $"Clone that drive, or withdraw it first: omnydrive unpublish {mark.Id}. "
            + $"If this endpoint does not know it any more, publish it under its old name: omnydrive publish {source} --name {drive.Name}";
    }

    /// <inheritdoc/>
    public IOrigin OpenOrigin(PublishedRoot drive, OriginSettings settings) => new LiveDirectoryOrigin(drive, ScannerOf(drive, settings), settings.Landed, settings.Time, settings.Retention);

    /// <inheritdoc/>
    public ISynchronizer CreateSynchronizer(MountWork mount, IOrigin origin) => new SnapshotSynchronizer(mount, ScannerOf(mount), origin);

    /// <inheritdoc/>
    public (ChangeCounts Differences, bool IsKnownState, IReadOnlyList<Problem> Problems) Compare(MountWork mount, CancellationToken cancellation)
    {
        var scan = ScannerOf(mount).Scan(mount.Root, cancellation);
        var known = RecoveredBaseline.Of(BaselineTable.Load(mount.Store, mount.Row), BaselineTable.LoadPending(mount.Store, mount.Row), scan.Snapshot);
        return (ChangeCounts.Of(TreeDiff.Compare(known.Snapshot, scan.Snapshot)), AgreedRefs.Have(mount.Root, scan.Snapshot.Ref), scan.Problems);
    }

    /// <inheritdoc/>
    public void ForgetBaseline(MountWork mount, MountRepairKind kind, CancellationToken cancellation)
    {
        var agreed = kind == MountRepairKind.Restored ? ScannerOf(mount).Scan(mount.Root, cancellation).Snapshot : Snapshot.Empty;
        if (!AgreedRefs.Have(mount.Root, agreed.Ref))
            agreed = Snapshot.Empty;
        var baseline = Baseline.Advance(Snapshot.Empty, agreed, agreed, new Dictionary<DrivePath, Entry?>());
        // Broken off between the two, it is as wrong as it was: a restored root still does not know the state's baseline, and one that parted still does.
        AgreedRefs.Write(mount.Root, kind == MountRepairKind.Restored ? null : mount.Row.Baseline, SyncRef.OfTree(baseline.Root));
        BaselineTable.Save(mount.Store, mount.Row.Id, baseline, seen: null, mount.Time.GetUtcNow());
    }

    /// <inheritdoc/>
    public IMountInspector CreateInspector(MountWork mount, IOrigin? origin) => new MountInspector(mount, ScannerOf(mount), origin);

    /// <inheritdoc/>
    public IConflicts CreateConflicts(MountWork mount, Func<CancellationToken, Task<IOrigin>> connect) => new MountConflicts(mount, ScannerOf(mount), connect);

    /// <inheritdoc/>
    public IRewinder CreateRewinder(MountWork mount, Func<CancellationToken, Task<IOrigin>> connect) => new MountRewinder(mount, ScannerOf(mount), connect);

    /// <inheritdoc/>
    public IRewinder CreateRewinder(PublishedRoot drive, OriginSettings settings) => new DriveRewinder(drive, ScannerOf(drive, settings), settings.Time);

    private static RootScanner ScannerOf(PublishedRoot drive, OriginSettings settings) => new(settings.Time, settings.CacheFile, drive.Filter, settings.LargeFiles);

    private static RootScanner ScannerOf(MountWork mount) => new(mount.Time, mount.Store.CacheFile($"{mount.Row.Id}.index"), mount.Row.Filter, () => mount.Store.LargeFiles);
}
