using OmnyDrive.Drives;
using OmnyDrive.Engine.Files;
using OmnyDrive.Engine.Origins;
using OmnyDrive.Errors;
using OmnyDrive.Origins;
using OmnyDrive.Reconciling;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.Syncing;

/// <summary>Applies a push at an origin: announce, send what it lacks, commit. The origin decides whether it lands.</summary>
internal sealed class OriginSide(IOrigin origin, RootDirectory root)
{
    /// <summary>Pushes; null where the origin has moved meanwhile and nothing was changed.</summary>
    internal async Task<AppliedSync?> ApplyAsync(PreparedSync prepared, IProgress<TransferProgress>? progress, CancellationToken cancellation)
    {
        var changes = prepared.Plan.ToOrigin;
        // The mount's tree but for what is unknown there: that stays as the origin has it.
        var target = TreePatch.Apply(prepared.Origin, changes);
        var id = PushId.New();
        var intent = new PushIntent(id, prepared.Plan.Origin, SyncRef.OfTree(target.Root));
        var needs = await origin.BeginPushAsync(intent, Located(target), cancellation);
        try
        {
            var sources = Sources(changes);
            var meter = new TransferMeter(needs.Count, needs.Sum(need => need.Size), progress);
            var work = needs.Select((need, index) => new Work(index, need, sources.TryGetValue(need.Hash, out var path)
                ? path
                : throw DriveException.Protocol("The origin asks for a content that the push does not have."))).ToList();
            await SendAsync(id, work, meter, cancellation);
            var result = await origin.CommitPushAsync(id, cancellation);
            return result.Landed ? new AppliedSync(Side.Origin, changes, [], meter.Bytes) : null;
        }
        catch
        {
            await AbandonAsync(id);
            throw;
        }
    }

    // The first stream that fails ends the others.
    private async Task SendAsync(PushId id, IReadOnlyList<Work> work, TransferMeter meter, CancellationToken cancellation)
    {
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        await Task.WhenAll(WorkShares.Of(work, item => item.Need.Size).Select(share => SendShareAsync(id, share, meter, linked)));
    }

    private async Task SendShareAsync(PushId id, IReadOnlyList<Work> share, TransferMeter meter, CancellationTokenSource all)
    {
        try
        {
            await origin.StageAsync(id, Read(share, meter), all.Token);
        }
        catch
        {
            await all.CancelAsync();
            throw;
        }
    }

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

    private static async IAsyncEnumerable<LocatedTree> Located(PatchedSnapshot target)
    {
        await Task.CompletedTask;
        // A directory before what it holds: the origin takes only what it has been told of.
        foreach (var (path, tree) in target.Trees.OrderBy(located => located.Key))
            yield return new LocatedTree(path, tree);
    }

    private static Dictionary<ContentHash, DrivePath> Sources(IReadOnlyList<Change> changes) => changes
        .Where(change => change.NeedsContent)
        .DistinctBy(change => change.To!.ContentHash)
        .ToDictionary(change => change.To!.ContentHash, change => change.Path);

    private async IAsyncEnumerable<ContentStream> Read(IReadOnlyList<Work> share, TransferMeter meter)
    {
        await Task.CompletedTask;
        using var own = RootDirectory.OpenAt(root.Top.Path);
        foreach (var item in share)
        {
            using var content = new FileContentStream(own, item.Index, item.Path, item.Need.Size);
            yield return new MeteredContent(content, meter);
            if (content.Outcome == ContentOutcome.Unavailable)
                throw new DriveException(ErrorCode.Failed, $"\"{item.Path}\" changed while it was being sent. Nothing was changed at the origin.", "Run omnydrive sync again.");
            meter.AddFile();
        }
    }

    private readonly record struct Work(int Index, ContentNeed Need, DrivePath Path);
}
