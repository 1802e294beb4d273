using OmnyDrive.Drives;
using OmnyDrive.Errors;

namespace OmnyDrive.Reconciling;

/// <summary>
/// A sync was halted because what it would delete looks like an accident. Nothing was applied on either side. Thrown by the embedding API; show <see cref="Halt"/> to a person, and
/// sync again with its brakes allowed if that person means it.
/// </summary>
public sealed class SyncHaltedException : DriveException
{
    /// <summary>What was seen.</summary>
    public Halt Halt { get; }

    /// <summary>Makes the exception of a halt; the hint names the mount.</summary>
    public SyncHaltedException(Halt halt, MountId mount)
        : base(ErrorCode.Halted, HaltMessage.Of(halt.Drive, halt.Brakes), HaltMessage.HintOf(halt.Brakes, mount.Value)) => Halt = halt;
}
