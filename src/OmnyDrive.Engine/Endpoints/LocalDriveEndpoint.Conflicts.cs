using OmnyDrive.Drives;
using OmnyDrive.Engine.Conflicts;
using OmnyDrive.Engine.Files;
using OmnyDrive.Engine.Providers;
using OmnyDrive.Engine.Roots;
using OmnyDrive.Engine.State;
using OmnyDrive.Errors;
using OmnyDrive.History;
using OmnyDrive.Origins;
using OmnyDrive.Reconciling;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine;

// What both sides changed: seeing it and settling it.
public sealed partial class LocalDriveEndpoint
{
    /// <summary>Chooses what a sync of a mount does where both sides changed. Throws <c>mount_not_found</c>.</summary>
    public MountInfo SetPolicy(MountId mount, SyncPolicy policy)
    {
        _mounts.Get(mount);
        MountTable.SetPolicy(_store, mount, policy);
        return MountRegistry.Info(_mounts.Get(mount));
    }

    /// <summary>Chooses how long what syncs displace is kept below a mount. Throws <c>mount_not_found</c>.</summary>
    public MountInfo SetRetention(MountId mount, RetentionPolicy retention)
    {
        _mounts.Get(mount);
        MountTable.SetRetention(_store, mount, retention);
        return MountRegistry.Info(_mounts.Get(mount));
    }

    /// <summary>
    /// Chooses branches of a git drive that a sync of a mount does not push to, besides those that the drive protects; none takes the choice back. Throws <c>mount_not_found</c>, <c>not_supported</c> for another kind of
    /// drive, <c>invalid</c> for a name that no branch can have, <c>lock_held</c>.
    /// </summary>
    public async Task<MountInfo> ProtectAsync(MountId mount, IReadOnlyList<string> branches, CancellationToken cancellation = default)
    {
        var row = Ready(mount);
        using var root = RootGuard.OpenMount(row.Path, row.Id);
        using var held = TakeMount(root, mount);
        await DriveProviders.Get(row.Provider).ChooseAsync(WorkOn(row, root), branches, cancellation);
        return MountRegistry.Info(row);
    }

    /// <summary>
    /// How a mount and its origin stand to each other, by a fresh look at both. Where the origin cannot be asked the report says why, and tells what is known without it. Throws <c>mount_not_found</c>,
    /// <c>root_missing</c>, and <c>conflict</c> where one side came from a backup.
    /// </summary>
    public async Task<MountReport> InspectAsync(MountId mount, CancellationToken cancellation = default)
    {
        var row = Ready(mount);
        using var root = RootGuard.OpenMount(row.Path, row.Id);
        AgreedRefs.RequireNotOlder(root, row);
        var provider = DriveProviders.Get(row.Provider);
        try
        {
            await using var origin = (await ConnectAsync(row.Drive, TransferOptions.Default, cancellation)).Origin;
            var found = await provider.CreateInspector(WorkOn(row, root), origin).CompareAsync(cancellation);
            return new MountReport(MountRegistry.Info(row), found.Local, found.Origin, found.Conflicts, found.Problems, found.OriginRef, null) { Branches = found.Branches };
        }
        catch (DriveException e) when (IsAway(e))
        {
            var (local, problems) = await provider.CreateInspector(WorkOn(row, root), null).LookAtMountAsync(cancellation);
            return new MountReport(MountRegistry.Info(row), local, null, ConflictTable.Of(_store, mount), problems, null, e.Message);
        }
    }

