using OmnyDrive.Errors;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.History;

/// <summary>Leads a mount or a published drive back to what it was. The caller holds the mount's sync lock.</summary>
internal interface IRewinder
{
    /// <summary>
    /// Takes back the last sync, all or nothing. Throws <see cref="DriveException"/>: <c>conflict</c> where somebody changed since what it would change, <c>expired</c> where content is not kept any
    /// more, <c>invalid</c> where there is nothing to take back. Then nothing was changed.
    /// </summary>
    Task<RewindResult> UndoAsync(CancellationToken cancellation);

    /// <summary>
    /// Brings back what a path and all below it held at a generation, as changes of this side, all or nothing. Throws <see cref="DriveException"/>: <c>invalid</c> where the generation is not known,
    /// <c>expired</c> where the way back to it or content is not kept any more. Then nothing was changed.
    /// </summary>
    Task<RewindResult> RestoreAsync(string generation, DrivePath below, CancellationToken cancellation);
}
