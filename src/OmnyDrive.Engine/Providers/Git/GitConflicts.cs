using OmnyDrive.Engine.Conflicts;
using OmnyDrive.Errors;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.Providers.Git;

/// <summary>Of a git drive both versions are commits, and git settles them: a merge or a rebase in the mount.</summary>
internal sealed class GitConflicts : IConflicts
{
    /// <inheritdoc/>
    public IReadOnlyList<OpenConflict> List() => [];

    /// <inheritdoc/>
    public Task WriteVersionAsync(DrivePath path, ConflictVersion version, Stream to, CancellationToken cancellation) => throw NotHere();

    /// <inheritdoc/>
    public Task<ResolveResult> ResolveAsync(IReadOnlyList<string> patterns, ResolveOptions options, CancellationToken cancellation) => throw NotHere();

    private static DriveException NotHere() => new(ErrorCode.NotSupported, "This is a mount of a git drive: what both sides changed is settled by git.",
        "In the mount: git merge origin/BRANCH (or: git rebase origin/BRANCH); then: omnydrive sync. How the branches stand: omnydrive status");
}
