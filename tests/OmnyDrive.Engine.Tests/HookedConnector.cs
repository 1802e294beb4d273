using OmnyDrive.Drives;
using OmnyDrive.Hubs;
using OmnyDrive.Origins;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.Tests;

/// <summary>A moment in a sync as its origin sees it.</summary>
public enum OriginStep
{
    BeforeHead,
    BeforeTrees,
    BeforeChunks,
    AfterChunks,
    BeforeFetch,
    AfterFirstContent,
    BeforePush,
    BeforeOffer,
    BeforeStage,
    AfterStage,
    BeforeCommit,
    AfterCommit,
}

/// <summary>Reaches origins as another connector does, and lets a test act at any step: change files, wait, throw.</summary>
internal sealed class HookedConnector(IOriginConnector inner) : IOriginConnector
{
    /// <summary>Called at each step of each sync; null does nothing.</summary>
    internal Func<OriginStep, Task>? OnStep { get; set; }

    /// <summary>Runs before contents are staged, with the token that ends it; null does nothing.</summary>
    internal Func<CancellationToken, Task>? OnStage { get; set; }

    /// <summary>Changes what the origin says of itself; null changes nothing.</summary>
    internal Func<OriginHead, OriginHead>? OnHead { get; set; }

    /// <summary>Stands in for each content that is fetched or staged; null leaves them as they are.</summary>
    internal Func<ContentStream, ContentStream>? OnContent { get; set; }

    /// <summary>Stands in for each part of a chunk list that is read or offered; null leaves them as they are.</summary>
    internal Func<ChunkListPart, ChunkListPart>? OnChunks { get; set; }

    /// <summary>Acts the first time that a step comes; a second stream that comes to the same step meanwhile waits until that is done.</summary>
    internal void Once(OriginStep step, Action act)
    {
        var once = new Lazy<bool>(() =>
        {
            act();
            return true;
        });
        OnStep = at => Task.FromResult(at == step && once.Value);
    }

    /// <summary>Called before the origin is asked for authors.</summary>
    internal Action? OnAuthors { get; set; }

    public IOrigin Connect(DriveRoute route, Func<DriveActions, CancellationToken, Task<DriveRoute>> renew, TransferOptions transfer) =>
        new HookedOrigin((ITreeOrigin)inner.Connect(route, renew, transfer), () => OnAuthors?.Invoke(), step => OnStep?.Invoke(step) ?? Task.CompletedTask, head => OnHead?.Invoke(head) ?? head, ended => OnStage?.Invoke(ended) ?? Task.CompletedTask, content => OnContent?.Invoke(content) ?? content, part => OnChunks?.Invoke(part) ?? part);

    private sealed class HookedOrigin(ITreeOrigin origin, Action authors, Func<OriginStep, Task> at, Func<OriginHead, OriginHead> told, Func<CancellationToken, Task> staging, Func<ContentStream, ContentStream> moved, Func<ChunkListPart, ChunkListPart> listed) : ITreeOrigin
    {
        public DriveId Drive => origin.Drive;

        public async Task<OriginHead> GetHeadAsync(CancellationToken cancellation = default)
        {
            await at(OriginStep.BeforeHead);
            return told(await origin.GetHeadAsync(cancellation));
        }

        public Task<bool> HasBeenAtAsync(OriginGeneration state, CancellationToken cancellation = default) => origin.HasBeenAtAsync(state, cancellation);

        public Task<IReadOnlyList<PathAuthor>> FindAuthorsAsync(IReadOnlyList<DrivePath> paths, CancellationToken cancellation = default)
        {
            authors();
            return origin.FindAuthorsAsync(paths, cancellation);
        }

        public async IAsyncEnumerable<LocatedTree> ReadTreesAsync(IReadOnlyList<TreeRequest> requests, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation = default)
        {
            await at(OriginStep.BeforeTrees);
            await foreach (var tree in origin.ReadTreesAsync(requests, cancellation))
                yield return tree;
        }

        public async IAsyncEnumerable<ChunkListPart> ReadChunksAsync(IReadOnlyList<ChunkListRequest> requests, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation = default)
        {
            await at(OriginStep.BeforeChunks);
            await foreach (var part in origin.ReadChunksAsync(requests, cancellation))
                yield return listed(part);
            await at(OriginStep.AfterChunks);
        }

        public async IAsyncEnumerable<ContentStream> FetchAsync(IReadOnlyList<ContentRequest> requests, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation = default)
        {
            await at(OriginStep.BeforeFetch);
            var first = true;
            await foreach (var content in origin.FetchAsync(requests, cancellation))
            {
                if (!first)
                    await at(OriginStep.AfterFirstContent);
                first = false;
                yield return moved(content);
            }
        }

        public async Task<IReadOnlyList<ContentNeed>> BeginPushAsync(PushIntent intent, IAsyncEnumerable<LocatedTree> trees, CancellationToken cancellation = default)
        {
            await at(OriginStep.BeforePush);
            return await origin.BeginPushAsync(intent, trees, cancellation);
        }

        public async Task<IReadOnlyList<ContentRange>> OfferChunksAsync(PushId push, IAsyncEnumerable<ChunkListPart> lists, CancellationToken cancellation = default)
        {
            await at(OriginStep.BeforeOffer);
            return await origin.OfferChunksAsync(push, lists.Select(listed), cancellation);
        }

        public async Task StageAsync(PushId push, IAsyncEnumerable<ContentStream> contents, CancellationToken cancellation = default)
        {
            await at(OriginStep.BeforeStage);
            await staging(cancellation);
            await origin.StageAsync(push, contents.Select(moved), cancellation);
            await at(OriginStep.AfterStage);
        }

        public async Task<PushResult> CommitPushAsync(PushId push, CancellationToken cancellation = default)
        {
            await at(OriginStep.BeforeCommit);
            var result = await origin.CommitPushAsync(push, cancellation);
            await at(OriginStep.AfterCommit);
            return result;
        }

        public Task AbandonPushAsync(PushId push, CancellationToken cancellation = default) => origin.AbandonPushAsync(push, cancellation);

        public ValueTask DisposeAsync() => origin.DisposeAsync();
    }
}
