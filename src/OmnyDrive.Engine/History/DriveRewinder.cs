using OmnyDrive.Drives;
using OmnyDrive.Engine.Applying;
using OmnyDrive.Engine.Files;
using OmnyDrive.Engine.Origins;
using OmnyDrive.Engine.Roots;
using OmnyDrive.Engine.Scanning;
using OmnyDrive.Errors;
using OmnyDrive.History;
using OmnyDrive.Reconciling;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.History;

/// <summary>Leads a published directory back, in the directory itself: its mounts see a change like any other.</summary>
internal sealed class DriveRewinder(PublishedRoot published, RootScanner scanner, TimeProvider time) : IRewinder
{
    private static readonly TimeSpan LockPatience = TimeSpan.FromSeconds(30);

    private readonly OriginHistory _recorder = new(published, time);

    /// <inheritdoc/>
    public async Task<RewindResult> UndoAsync(CancellationToken cancellation)
    {
        using var root = Open();
        var (scan, newestFirst) = await LookAsync(root, cancellation);
        var last = newestFirst[0];
        if (last.Generation.Kind == GenerationKind.Undo)
            throw RewindErrors.UndoneAlready(isMount: false);
        if (last.Generation.Kind is GenerationKind.First)
            throw RewindErrors.NothingToUndo();
        if (last.Generation.Kind == GenerationKind.Edit)
            throw RewindErrors.NotOurs();
        var made = Past.ChangesOf(new RootHistory(root, HistoryRole.Drive), last);
        var plan = UndoPlan.Of([.. made.Select(recorded => recorded.Change)], scan.Snapshot);
        if (plan.Touched.Count > 0)
            throw RewindErrors.Touched(plan.Touched);
        return await BackAsync(root, scan, plan.Changes, Past.Of(last, made), (GenerationKind.Undo, last.Generation, last.Generation), cancellation);
    }

    /// <inheritdoc/>
    public async Task<RewindResult> RestoreAsync(string generation, DrivePath below, CancellationToken cancellation)
    {
        using var root = Open();
        var (scan, newestFirst) = await LookAsync(root, cancellation);
        var target = GenerationReference.Find([.. newestFirst.Select(recorded => recorded.Generation)], generation);
        var past = Past.Since(new RootHistory(root, HistoryRole.Drive), newestFirst, target);
        return await BackAsync(root, scan, past.From(scan.Snapshot, below), past, (GenerationKind.Restore, target, newestFirst[0].Generation), cancellation);
    }

    private RootDirectory Open() => RootGuard.OpenDrive(published.Path, published.Drive, published.Identity);

    // What its owner changed becomes a generation first, so that the newest is what was seen.
    private async Task<(ScanResult Scan, IReadOnlyList<RecordedGeneration> NewestFirst)> LookAsync(RootDirectory root, CancellationToken cancellation)
    {
        if (published.Identity.Epoch is null)
            throw new DriveException(ErrorCode.NotSupported, $"\"{published.Path}\" cannot be written, so no history of it is kept.", "See: omnydrive drives");
        using var held = await ApplyLock.WaitAsync(root, LockPatience, time, cancellation);
        var scan = await Task.Run(() => scanner.Scan(root, cancellation), cancellation);
        RootGuard.RequireDrive(root, published.Drive, published.Identity);
        _recorder.NoticeLocked(root, scan, []);
        return (scan, new RootHistory(root, HistoryRole.Drive).NewestFirst());
    }

    private async Task<RewindResult> BackAsync(
        RootDirectory root, ScanResult scan, IReadOnlyList<Change> changes, Past past, (GenerationKind Kind, Generation Of, Generation Newest) what, CancellationToken cancellation)
    {
        var after = SyncRef.OfTree(TreePatch.Apply(scan.Snapshot, changes).Root);
        if (changes.Count > 0)
        {
            var back = new TurningBack(root, scanner, time) { RequireLocked = () => RequireNewest(root, what.Newest) };
            await back.ApplyAsync(scan, changes, past, _recorder.Next(what.Kind, after, scan.Snapshot.Ref) with { Author = published.Drive.Endpoint }, cancellation);
        }
        return new RewindResult(what.Of, after, [.. changes.Select(change => new AppliedChange(Side.Origin, change))]);
    }

    private void RequireNewest(RootDirectory root, Generation newest)
    {
        RootGuard.RequireDrive(root, published.Drive, published.Identity);
        if (new RootHistory(root, HistoryRole.Drive).Last()?.Generation != newest)
            throw new DriveException(ErrorCode.Conflict, $"{published.Drive} moved on meanwhile. Nothing was changed.", "Run the command again.");
    }
}
