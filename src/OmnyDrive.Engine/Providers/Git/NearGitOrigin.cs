using OmnyDrive.Drives;
using OmnyDrive.Hubs;
using OmnyDrive.Origins;

namespace OmnyDrive.Engine.Providers.Git;

/// <summary>An origin in the same process, lent out; git goes to its directory.</summary>
internal sealed class NearGitOrigin(IGitOrigin origin, Func<DriveActions, CancellationToken, Task<DriveRoute>> renew) : IGitOrigin
{
    /// <inheritdoc/>
    public DriveId Drive => origin.Drive;

    /// <inheritdoc/>
    public Task<OriginHead> GetHeadAsync(CancellationToken cancellation = default) => origin.GetHeadAsync(cancellation);

    /// <inheritdoc/>
    public Task<bool> HasBeenAtAsync(OriginGeneration state, CancellationToken cancellation = default) => origin.HasBeenAtAsync(state, cancellation);

    /// <inheritdoc/>
    public async Task<GitRemote> GetRemoteAsync(DriveActions action, CancellationToken cancellation = default)
    {
        if (action.HasFlag(DriveActions.Write))
            await renew(action, cancellation);
        return await origin.GetRemoteAsync(action, cancellation);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
