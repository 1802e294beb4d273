using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.Conflicts;

/// <summary>The open conflicts of a mount: what they are, what their versions hold, and how they are settled. The caller holds the sync lock, except to list them.</summary>
internal interface IConflicts
{
    /// <summary>Those that there are by the last look at the origin, sorted by path.</summary>
    Task<IReadOnlyList<OpenConflict>> ListAsync(CancellationToken cancellation);

    /// <summary>Writes what a version holds; of a link, where it leads. Throws <c>path_not_found</c> where there is none, <c>expired</c> where it is not to be had any more.</summary>
    Task WriteVersionAsync(DrivePath path, ConflictVersion version, Stream to, CancellationToken cancellation);

    /// <summary>Decides about the conflicts that the patterns name; throws <c>path_not_found</c> where one names none.</summary>
    Task<ResolveResult> ResolveAsync(IReadOnlyList<string> patterns, ResolveOptions options, CancellationToken cancellation);
}
