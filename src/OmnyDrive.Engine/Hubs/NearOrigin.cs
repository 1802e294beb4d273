using OmnyDrive.Drives;
using OmnyDrive.Hubs;
using OmnyDrive.Origins;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.Hubs;

/// <summary>An origin in the same process, lent out: the hub is asked before a push as it is over the network, and disposing gives it back.</summary>
internal sealed class NearOrigin(ITreeOrigin origin, Func<DriveActions, CancellationToken, Task<DriveRoute>> renew) : ITreeOrigin
{
    /// <inheritdoc/>
    public DriveId Drive => origin.Drive;

    /// <inheritdoc/>
    public Task<OriginHead> GetHeadAsync(CancellationToken cancellation = default) => origin.GetHeadAsync(cancellation);

    /// <inheritdoc/>
    public Task<bool> HasBeenAtAsync(OriginGeneration state, CancellationToken cancellation = default) => origin.HasBeenAtAsync(state, cancellation);

    /// <inheritdoc/>
    public Task<IReadOnlyList<PathAuthor>> FindAuthorsAsync(IReadOnlyList<DrivePath> paths, CancellationToken cancellation = default) => origin.FindAuthorsAsync(paths, cancellation);

    /// <inheritdoc/>
    public IAsyncEnumerable<LocatedTree> ReadTreesAsync(IReadOnlyList<TreeRequest> requests, CancellationToken cancellation = default) =>
        origin.ReadTreesAsync(requests, cancellation);

    /// <inheritdoc/>
    public IAsyncEnumerable<ChunkListPart> ReadChunksAsync(IReadOnlyList<ChunkListRequest> requests, CancellationToken cancellation = default) =>
        origin.ReadChunksAsync(requests, cancellation);

    /// <inheritdoc/>
    public IAsyncEnumerable<ContentStream> FetchAsync(IReadOnlyList<ContentRequest> requests, CancellationToken cancellation = default) =>
        origin.FetchAsync(requests, cancellation);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ContentNeed>> BeginPushAsync(PushIntent intent, IAsyncEnumerable<LocatedTree> trees, CancellationToken cancellation = default)
    {
        await renew(DriveActions.Write, cancellation);
        return await origin.BeginPushAsync(intent, trees, cancellation);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<ContentRange>> OfferChunksAsync(PushId push, IAsyncEnumerable<ChunkListPart> lists, CancellationToken cancellation = default) =>
        origin.OfferChunksAsync(push, lists, cancellation);

    /// <inheritdoc/>
    public Task StageAsync(PushId push, IAsyncEnumerable<ContentStream> contents, CancellationToken cancellation = default) =>
        origin.StageAsync(push, contents, cancellation);

    /// <inheritdoc/>
    public Task<PushResult> CommitPushAsync(PushId push, CancellationToken cancellation = default) => origin.CommitPushAsync(push, cancellation);

    /// <inheritdoc/>
    public Task AbandonPushAsync(PushId push, CancellationToken cancellation = default) => origin.AbandonPushAsync(push, cancellation);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
