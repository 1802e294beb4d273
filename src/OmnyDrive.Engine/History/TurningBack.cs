using OmnyDrive.Engine.Applying;
using OmnyDrive.Engine.Files;
using OmnyDrive.Engine.Scanning;
using OmnyDrive.Engine.Syncing;
using OmnyDrive.Engine.Transfer;
using OmnyDrive.History;
using OmnyDrive.Origins;
using OmnyDrive.Reconciling;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.History;

/// <summary>
/// Makes changes below a root whose contents are older: they come from the trash, from other files, or from an origin. All or nothing, and what they displace is kept like what a sync displaces.
/// </summary>
internal sealed class TurningBack(RootDirectory root, RootScanner scanner, TimeProvider time)
{
    private static readonly TimeSpan LockPatience = TimeSpan.FromSeconds(30);

    /// <summary>Asked for an origin where contents are not on this machine; null where there is none to ask.</summary>
    internal Func<CancellationToken, Task<ITreeOrigin>>? Connect { get; init; }

    /// <summary>Called when the root's lock is held: throws where the plan is not to be made any more.</summary>
    internal Action? RequireLocked { get; init; }

    /// <param name="scan">What the root holds.</param>
    /// <param name="changes">What to make.</param>
    /// <param name="past">Where contents lie, and which modes paths had.</param>
    /// <param name="next">The generation that it makes.</param>
    /// <param name="cancellation">Ends it before it stands.</param>
    internal async Task ApplyAsync(ScanResult scan, IReadOnlyList<Change> changes, Past past, NextGeneration next, CancellationToken cancellation)
    {
        changes = [.. changes.Select(WithTime)];
        var name = $"{(next.Kind == GenerationKind.Undo ? "undo" : "restore")}-{Guid.NewGuid():N}";
        // What comes back gets the modes that it had, path by path; so no directory is moved whole.
        var planned = PlannedChanges.Of(changes, _ => false, _ => false);
        var staged = ContentNeeds.Staged(planned);
        using var staging = StagingArea.Create(root, name, time);
        await StageAsync(new ContentIntake(root.Top.Path, staging, scan.Index, new ContentBases(changes), scanner.LargeFiles), staged, past.PlacesIn(root), cancellation);
        staging.SetUses(staged);
        staging.Flush();
        using var held = await ApplyLock.WaitAsync(root, LockPatience, time, cancellation);
        RequireLocked?.Invoke();
        using var trash = new TrashArea(root, name);
        var outcome = new TreeApplier(root, scan, staging, trash, past.Modes).ApplyAll(planned, next, cancellation);
        trash.WriteDown(outcome.Displacing);
        staging.Complete();
        await Settling.WaitAsync(outcome, time, CancellationToken.None);
        scanner.Remember(root, scan, outcome);
    }

    // A baseline does not know from when its files are. What comes back then is from now.
    private Change WithTime(Change change) =>
        change.To is { IsFile: true, ModifiedNanoseconds: 0 } to ? change with { To = to.WithModified((time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * 100) } : change;

    private async Task StageAsync(ContentIntake intake, IReadOnlyList<Change> staged, IReadOnlyDictionary<ContentHash, DrivePath> places, CancellationToken cancellation)
    {
        var requests = ContentNeeds.Located(staged);
        await Task.Run(() => intake.TakeFrom(places, [.. requests.Select(ContentFetcher.NeedOf)], cancellation), cancellation);
        var lacking = await Task.Run(() => intake.TakeLocal(requests, ContentFetcher.NeedOf, cancellation), cancellation);
        if (lacking.Count > 0 && Connect is not null)
            lacking = await FetchAsync(intake, lacking, cancellation);
        if (lacking.Count > 0)
            throw RewindErrors.Gone(staged, lacking.Select(request => request.Hash).ToHashSet());
    }

    private async Task<IReadOnlyList<ContentRequest>> FetchAsync(ContentIntake intake, IReadOnlyList<ContentRequest> lacking, CancellationToken cancellation)
    {
        await using var origin = await Connect!(cancellation);
        // An origin serves what it was asked about.
        await origin.GetHeadAsync(cancellation);
        var meter = new TransferMeter(lacking.Count, lacking.Sum(request => request.Size), null);
        var missing = await new ContentFetcher(origin, intake, meter).FetchAsync(lacking, cancellation);
        return [.. lacking.Where(request => missing.ContainsKey(request.Hash))];
    }
}
