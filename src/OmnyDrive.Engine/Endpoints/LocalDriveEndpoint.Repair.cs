using OmnyDrive.Engine.Files;
using OmnyDrive.Engine.Providers;
using OmnyDrive.Engine.Roots;
using OmnyDrive.Engine.Syncing;
using OmnyDrive.Origins;

namespace OmnyDrive.Engine;

// Directories that are not known as mounts any more.
public sealed partial class LocalDriveEndpoint
{
    /// <summary>
    /// What it would take to make a directory the mount again that it was: one that was moved or copied, or that lost its marker, or of which one side came from a backup. Changes nothing. Throws
    /// <c>mount_not_found</c>, <c>root_missing</c>, <c>origin_unreachable</c> where only the origin can tell, and <c>invalid</c> where there is nothing to repair.
    /// </summary>
    /// <param name="idOrPath">The id of a mount whose marker is lost, or any path in a directory.</param>
    /// <param name="cancellation">Ends the look at what the directory holds.</param>
    public async Task<MountRepair> PlanRepairAsync(string idOrPath, CancellationToken cancellation = default)
    {
        var found = await FindAsync(new MountRepairer(_store, _mounts), idOrPath, cancellation);
        using var root = RootDirectory.OpenAt(found.Path);
        return await ComparedAsync(found, root, cancellation);
    }

    /// <summary>
    /// The same, and does it, durably: no file is touched, and the next sync sees the differences as changes of the mount. A moved directory is the mount at its new path; a copy is a mount of
    /// its own; one without a marker gets it again. Where one side came from a backup, the older state becomes the baseline if the mount holds it exactly; else there is none: what is on one side comes to the other,
    /// and what differs is a conflict. A moved or copied directory that is older than the last sync, too, is then refused as restored, and repaired by a second call. Throws <c>lock_held</c> too.
    /// </summary>
    public async Task<MountRepair> RepairAsync(string idOrPath, CancellationToken cancellation = default)
    {
        var repairer = new MountRepairer(_store, _mounts);
        var found = await FindAsync(repairer, idOrPath, cancellation);
        using var root = RootDirectory.OpenAt(found.Path);
        using var held = RootLock.Take(root, RootLayout.SyncLock);
        // Whoever held the lock before may have repaired it.
        found = await FindAsync(repairer, idOrPath, cancellation);
        var plan = await ComparedAsync(found, root, cancellation);
        if (plan.Kind is MountRepairKind.Restored or MountRepairKind.Parted)
            DriveProviders.Get(found.Row.Provider).ForgetBaseline(WorkOn(found.Row, root), plan.Kind, cancellation);
        return plan with { Mount = MountRegistry.Info(repairer.Repair(found, root)), IsRepaired = true };
    }

    private async Task<MountRepair> ComparedAsync(MountRepairer.Found found, RootDirectory root, CancellationToken cancellation)
    {
        var (differences, isKnown, problems) = await DriveProviders.Get(found.Row.Provider).CompareAsync(WorkOn(found.Row, root), cancellation);
        return new MountRepair(found.RequireKind(), MountRegistry.Info(found.Row), found.Path, found.Row.Path, differences, problems, isKnown, IsRepaired: false);
    }

    // A mount with which all is well here may still have parted from its origin.
    private async Task<MountRepairer.Found> FindAsync(MountRepairer repairer, string idOrPath, CancellationToken cancellation)
    {
        var found = repairer.Find(idOrPath);
        if (found.Kind is not null)
            return found;
        await using var origin = (await ConnectAsync(found.Row.Drive, TransferOptions.Default, cancellation)).Origin;
        return await OriginContinuity.HoldsAsync(origin, found.Row, await origin.GetHeadAsync(cancellation), cancellation) ? found : found with { Kind = MountRepairKind.Parted };
    }
}
