using OmnyDrive.Errors;
using OmnyDrive.Origins;
using OmnyDrive.Reconciling;

namespace OmnyDrive.Engine.Syncing;

/// <summary>Brings a mount and its origin into step. One implementation for every kind of drive whose state is a tree, one for git.</summary>
internal interface ISynchronizer
{
    /// <summary>How many files the mount holds, and bytes in them, by the last look at it.</summary>
    (long Files, long Bytes) Held { get; }

    /// <summary>What a sync would do now. Changes nothing.</summary>
    Task<SyncPlan> PlanAsync(SyncOptions options, CancellationToken cancellation);

    /// <summary>
    /// Plans and applies. Throws <see cref="ConflictDetectedException"/> where the plan is refused, <see cref="SyncHaltedException"/> where a brake halts it; then nothing was applied. Other failures
    /// throw <see cref="DriveException"/>; a pull may then have been made in part, and the next sync goes on from there.
    /// </summary>
    Task<SyncResult> ApplyAsync(SyncOptions options, CancellationToken cancellation);

    /// <summary>
    /// Completes a clone: pulls and never pushes. What somebody put into an interrupted clone stays there, as local changes of the mount.
    /// Throws where a path of the origin could not be brought over; the clone is then incomplete, and the next call goes on from there.
    /// Throws <see cref="ConflictDetectedException"/> before anything is brought over where the mount's file system cannot hold a name.
    /// Returns the paths that stay as they are on both sides, and why.
    /// </summary>
    /// <param name="head">Where the origin was found just before.</param>
    /// <param name="progress">Told of the progress.</param>
    /// <param name="cancellation">Ends it; what arrived is kept.</param>
    Task<IReadOnlyList<Problem>> CloneAsync(OriginHead head, IProgress<TransferProgress>? progress, CancellationToken cancellation);
}
