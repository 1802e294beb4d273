using OmnyDrive.Drives;
using OmnyDrive.Engine.Conflicts;
using OmnyDrive.Engine.Credentials;
using OmnyDrive.Engine.Files;
using OmnyDrive.Engine.History;
using OmnyDrive.Engine.Hubs;
using OmnyDrive.Engine.Inspecting;
using OmnyDrive.Engine.Origins;
using OmnyDrive.Engine.Roots;
using OmnyDrive.Engine.Scanning;
using OmnyDrive.Engine.State;
using OmnyDrive.Engine.Syncing;
using OmnyDrive.Errors;
using OmnyDrive.Git;
using OmnyDrive.History;
using OmnyDrive.Hubs;
using OmnyDrive.Origins;
using OmnyDrive.Reconciling;
using OmnyDrive.Snapshots;

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
    public string NameOf(string source) => Path.GetFileName(source);

    /// <inheritdoc/>
    public RootIdentity Mark(string source, DriveId drive, RootIdentity? known) => DriveMarks.Mark(source, source, drive, known);

    /// <summary>Nothing is chosen of a directory but what every drive has.</summary>
    public Task ChooseAsync(string source, PublishOptions options, CancellationToken cancellation) =>
        options.ProtectedBranches is null ? Task.CompletedTask : throw new DriveException(ErrorCode.NotSupported, "A directory has no branches that could be protected.", "Publish a repository with --git.");

    /// <inheritdoc cref="ChooseAsync(string, PublishOptions, CancellationToken)"/>
    public Task ChooseAsync(MountWork mount, IReadOnlyList<string> protectedBranches, CancellationToken cancellation) =>
        throw new DriveException(ErrorCode.NotSupported, $"{mount.Row.Drive} is no git drive; it has no branches that could be protected.", "See: omnydrive mounts");

    /// <inheritdoc/>
    public Task UnmarkAsync(PublishedRoot drive, bool isTakenBack, TimeProvider time, CancellationToken cancellation) => DriveMarks.UnmarkAsync(drive.Path, drive.Identity, isTakenBack, time, cancellation);

    /// <inheritdoc/>
    public IOrigin OpenOrigin(PublishedRoot drive, OriginSettings settings) => new LiveDirectoryOrigin(drive, ScannerOf(drive, settings), settings.Landed, settings.Time, settings.Retention);

    /// <inheritdoc/>
    public IOrigin OpenElsewhere(DriveRoute route, Func<DriveActions, CancellationToken, Task<DriveRoute>> renew, Func<GitUrl, HostCredential?> credentials) =>
        throw new DriveException(ErrorCode.NotSupported, $"{route.Drive.Id} is said to lie elsewhere than at its endpoint, and a directory never does.", "Ask its publisher; or update OmnyDrive on this machine.");

    /// <inheritdoc/>
    public IOrigin Lend(IOrigin origin, Func<DriveActions, CancellationToken, Task<DriveRoute>> renew) => new NearOrigin(TreesOf(origin), renew);

    /// <inheritdoc/>
    public ISynchronizer CreateSynchronizer(MountWork mount, IOrigin origin) => new SnapshotSynchronizer(mount, ScannerOf(mount), TreesOf(origin));

    /// <inheritdoc/>
    public Task<(ChangeCounts Differences, bool IsKnownState, IReadOnlyList<Problem> Problems)> CompareAsync(MountWork mount, CancellationToken cancellation)
    {
        var scan = ScannerOf(mount).Scan(mount.Root, cancellation);
        var known = RecoveredBaseline.Of(BaselineTable.Load(mount.Store, mount.Row), BaselineTable.LoadPending(mount.Store, mount.Row), scan.Snapshot);
        return Task.FromResult((ChangeCounts.Of(TreeDiff.Compare(known.Snapshot, scan.Snapshot)), AgreedRefs.Have(mount.Root, scan.Snapshot.Ref), scan.Problems));
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
    public IMountInspector CreateInspector(MountWork mount, IOrigin? origin) => new MountInspector(mount, ScannerOf(mount), origin is null ? null : TreesOf(origin));

    /// <inheritdoc/>
    public IConflicts CreateConflicts(MountWork mount, Func<CancellationToken, Task<IOrigin>> connect) => new MountConflicts(mount, ScannerOf(mount), Trees(connect));

    /// <inheritdoc/>
    public Task<IReadOnlyList<Generation>> ReadHistoryAsync(MountWork mount, int most, CancellationToken cancellation) => Task.FromResult(Generations(mount.Root, HistoryRole.Mount, most));

    /// <inheritdoc/>
    public Task<IReadOnlyList<Generation>> ReadHistoryAsync(PublishedRoot drive, int most, CancellationToken cancellation)
    {
        using var root = RootGuard.OpenDrive(drive.Path, drive.Drive, drive.Identity);
        return Task.FromResult(Generations(root, HistoryRole.Drive, most));
    }

    private static IReadOnlyList<Generation> Generations(RootDirectory root, HistoryRole role, int most) => [.. new RootHistory(root, role).NewestFirst().Take(most).Select(recorded => recorded.Generation)];

    /// <inheritdoc/>
    public IRewinder CreateRewinder(MountWork mount, Func<CancellationToken, Task<IOrigin>> connect) => new MountRewinder(mount, ScannerOf(mount), Trees(connect));

    /// <inheritdoc/>
    public IRewinder CreateRewinder(PublishedRoot drive, OriginSettings settings) => new DriveRewinder(drive, ScannerOf(drive, settings), settings.Time);

    private static RootScanner ScannerOf(PublishedRoot drive, OriginSettings settings) => new(settings.Time, settings.CacheFile, drive.Filter, settings.LargeFiles);

    private static RootScanner ScannerOf(MountWork mount) => new(mount.Time, mount.Store.CacheFile($"{mount.Row.Id}.index"), mount.Row.Filter, () => mount.Store.LargeFiles);

    private static Func<CancellationToken, Task<ITreeOrigin>> Trees(Func<CancellationToken, Task<IOrigin>> connect) => async cancellation => TreesOf(await connect(cancellation));

    private static ITreeOrigin TreesOf(IOrigin origin) => origin as ITreeOrigin ?? throw DriveException.Protocol($"The origin of {origin.Drive} has no trees, as that of a directory has.");
}
