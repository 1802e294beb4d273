using OmnyDrive.Engine.Applying;
using OmnyDrive.Engine.Conflicts;
using OmnyDrive.Engine.Files;
using OmnyDrive.Engine.History;
using OmnyDrive.Engine.Scanning;
using OmnyDrive.Engine.Transfer;
using OmnyDrive.History;
using OmnyDrive.Origins;
using OmnyDrive.Reconciling;

namespace OmnyDrive.Engine.Syncing;

/// <summary>Applies a pull to a mount: fetch and verify what is needed, then make each change whose path is still as it was planned with.</summary>
internal sealed class MountSide(RootDirectory root, RootScanner scanner, RetentionPolicy retention, TimeProvider time)
{
    private static readonly TimeSpan LockPatience = TimeSpan.FromSeconds(30);

    /// <param name="prepared">What to apply.</param>
    /// <param name="origin">Where contents come from.</param>
    /// <param name="beforeFirst">Called before the first path is touched; tells what generation the pull makes, null for a part of one.</param>
    /// <param name="progress">Told of the progress.</param>
    /// <param name="cancellation">Ends the fetching; once paths are touched, all are.</param>
    internal async Task<AppliedSync> ApplyAsync(PreparedSync prepared, ITreeOrigin origin, Func<NextGeneration?> beforeFirst, IProgress<TransferProgress>? progress, CancellationToken cancellation)
    {
        var (changes, local) = (prepared.Plan.ToLocal, prepared.Local);
        var name = $"pull-{Guid.NewGuid():N}";
        var planned = PlannedChanges.Of(changes, _ => false, new MovableDirectories(root, local.Index).Contains);
        var staged = ContentNeeds.Staged(planned);
        var requests = ContentNeeds.Located(staged);
        using var staging = StagingArea.Create(root, name, time);
        staging.Expect(root, planned);
        var meter = new TransferMeter(requests.Count, requests.Sum(request => request.Size), progress);
        var intake = new ContentIntake(root.Top.Path, staging, local.Index, new ContentBases(changes), scanner.LargeFiles);
        await Task.Run(() => intake.TakeFrom(new VersionStore(root).PlacesOf(requests.Select(ContentFetcher.NeedOf)), [.. requests.Select(ContentFetcher.NeedOf)], cancellation), cancellation);
        var missing = await new ContentFetcher(origin, intake, meter).FetchAsync(requests, cancellation);
        var lacking = staged.Where(change => missing.ContainsKey(change.To!.ContentHash)).ToHashSet();
        var problems = lacking.Select(change => new Problem(change.Path.ToString(), missing[change.To!.ContentHash]));

        staging.SetUses([.. staged.Where(change => !lacking.Contains(change))]);
        staging.Flush();
        using var held = await ApplyLock.WaitAsync(root, LockPatience, time, cancellation);
        var next = beforeFirst();
        using var trash = new TrashArea(root, name);
        var applier = new TreeApplier(root, local, staging, trash);
        planned = planned.Without(lacking);
        // The first is a clone: nobody goes back to before it.
        var outcome = next is null ? applier.ApplyEach(planned) : applier.ApplyEach(planned, next, isByPath: next.Kind != GenerationKind.First);
        trash.WriteDown(outcome.Displacing);
        staging.Complete();
        await Settling.WaitAsync(outcome, time, CancellationToken.None);
        var after = scanner.Remember(root, local, outcome);
        new TrashRetention(root, HistoryRole.Mount, retention, time).Expire(scanner.Remembered.Bytes);
        return new AppliedSync(Side.Local, outcome.Applied, [.. problems, .. outcome.Problems], meter.Bytes, meter.Reused) { Local = after };
    }
}
