using System.Runtime.CompilerServices;
using OmnyDrive.Client.Retrying;
using OmnyDrive.Drives;
using OmnyDrive.Engine.Applying;
using OmnyDrive.Engine.Files;
using OmnyDrive.Engine.History;
using OmnyDrive.Engine.Origins;
using OmnyDrive.Engine.Scanning;
using OmnyDrive.Engine.Transfer;
using OmnyDrive.Errors;
using OmnyDrive.Origins;
using OmnyDrive.Reconciling;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.Syncing;

/// <summary>Applies a push at an origin: announce, send what it lacks, commit. The origin decides whether it lands.</summary>
internal sealed class OriginSide(ITreeOrigin origin, RootDirectory root, LargeFileHasher large)
{
    // What arrives wrong so often is not damaged by chance.
    private const int MostStrikes = 3;

    private readonly Dictionary<ContentHash, long> _lacking = [];

    /// <summary>Whose push it is, for an origin in this process; one behind a server goes by the ticket.</summary>
    internal EndpointId? Author { get; init; }

    /// <summary>Whether it may land although the origin moved, if what it touches did not.</summary>
    internal bool TouchedOnly { get; init; }

    /// <summary>Begins the record of a push to a state.</summary>
    internal required Func<SyncRef, IReadOnlyList<Change>, BegunGeneration> Record { get; init; }