    /// <summary>
    /// How files of a mount differ, a path at a time: texts in unified form, others by their sizes. Only <see cref="DiffOf.Local"/> can be had without the origin, as far as the contents are on this machine.
    /// </summary>
    /// <param name="mount">The mount.</param>
    /// <param name="which">Which versions are compared.</param>
    /// <param name="below">A path and all below it; the root for everything.</param>
    /// <param name="cancellation">Ends it.</param>
    public async IAsyncEnumerable<PathDiff> DiffAsync(MountId mount, DiffOf which = DiffOf.Local, DrivePath below = default, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation = default)
    {
        var row = Ready(mount);
        using var root = RootGuard.OpenMount(row.Path, row.Id);
        AgreedRefs.RequireNotOlder(root, row);
        await using var origin = await TryConnectAsync(row, isNeeded: which != DiffOf.Local, cancellation);
        await foreach (var diff in DriveProviders.Get(row.Provider).CreateInspector(WorkOn(row, root), origin).DiffAsync(which, below, cancellation))
            yield return diff;
    }

    private async Task<IOrigin?> TryConnectAsync(MountRow row, bool isNeeded, CancellationToken cancellation)
    {
        IOrigin? origin = null;
        try
        {
            origin = (await ConnectAsync(row.Drive, TransferOptions.Default, cancellation)).Origin;
            await origin.GetHeadAsync(cancellation);
            return origin;
        }
        catch (DriveException e) when (!isNeeded && IsAway(e))
        {
            if (origin is not null)
                await origin.DisposeAsync();
            return null;
        }
    }

    private static bool IsAway(DriveException e) => e.Code is ErrorCode.HubUnreachable or ErrorCode.OriginUnreachable or ErrorCode.EndpointNotFound;

    /// <summary>The conflicts that the last sync of a mount found and no sync has settled since, with what somebody decided about them; of a git drive the paths that both sides changed by the last look at the origin. Throws <c>mount_not_found</c>,
    /// <c>root_missing</c>.</summary>
    public async Task<IReadOnlyList<OpenConflict>> ListConflictsAsync(MountId mount, CancellationToken cancellation = default)
    {
        var row = Ready(mount);
        using var root = RootGuard.OpenMount(row.Path, row.Id);
        return await ConflictsOf(row, root).ListAsync(cancellation);
    }

    /// <summary>
    /// Writes what a version of a path in conflict holds; of a link, where it leads. Throws <c>path_not_found</c> where there is no such conflict or version, <c>expired</c> where the content is not to be had any more,
    /// <c>lock_held</c>.
    /// </summary>
    public async Task WriteVersionAsync(MountId mount, DrivePath path, ConflictVersion version, Stream to, CancellationToken cancellation = default) =>
        await WithConflictsAsync(mount, async conflicts =>
        {
            await conflicts.WriteVersionAsync(path, version, to, cancellation);
            return 0;
        });

    /// <summary>
    /// Decides about conflicts of a mount; the next sync carries that out, if neither side has changed by then. What loses is kept in the history of the side on which it is displaced. Some may be left open, such as texts
    /// that cannot be merged; the result says why. Throws <c>path_not_found</c> where a pattern names no open conflict, <c>read_only</c> where the mount's version cannot go to the origin, <c>lock_held</c>.
    /// </summary>
    /// <param name="mount">The mount.</param>
    /// <param name="patterns">Paths, each with all below it, or globs as in .gitignore.</param>
    /// <param name="options">How.</param>
    /// <param name="cancellation">Ends it; nothing is decided then.</param>
    public Task<ResolveResult> ResolveAsync(MountId mount, IReadOnlyList<string> patterns, ResolveOptions options, CancellationToken cancellation = default) =>
        WithConflictsAsync(mount, conflicts => conflicts.ResolveAsync(patterns, options, cancellation));

    private async Task<T> WithConflictsAsync<T>(MountId mount, Func<IConflicts, Task<T>> work)
    {
        var row = Ready(mount);
        using var root = RootGuard.OpenMount(row.Path, row.Id);
        using var held = TakeMount(root, mount);
        row = Ready(mount);
        return await work(ConflictsOf(row, root));
    }

    private IConflicts ConflictsOf(MountRow row, RootDirectory root) =>
        DriveProviders.Get(row.Provider).CreateConflicts(WorkOn(row, root), async ended => (await ConnectAsync(row.Drive, TransferOptions.Default, ended)).Origin);
}
