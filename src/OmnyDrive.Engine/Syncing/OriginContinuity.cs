using OmnyDrive.Engine.State;
using OmnyDrive.Errors;
using OmnyDrive.Origins;

namespace OmnyDrive.Engine.Syncing;

/// <summary>
/// Whether what an origin holds is what became of the state that a mount knows of it. Where its directory came from a backup it is not: its older files would look like changes, and be pulled over what is newer.
/// </summary>
internal static class OriginContinuity
{
    /// <summary>Asks the origin, where it is not at the mount's baseline, or a pull was broken off. Of a clone that is being continued nobody asks: all that it has came from there.</summary>
    internal static async Task<bool> HoldsAsync(IOrigin origin, MountRow mount, OriginHead head, CancellationToken cancellation) =>
        mount.Seen is not { } seen || mount.Baseline is not { } baseline || (head.Ref == baseline && mount.Pending is null) || await origin.HasBeenAtAsync(seen, cancellation);

    /// <summary>Throws <c>conflict</c> where it is not.</summary>
    internal static async Task RequireAsync(IOrigin origin, MountRow mount, OriginHead head, CancellationToken cancellation)
    {
        if (!await HoldsAsync(origin, mount, head, cancellation))
            throw new DriveException(
                ErrorCode.Conflict, $"The history of {mount.Drive} does not have the state that this mount last synced with: at the origin a backup was restored, or another directory published. Nothing was changed, for older files would go over newer ones.",
                $"See what it would take to compare both sides anew: omnydrive mounts repair {ShellWord.Of(mount.Path)}");
    }
}
