using OmnyDrive.Engine.Files;
using OmnyDrive.Engine.Providers;
using OmnyDrive.Engine.Roots;

namespace OmnyDrive.Engine;

// Directories that are not known as mounts any more.
public sealed partial class LocalDriveEndpoint
{
    /// <summary>
    /// What it would take to make a directory the mount again that it was: one that was moved or copied, or that lost its marker. Changes nothing. Throws <c>mount_not_found</c>,
    /// <c>root_missing</c>, and <c>invalid</c> where there is nothing to repair.
    /// </summary>
    /// <param name="idOrPath">The id of a mount whose marker is lost, or any path in a directory.</param>
    /// <param name="cancellation">Ends the look at what the directory holds.</param>
    public MountRepair PlanRepair(string idOrPath, CancellationToken cancellation = default)
    {
        var found = new MountRepairer(_store, _mounts).Find(idOrPath);
        using var root = RootDirectory.OpenAt(found.Path);
        return Compared(found, root, cancellation);
    }

    /// <summary>
    /// The same, and does it, durably: no file is touched, and the next sync sees the differences as changes of the mount. A moved directory is the mount at its new path; a copy is a mount of
    /// its own; one without a marker gets it again. Throws <c>lock_held</c> too.
    /// </summary>
    public MountRepair Repair(string idOrPath, CancellationToken cancellation = default)
    {
        var repairer = new MountRepairer(_store, _mounts);
        var found = repairer.Find(idOrPath);
        using var root = RootDirectory.OpenAt(found.Path);
        using var held = RootLock.Take(root, RootLayout.SyncLock);
        // Whoever held the lock before may have repaired it.
        found = repairer.Find(idOrPath);
        var plan = Compared(found, root, cancellation);
        return plan with { Mount = MountRegistry.Info(repairer.Repair(found, root)), IsRepaired = true };
    }

    private MountRepair Compared(MountRepairer.Found found, RootDirectory root, CancellationToken cancellation)
    {
        var (differences, problems) = DriveProviders.Get(found.Row.Provider).Compare(WorkOn(found.Row, root), cancellation);
        return new MountRepair(found.Kind, MountRegistry.Info(found.Row), found.Path, found.Row.Path, differences, problems, IsRepaired: false);
    }
}
