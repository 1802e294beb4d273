using OmnyDrive.Errors;

namespace OmnyDrive.Reconciling;

/// <summary>
/// A sync was refused because both sides changed, or a read-only mount did; or it or a clone because the mount's file system cannot hold a name. Nothing was applied. Thrown by the embedding API; show
/// <see cref="Conflict"/> to a person, settle it and sync again.
/// </summary>
public sealed class ConflictDetectedException : DriveException
{
    /// <summary>What each side did.</summary>
    public Conflict Conflict { get; }

    /// <summary>Makes the exception of a conflict.</summary>
    public ConflictDetectedException(Conflict conflict)
        : base(ErrorCode.Conflict, ConflictMessage.Of(conflict), ConflictMessage.HintOf(conflict)) => Conflict = conflict;
}