    /// <summary>Pushes; null where the origin has moved meanwhile and nothing was changed.</summary>
    internal async Task<AppliedSync?> ApplyAsync(PreparedSync prepared, SyncOptions options, CancellationToken cancellation)
    {
        var changes = prepared.Plan.ToOrigin;
        // The mount's tree but for what is unknown there: that stays as the origin has it.
        var patching = Task.Run(() => TreePatch.Apply(prepared.Origin, changes), cancellation);
        var contents = ContentNeeds.Located(changes);
        var sources = contents.ToDictionary(content => content.Hash, content => content.Path);
        var target = await patching;
        var id = PushId.New();
        var intent = new PushIntent(id, prepared.Plan.Origin, SyncRef.OfTree(target.Root)) { Allowed = options.Allowed, Author = Author, TouchedOnly = TouchedOnly };
        var meter = new TransferMeter(contents.Count, contents.Sum(content => content.Size), options.Progress);
        await using var record = new PushRecord(() => Record(intent.Target, changes));
        // What will be agreed on if it lands, and what is told then, is worked out while the origin works: one after the other, or on two cores nobody would be left to send.
        var advancing = record.Begun.ContinueWith(
            _ => prepared.Advance(changes.ToDictionary(change => change.Path, change => change.To)), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        try
        {
            var moved = advancing.ContinueWith(_ => MovedFiles.Of(changes), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            await TransientRetry.Of(origin).RunAsync((attempt, ended) => BeginAndSendAsync(intent, target, sources, meter, attempt, ended), cancellation);
            await record.RequireAsync();
            var result = await CommitAsync(id, record, cancellation);
            return result.Landed ? new AppliedSync(Side.Origin, changes, [], meter.Bytes, meter.Reused, await advancing) { Generation = result.Generation, Moved = moved } : null;
        }
        catch
        {
            await AbandonAsync(id);
            throw;
        }
        finally
        {
            // It reads the state, which nobody may close or change meanwhile.
            await Task.WhenAny(advancing);
        }
    }

    private async Task<PushResult> CommitAsync(PushId id, PushRecord record, CancellationToken cancellation)
    {
        try
        {
            var result = await origin.CommitPushAsync(id, cancellation);
            record.End(result.Landed);
            return result;
        }
        catch (Exception e)
        {
            record.Failed(e);
            throw;
        }
    }

    // Begun again with its id, a push goes on with what has arrived: only the origin knows what that is.
    private async Task BeginAndSendAsync(PushIntent intent, PatchedSnapshot target, Dictionary<ContentHash, DrivePath> sources, TransferMeter meter, TransferAttempt attempt, CancellationToken cancellation)
    {
        for (var strike = 1; ; strike++)
        {
            var needs = await origin.BeginPushAsync(intent, PushedTrees.Of(target), cancellation);
            NoteProgress(attempt, default, needs.Count);
            var work = needs.Select((need, index) => new Work(index, need, sources.TryGetValue(need.Hash, out var path)
                ? path
                : throw DriveException.Protocol("The origin asks for a content that the push does not have."))).ToList();
            meter.SkipTo(meter.TotalBytes - needs.Sum(need => need.Size));
            try
            {
                // Pieces that did not make up their chunk would not the next time.
                await SendAsync(intent.Id, work, new Offer(meter, attempt, InPieces: strike == 1), cancellation);
                return;
            }
            catch (DriveException e) when (e.Code == ErrorCode.ContentMismatch && strike < MostStrikes)
            {
                // It may have been damaged on its way.
            }
        }
    }

    // Begins and offers are compared with those of the same place before: fewer contents, or fewer bytes of a batch.
    private void NoteProgress(TransferAttempt attempt, ContentHash batch, long lacking)
    {
        if (_lacking.TryGetValue(batch, out var before) && lacking < before)
            attempt.Progress();
        _lacking[batch] = lacking;
    }

    private async Task SendAsync(PushId id, List<Work> work, Offer offer, CancellationToken cancellation)
    {
        var meter = offer.Meter;
        await SendPiecesAsync(id, [.. work.Where(item => !ContentHash.IsChunked(item.Need.Size)).Select(Whole)], meter, cancellation);
        foreach (var batch in LargeBatches.Of(work.Where(item => ContentHash.IsChunked(item.Need.Size)), item => item.Need.Size))
        {
            var listed = new HashSet<int>();
            var ranges = await origin.OfferChunksAsync(id, ListsOf(batch, listed, offer.InPieces, cancellation), cancellation);
            var byIndex = batch.ToDictionary(item => item.Index);
            var pieces = ranges.Select(range => PieceOf(range, byIndex)).ToList();
            NoteProgress(offer.Attempt, batch[0].Need.Hash, pieces.Sum(piece => piece.Length));
            meter.Skip(batch.Where(item => listed.Contains(item.Index)).Sum(item => item.Need.Size) - pieces.Sum(piece => piece.Length));
            await SendPiecesAsync(id, [.. batch.Where(item => !listed.Contains(item.Index)).Select(Whole), .. pieces], meter, cancellation);
        }
    }

    private static Piece Whole(Work item) => new(item, 0, item.Need.Size);

    private static Piece PieceOf(ContentRange range, Dictionary<int, Work> offered) =>
        offered.TryGetValue(range.Need, out var item) && range.Length > 0 && range.Offset <= item.Need.Size - range.Length
            ? new Piece(item, range.Offset, range.Length)
            : throw DriveException.Protocol("The origin asks for a part of a content that it was not offered.");

    private async IAsyncEnumerable<ChunkListPart> ListsOf(IReadOnlyList<Work> batch, HashSet<int> listed, bool inPieces, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await Task.CompletedTask;
        using var own = RootDirectory.OpenAt(root.Top.Path);
        var served = new ServedChunks(own, large, inPieces);
        foreach (var item in batch)
        {
            foreach (var part in served.Of(item.Index, new ChunkListRequest(item.Path, item.Need.Hash, item.Need.Size, item.Need.Base), cancellation))
            {
                if (part.Outcome == ContentOutcome.Complete)
                    listed.Add(item.Index);
                yield return part;
            }
        }
    }

    private Task SendPiecesAsync(PushId id, IReadOnlyList<Piece> pieces, TransferMeter meter, CancellationToken cancellation) =>
        WorkShares.RunAsync(pieces, piece => piece.Length, (share, ended) => origin.StageAsync(id, Read(share, meter), ended), cancellation);

    private async Task AbandonAsync(PushId id)
    {
        try
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(5));
            await origin.AbandonPushAsync(id, patience.Token);
        }
        catch (Exception e) when (e is DriveException or OperationCanceledException)
        {
            // What went wrong before is what the user must hear of; the origin drops the push by itself after a while.
        }
    }

    private async IAsyncEnumerable<ContentStream> Read(IReadOnlyList<Piece> share, TransferMeter meter)
    {
        await Task.CompletedTask;
        using var own = RootDirectory.OpenAt(root.Top.Path);
        foreach (var (item, offset, length) in share)
        {
            using var content = new FileContentStream(own, item.Index, item.Path, item.Need.Size, offset, length);
            yield return new MeteredContent(content, meter);
            if (content.Outcome == ContentOutcome.Unavailable)
                throw new DriveException(ErrorCode.Failed, $"\"{item.Path}\" changed while it was being sent. Nothing was changed at the origin.", "Run omnydrive sync again.");
            if (offset + length == item.Need.Size)
                meter.AddFile();
        }
    }

    private readonly record struct Offer(TransferMeter Meter, TransferAttempt Attempt, bool InPieces);

    private readonly record struct Work(int Index, ContentNeed Need, DrivePath Path);

    private readonly record struct Piece(Work Item, long Offset, long Length);
}
