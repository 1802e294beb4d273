using OmnyDrive.Snapshots;

namespace OmnyDrive.Reconciling;

/// <summary>How a conflict is settled.</summary>
public enum ResolutionKind
{
    /// <summary>The mount's version goes to the origin.</summary>
    Ours = 1,

    /// <summary>The origin's version comes into the mount.</summary>
    Theirs = 2,

    /// <summary>The origin's version stays at the path, and the mount's is kept beside it on both sides.</summary>
    Both = 3,

    /// <summary>Both sides take a third version, made of the two.</summary>
    Merged = 4,
}

/// <summary>
/// What somebody decided about a conflict. It holds for just these three versions: where a side changes afterwards, the conflict is open again.
/// </summary>
/// <param name="Conflict">The conflict that was decided.</param>
/// <param name="Kind">How.</param>
public sealed record Resolution(PathConflict Conflict, ResolutionKind Kind)
{
    /// <summary>Of <see cref="ResolutionKind.Merged"/>, the file that both sides take.</summary>
    public Entry? Result { get; init; }

    /// <summary>Of <see cref="ResolutionKind.Both"/>, where the mount's version is kept.</summary>
    public DrivePath? Beside { get; init; }

    /// <summary>
    /// Whether it settles a conflict. A sync that broke off after it had made the mount's half leaves the result as the mount's version; then the other half is still to be made.
    /// </summary>
    public bool Settles(PathConflict conflict) =>
        conflict.Path == Conflict.Path && Equals(conflict.Theirs, Conflict.Theirs) && Equals(conflict.Base, Conflict.Base)
        && (Equals(conflict.Ours, Conflict.Ours) || (Kind == ResolutionKind.Merged && Equals(conflict.Ours, Result)));
}
