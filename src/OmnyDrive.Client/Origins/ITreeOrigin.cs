using OmnyDrive.Chunking;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Origins;

/// <summary>
/// The origin of a drive whose state is a tree: a live directory, or one behind a content server. The origin decides whether a
/// push lands, inside one lock; a client never does.
/// </summary>
public interface ITreeOrigin : IOrigin
{
    /// <summary>Who changed these paths last, as far as the newest generations of the history tell; the others are left out. In no order.</summary>
    Task<IReadOnlyList<PathAuthor>> FindAuthorsAsync(IReadOnlyList<DrivePath> paths, CancellationToken cancellation = default);

    /// <summary>
    /// Trees of the state that <see cref="IOrigin.GetHeadAsync"/> last returned, in the order asked for; a directory asked for with what lies below comes
    /// before its content. Throws <c>conflict</c> where the origin has moved on and no longer has a tree; ask for the head again.
    /// </summary>
    IAsyncEnumerable<LocatedTree> ReadTreesAsync(IReadOnlyList<TreeRequest> requests, CancellationToken cancellation = default);

    /// <summary>
    /// Chunk lists of contents of 1 MiB or more, one after the other, in the order asked for. What is no longer there, and what has more than
    /// <see cref="ChunkListBuilder.MaxCount"/> chunks, is unavailable. A list is a claim until <see cref="ChunkListBuilder"/> has believed it.
    /// </summary>
    IAsyncEnumerable<ChunkListPart> ReadChunksAsync(IReadOnlyList<ChunkListRequest> requests, CancellationToken cancellation = default);

    /// <summary>
    /// Contents or parts of them, one after the other, in the order asked for. Read each before the next. A content that is no longer there ends with
    /// <see cref="ContentOutcome.Unavailable"/>; what arrives is not verified here, the receiver does that.
    /// </summary>
    IAsyncEnumerable<ContentStream> FetchAsync(IReadOnlyList<ContentRequest> requests, CancellationToken cancellation = default);

    /// <summary>
    /// Announces a push: the state it starts from, the state it leads to, and the trees in which they differ (those that the
    /// origin cannot know). Returns the contents that the origin lacks. Nothing is changed yet. Throws <c>read_only</c> where
    /// the drive takes no push. The trees may be asked for more than once, where the request has to be repeated.
    /// </summary>
    Task<IReadOnlyList<ContentNeed>> BeginPushAsync(PushIntent intent, IAsyncEnumerable<LocatedTree> trees, CancellationToken cancellation = default);

    /// <summary>
    /// Tells an announced push the chunk lists of contents that it needs, <see cref="ChunkListPart.Index"/> counting in the list that <see cref="BeginPushAsync"/> returned. The
    /// origin takes what it has of them and answers what it lacks, in ranges that begin and end with chunks, or with pieces where these were told. May be repeated: what has arrived since is not asked for again. Of a
    /// content whose list was not told all is to be sent.
    /// </summary>
    Task<IReadOnlyList<ContentRange>> OfferChunksAsync(PushId push, IAsyncEnumerable<ChunkListPart> lists, CancellationToken cancellation = default);

    /// <summary>
    /// Sends contents of an announced push, whole or in the ranges that <see cref="OfferChunksAsync"/> asked for; <see cref="ContentStream.Index"/> counts in the list that
    /// <see cref="BeginPushAsync"/> returned. Each is verified against its hash, a range chunk by chunk. Throws <c>content_mismatch</c> where it does not verify, and where a chunk's pieces turned out not to make it up:
    /// then offer it without. May be called several times, also concurrently, with different contents. No lock is held.
    /// </summary>
    Task StageAsync(PushId push, IAsyncEnumerable<ContentStream> contents, CancellationToken cancellation = default);

    /// <summary>
    /// Lands the push if the origin still stands where the intent says, all or nothing, and durably; else changes nothing and returns
    /// where the origin stands. Commits at one origin queue. Throws <c>halted</c>, and changes nothing, where the push sets off a brake that <see cref="PushIntent.Allowed"/> does not have.
    /// </summary>
    Task<PushResult> CommitPushAsync(PushId push, CancellationToken cancellation = default);

    /// <summary>
    /// Ends an announced push. No error where there is none. What it has staged and verified is kept for a while, for the next push that needs it.
    /// </summary>
    Task AbandonPushAsync(PushId push, CancellationToken cancellation = default);
}
