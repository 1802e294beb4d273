using OmnyDrive.Drives;
using OmnyDrive.Engine.Applying;
using OmnyDrive.Engine.Providers;
using OmnyDrive.Engine.Scanning;
using OmnyDrive.Engine.State;
using OmnyDrive.History;
using OmnyDrive.Origins;
using OmnyDrive.Reconciling;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.History;

/// <summary>
/// Leads a mount back. A pull is taken back in the mount: its files and its baseline are what they were, and the origin's change is one that has not come yet. A push is taken back at the origin, by another push:
/// the mount keeps its files, and they are changes that have not gone yet.
/// </summary>
internal sealed class MountRewinder(MountWork work, RootScanner scanner, Func<CancellationToken, Task<IOrigin>> connect) : IRewinder
{
    private readonly RootHistory _history = new(work.Root, HistoryRole.Mount);

    /// <inheritdoc/>
    public async Task<RewindResult> UndoAsync(CancellationToken cancellation)
    {
        var last = _history.Last() ?? throw RewindErrors.NothingToUndo();
        var made = last.Generation.Kind switch
        {
            GenerationKind.First => throw RewindErrors.NothingToUndo(),
            GenerationKind.Undo => throw RewindErrors.UndoneAlready(),
            _ => Past.ChangesOf(_history, last),
        };
        var baseline = BaselineTable.Load(work.Store, work.Row);
        List<Change> changes = [.. made.Select(recorded => recorded.Change)];
        var before = last.Generation.Kind == GenerationKind.Restore ? null : Patched(baseline, UndoPlan.Of(changes, baseline).Changes);
        var taken = last.Generation.Kind == GenerationKind.Push
            ? await new UndonePush(work, scanner, connect).TakeBackAsync(changes, baseline, cancellation)
            : await TakeBackAsync(Past.Of(last, made), changes, before, Next(GenerationKind.Undo, last.Generation.Parent, last.Generation.Ref), cancellation);
        if (before is not null)
            BaselineTable.Save(work.Store, work.Row.Id, before, work.Time.GetUtcNow());
        if (last.Generation.Kind == GenerationKind.Push)
            await RecordAsync(Next(GenerationKind.Undo, last.Generation.Parent, last.Generation.Ref), taken);
        return new RewindResult(last.Generation, last.Generation.Parent, [.. taken.Select(change => new AppliedChange(last.Generation.Kind == GenerationKind.Push ? Side.Origin : Side.Local, change))]);
    }

    /// <inheritdoc/>
    public async Task<RewindResult> RestoreAsync(string generation, DrivePath below, CancellationToken cancellation)
    {
        var all = _history.NewestFirst();
        var target = GenerationReference.Find([.. all.Select(recorded => recorded.Generation)], generation);
        var past = Past.Since(_history, all, target);
        var scan = Scan(cancellation);
        var changes = past.From(scan.Snapshot, below);
        var after = SyncRef.OfTree(TreePatch.Apply(scan.Snapshot, changes).Root);
        if (changes.Count > 0)
            await Back(connect).ApplyAsync(scan, changes, past, Next(GenerationKind.Restore, after, scan.Snapshot.Ref), cancellation);
        return new RewindResult(target, after, [.. changes.Select(change => new AppliedChange(Side.Local, change))]);
    }

    // Should it be broken off, what was taken back by then has agreed with the baseline that it was to have.
    private async Task<IReadOnlyList<Change>> TakeBackAsync(Past past, IReadOnlyList<Change> made, AdvancedBaseline? before, NextGeneration next, CancellationToken cancellation)
    {
        var scan = Scan(cancellation);
        var plan = UndoPlan.Of(made, scan.Snapshot);
        if (plan.Touched.Count > 0)
            throw RewindErrors.Touched(plan.Touched);
        if (before is not null)
            BaselineTable.SavePending(work.Store, work.Row.Id, before);
        try
        {
            await Back(null).ApplyAsync(scan, plan.Changes, past, next, cancellation);
            return plan.Changes;
        }
        catch when (before is not null && !ApplyLock.IsBrokenOff(work.Root))
        {
            BaselineTable.ClearPending(work.Store, work.Row.Id);
            throw;
        }
    }

    private ScanResult Scan(CancellationToken cancellation)
    {
        ApplyLock.EndBrokenOff(work.Root);
        return scanner.Scan(work.Root, cancellation);
    }

    private TurningBack Back(Func<CancellationToken, Task<IOrigin>>? from) => new(work.Root, scanner, work.Time) { Connect = from };

    private NextGeneration Next(GenerationKind kind, SyncRef now, SyncRef before) => new(HistoryRole.Mount, kind, now, before, work.Time.GetUtcNow()) { Author = work.Self };

    // It has been taken back whether or not that can be written down here.
    private async Task RecordAsync(NextGeneration next, IReadOnlyList<Change> changes)
    {
        using var held = await ApplyLock.WaitAsync(work.Root, TimeSpan.FromSeconds(30), work.Time, CancellationToken.None);
        using var generation = RootHistory.Begin(work.Root, next, [.. changes.Select(change => new RecordedChange(change))]);
        generation.Accept();
    }

    private static AdvancedBaseline Patched(Snapshot from, IReadOnlyList<Change> changes)
    {
        var patched = TreePatch.Apply(from, changes);
        return new AdvancedBaseline(patched.Root, [.. patched.Trees.OrderByDescending(tree => tree.Key).Select(tree => tree.Value)]);
    }
}
