using OmnyDrive.Drives;
using OmnyDrive.Engine.Applying;
using OmnyDrive.Engine.Providers;
using OmnyDrive.Engine.Roots;
using OmnyDrive.Engine.Scanning;
using OmnyDrive.Engine.State;
using OmnyDrive.Engine.Syncing;
using OmnyDrive.Errors;
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
    private static readonly TimeSpan LockPatience = TimeSpan.FromSeconds(30);

    private readonly RootHistory _history = new(work.Root, HistoryRole.Mount);

    /// <inheritdoc/>
    public async Task<RewindResult> UndoAsync(CancellationToken cancellation)
    {
        var scan = await LookAsync(cancellation);
        var last = _history.Last() ?? throw RewindErrors.NothingToUndo();
        var made = last.Generation.Kind switch
        {
            GenerationKind.First => throw RewindErrors.NothingToUndo(),
            GenerationKind.Undo => throw RewindErrors.UndoneAlready(isMount: true),
            _ => Past.ChangesOf(_history, last),
        };
        List<Change> changes = [.. made.Select(recorded => recorded.Change)];
        var known = RecoveredBaseline.Of(BaselineTable.Load(work.Store, work.Row), BaselineTable.LoadPending(work.Store, work.Row), scan.Snapshot);
        var before = last.Generation.Kind == GenerationKind.Restore ? null : Patched(known, Unagreed(changes, known.Snapshot, last.Generation.Parent));
        var next = Next(GenerationKind.Undo, last.Generation.Parent, last.Generation.Ref);
        var (side, taken) = last.Generation.Kind == GenerationKind.Push
            ? (Side.Origin, await TakePushBackAsync(changes, known, before!, next, cancellation))
            : (Side.Local, await TakeBackAsync(scan, (last, made), before, next, cancellation));
        return new RewindResult(last.Generation, last.Generation.Parent, [.. taken.Select(change => new AppliedChange(side, change))]);
    }

    /// <inheritdoc/>
    public async Task<RewindResult> RestoreAsync(string generation, DrivePath below, CancellationToken cancellation)
    {
        var scan = await LookAsync(cancellation);
        var all = _history.NewestFirst();
        var target = GenerationReference.Find([.. all.Select(recorded => recorded.Generation)], generation);
        var past = Past.Since(_history, all, target);
        var changes = past.From(scan.Snapshot, below);
        var after = SyncRef.OfTree(TreePatch.Apply(scan.Snapshot, changes).Root);
        if (changes.Count > 0)
            await Back(connect).ApplyAsync(scan, changes, past, Next(GenerationKind.Restore, after, scan.Snapshot.Ref), cancellation);
        return new RewindResult(target, after, [.. changes.Select(change => new AppliedChange(Side.Local, change))]);
    }

    // What both sides had agreed on before. That is not what a path held before where somebody had decided about a conflict there. Where it is not known any more, nothing was: then it is a conflict again.
    private List<Change> Unagreed(IReadOnlyList<Change> made, Snapshot now, SyncRef parent)
    {
        var before = BaselineTable.Load(work.Store, work.Row with { Baseline = parent });
        return [.. made.Select(change => new Change(change.Path, now.Find(change.Path), Find(before, change.Path))).Where(change => !Entry.SameHere(change.From, change.To))];
    }

    private static Entry? Find(Snapshot before, DrivePath path)
    {
        try
        {
            return before.Find(path);
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    // Should it be broken off, what was taken back by then has agreed with the baseline that it was to have.
    private async Task<IReadOnlyList<Change>> TakeBackAsync(
        ScanResult scan, (RecordedGeneration Last, IReadOnlyList<RecordedChange> Made) what, AdvancedBaseline? before, NextGeneration next, CancellationToken cancellation)
    {
        var plan = UndoPlan.Of([.. what.Made.Select(recorded => recorded.Change)], scan.Snapshot);
        if (plan.Touched.Count > 0)
            throw RewindErrors.Touched(plan.Touched);
        if (before is not null)
            BaselineTable.SavePending(work.Store, work.Row.Id, before, work.Row.Seen);
        try
        {
            await Back(null).ApplyAsync(scan, plan.Changes, Past.Of(what.Last, what.Made), next, cancellation);
        }
        catch when (before is not null && !ApplyLock.IsBrokenOff(work.Root) && _history.Last()?.Generation == what.Last.Generation)
        {
            // It did not come about.
            BaselineTable.ClearPending(work.Store, work.Row.Id);
            throw;
        }
        if (before is not null)
            Save(before);
        return plan.Changes;
    }

    // The baseline goes first: should nobody hear how it ended, the mount's files are changes that have not gone yet, or have agreed with the origin again.
    private async Task<IReadOnlyList<Change>> TakePushBackAsync(IReadOnlyList<Change> made, RecoveredBaseline known, AdvancedBaseline before, NextGeneration next, CancellationToken cancellation)
    {
        IReadOnlyList<Change> taken;
        try
        {
            taken = await new UndonePush(work, scanner, connect).TakeBackAsync(made, known.Snapshot, () => Save(before), cancellation);
        }
        catch (DriveException e) when (PushRecord.Refuses(e))
        {
            // The push stands, and so does what was agreed on.
            Save(new AdvancedBaseline(known.Snapshot.Root, known.NewTrees));
            throw;
        }
        using var generation = RootHistory.Begin(work.Root, next, [.. taken.Select(change => new RecordedChange(change))]);
        generation.Accept();
        return taken;
    }

    // What was broken off is ended first, so that the newest generation is what came about last.
    private async Task<ScanResult> LookAsync(CancellationToken cancellation)
    {
        using (await ApplyLock.WaitAsync(work.Root, LockPatience, work.Time, cancellation))
        {
        }
        return await Task.Run(() => scanner.Scan(work.Root, cancellation), cancellation);
    }

    private TurningBack Back(Func<CancellationToken, Task<IOrigin>>? from) => new(work.Root, scanner, work.Time) { Connect = from };

    private NextGeneration Next(GenerationKind kind, SyncRef now, SyncRef before) => new(HistoryRole.Mount, kind, now, before, work.Time.GetUtcNow()) { Author = work.Self };

    private void Save(AdvancedBaseline baseline)
    {
        AgreedRefs.Write(work.Root, work.Row.Baseline, SyncRef.OfTree(baseline.Root));
        BaselineTable.Save(work.Store, work.Row.Id, baseline, work.Row.Seen, work.Time.GetUtcNow());
    }

    private static AdvancedBaseline Patched(RecoveredBaseline from, IReadOnlyList<Change> changes)
    {
        var patched = TreePatch.Apply(from.Snapshot, changes);
        return new AdvancedBaseline(patched.Root, [.. from.NewTrees, .. patched.Trees.OrderByDescending(tree => tree.Key).Select(tree => tree.Value)]);
    }
}
