using OmnyDrive.Drives;
using OmnyDrive.Engine.History;
using OmnyDrive.Engine.Providers;
using OmnyDrive.Engine.Roots;
using OmnyDrive.Engine.State;
using OmnyDrive.History;
using OmnyDrive.Origins;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine;

// History of mounts and of the drives that this endpoint publishes.
public sealed partial class LocalDriveEndpoint
{
    /// <summary>How much of a history is read where nobody says how much.</summary>
    public const int DefaultHistory = 10_000;

    /// <summary>
    /// The generations of a mount, the newest first: its clone, and each pull, push and way back since; of a git drive the commits of the branch that is checked out. Throws <c>mount_not_found</c>, <c>root_missing</c>.
    /// </summary>
    /// <param name="mount">The mount.</param>
    /// <param name="most">How many at most. They are held in memory.</param>
    /// <param name="cancellation">Ends the reading.</param>
    public async Task<IReadOnlyList<Generation>> ReadHistoryAsync(MountId mount, int most = DefaultHistory, CancellationToken cancellation = default)
    {
        var row = _mounts.Get(mount);
        using var root = RootGuard.OpenMount(row.Path, row.Id);
        return await DriveProviders.Get(row.Provider).ReadHistoryAsync(WorkOn(row, root), most, cancellation);
    }

    /// <summary>
    /// The generations of a drive that this endpoint publishes, the newest first: each state that it had when somebody looked; of a git drive the commits of the branch that is checked out. Throws <c>drive_not_found</c>,
    /// <c>root_missing</c>, <c>not_supported</c> for a drive that lies elsewhere.
    /// </summary>
    /// <param name="drive">The drive.</param>
    /// <param name="most">How many at most. They are held in memory.</param>
    /// <param name="cancellation">Ends the reading.</param>
    public async Task<IReadOnlyList<Generation>> ReadHistoryAsync(DriveId drive, int most = DefaultHistory, CancellationToken cancellation = default)
    {
        var published = _served.Published(drive);
        return await DriveProviders.Get(published.Provider).ReadHistoryAsync(published, most, cancellation);
    }

    /// <summary>
    /// Takes back the last sync of a mount, all or nothing. A pull: the files and the baseline are what they were, so the next sync pulls again. A push: the origin is what it was, by a push of its own, and the
    /// mount keeps its files, which the next sync pushes again. Throws <c>conflict</c> where what would be changed has been changed since, <c>expired</c> where a content is not kept any more,
    /// <c>invalid</c> where there is nothing to take back.
    /// </summary>
    public Task<RewindResult> UndoAsync(MountId mount, CancellationToken cancellation = default) => RewindAsync(mount, rewinder => rewinder.UndoAsync(cancellation));

    /// <summary>Takes back the last push to a drive that this endpoint publishes, in the directory itself. Throws as for a mount.</summary>
    public Task<RewindResult> UndoAsync(DriveId drive, CancellationToken cancellation = default) => RewinderOf(drive).UndoAsync(cancellation);

    /// <summary>
    /// Brings back in a mount what a path and all below it held at a generation of it, all or nothing, as local changes that the next sync pushes. What is displaced is kept as by a sync.
    /// Throws <c>invalid</c> where the generation is not known, <c>expired</c> where a content is not kept any more.
    /// </summary>
    /// <param name="mount">The mount.</param>
    /// <param name="generation">A number, a ref, or its first six or more digits.</param>
    /// <param name="below">The path; the root for everything.</param>
    /// <param name="cancellation">Ends it before it stands.</param>
    public Task<RewindResult> RestoreAsync(MountId mount, string generation, DrivePath below = default, CancellationToken cancellation = default) =>
        RewindAsync(mount, rewinder => rewinder.RestoreAsync(generation, below, cancellation));

    /// <summary>The same in a drive that this endpoint publishes: its mounts see a change like any other.</summary>
    public Task<RewindResult> RestoreAsync(DriveId drive, string generation, DrivePath below = default, CancellationToken cancellation = default) =>
        RewinderOf(drive).RestoreAsync(generation, below, cancellation);

    /// <summary>The drive that this endpoint publishes from a path or from above it; null where it publishes none there.</summary>
    public DriveId? FindDrive(string path)
    {
        var real = RealPath.Of(path);
        return DriveTable.All(_store, Identity.Id).Where(published => Nesting.IsAtOrBelow(real, published.Path)).MaxBy(published => published.Path.Length)?.Drive;
    }

    private IRewinder RewinderOf(DriveId drive)
    {
        var published = _served.Published(drive);
        return DriveProviders.Get(published.Provider).CreateRewinder(published, _served.SettingsOf(published));
    }

    private async Task<RewindResult> RewindAsync(MountId mount, Func<IRewinder, Task<RewindResult>> rewind)
    {
        var row = Ready(mount);
        using var root = RootGuard.OpenMount(row.Path, row.Id);
        using var held = TakeMount(root, mount);
        row = Ready(mount);
        AgreedRefs.RequireNotOlder(root, row);
        return await rewind(DriveProviders.Get(row.Provider).CreateRewinder(WorkOn(row, root), async ended => (await ConnectAsync(row.Drive, TransferOptions.Default, ended)).Origin));
    }
}
