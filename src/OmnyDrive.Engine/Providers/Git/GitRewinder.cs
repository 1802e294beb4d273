using OmnyDrive.Engine.History;
using OmnyDrive.Errors;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.Providers.Git;

/// <summary>The history of a git drive is that of its commits, and git leads back: by a commit that takes another back.</summary>
internal sealed class GitRewinder : IRewinder
{
    /// <inheritdoc/>
    public Task<RewindResult> UndoAsync(CancellationToken cancellation) => throw NotHere("Take a commit back by another, in the mount: git revert COMMIT; then: omnydrive sync");

    /// <inheritdoc/>
    public Task<RewindResult> RestoreAsync(string generation, DrivePath below, CancellationToken cancellation) =>
        throw NotHere("Bring a version back in the mount: git restore --source=COMMIT -- PATH; then: omnydrive sync");

    internal static DriveException NotHere(string hint) => new(ErrorCode.NotSupported, "This is a git drive: its history is that of its commits.", hint);
}
