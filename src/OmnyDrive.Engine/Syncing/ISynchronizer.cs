using OmnyDrive.Errors;
using OmnyDrive.Reconciling;

namespace OmnyDrive.Engine.Syncing;

/// <summary>Brings a mount and its origin into step. One implementation for every kind of drive whose state is a tree, one for git.</summary>
internal interface ISynchronizer
{
    /// <summary>How many files the mount holds, and bytes in them, by the last look at it.</summary>
    (long Files, long Bytes) Held { get; }

    /// <summary>What a sync would do now. Changes nothing.</summary>
    Task<SyncPlan> PlanAsync(CancellationToken cancellation);

    /// <summary>
    /// Plans and applies. Throws <see cref="ConflictDetectedException"/> where the plan is refused; then nothing was applied. Other failures
    /// throw <see cref="DriveException"/>; a pull may then have been made in part, and the next sync goes on from there.
    /// </summary>
    Task<SyncResult> ApplyAsync(IProgress<TransferProgress>? progress, CancellationToken cancellation);
}
