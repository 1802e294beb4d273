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
internal sealed class MountRewinder(MountWork work, RootScanner scanner, Func<CancellationToken, Task<ITreeOrigin>> connect) : IRewinder
{
    private static readonly TimeSpan LockPatience = TimeSpan.FromSeconds(30);

    private readonly RootHistory _history = new(work.Root, HistoryRole.Mount);

    // With the baseline as it stands.
    private MountRow _row = work.Row;

    /// <inheritdoc/>
    public async Task<RewindResult> UndoAsync(CancellationToken cancellation)
    {
        var scan = await LookAsync(cancellation);
        var parts = PartsOfLast();
        var (last, parent) = (parts[0].Recorded.Generation, parts[^1].Recorded.Generation.Parent);
        var taken = new List<AppliedChange>();
        var here = Taken.Of(parts.Where(part => part.Recorded.Generation.Kind != GenerationKind.Push));
        var there = Taken.Of(parts.Where(part => part.Recorded.Generation.Kind == GenerationKind.Push));
        RequireUntouched(here, scan);
        // The origin first: it is the one that may refuse.
        if (there is not null)
            taken.AddRange((await TakePushBackAsync(there.Changes, Known(scan), parent, Next(GenerationKind.Undo, parent, last.Ref), cancellation)).Select(change => new AppliedChange(Side.Origin, change)));
        if (here is not null)
            taken.AddRange((await TakeBackAsync(scan, here, last.Kind == GenerationKind.Restore ? null : parent, Next(GenerationKind.Undo, parent, last.Ref), cancellation)).Select(change => new AppliedChange(Side.Local, change)));
        return new RewindResult(last, parent, taken);
    }

    // A sync in both directions, or in several rounds, made several generations, the newest first.
    private List<(RecordedGeneration Recorded, IReadOnlyList<RecordedChange> Changes)> PartsOfLast()
    {
        var newest = _history.NewestFirst(RootHistory.LongestLook);
        var last = newest.Count > 0 ? newest[0] : throw RewindErrors.NothingToUndo();
        switch (last.Generation.Kind)
        {
            case GenerationKind.First:
                throw RewindErrors.NothingToUndo();
            case GenerationKind.Undo:
                throw RewindErrors.UndoneAlready(isMount: true);
        }
        var parts = last.Epoch.Length == 0 ? [last] : newest.TakeWhile(recorded => recorded.Epoch == last.Epoch);
        return [.. parts.Select(recorded => (recorded, Past.ChangesOf(_history, recorded)))];
    }

    // Of several generations on one side, what they changed altogether.
    private sealed record Taken(IReadOnlyList<Change> Changes, Past Past)
    {
        internal static Taken? Of(IEnumerable<(RecordedGeneration Recorded, IReadOnlyList<RecordedChange> Changes)> newestFirst)
        {
            var parts = newestFirst.ToList();
            var changes = new Dictionary<DrivePath, Change>();
            foreach (var change in parts.SelectMany(part => part.Changes).Select(recorded => recorded.Change))
                changes[change.Path] = changes.TryGetValue(change.Path, out var later) ? later with { From = change.From } : change;
            return parts.Count == 0 ? null : new Taken([.. changes.Values.OrderBy(change => change.Path)], Past.Of(parts));
        }
    }

    private static void RequireUntouched(Taken? made, ScanResult scan)
    {
        if (made is not null && UndoPlan.Of(made.Changes, scan.Snapshot).Touched is { Count: > 0 } touched)
            throw RewindErrors.Touched(touched);
    }

    private RecoveredBaseline Known(ScanResult scan) => RecoveredBaseline.Of(BaselineTable.Load(work.Store, _row), BaselineTable.LoadPending(work.Store, _row), scan.Snapshot);

    /// <inheritdoc/>
    public async Task<RewindResult> RestoreAsync(string generation, DrivePath below, CancellationToken cancellation)
    {
        var scan = await LookAsync(cancellation);
        var all = _history.NewestFirst();
        var target = GenerationReference.Find([.. all.Select(recorded => recorded.Generation)], generation);
        var past = Past.OfMountSince(_history, all, target, ChangedSince(scan));
        var changes = past.From(scan.Snapshot, below);
        var after = SyncRef.OfTree(TreePatch.Apply(scan.Snapshot, changes).Root);
        if (changes.Count > 0)
            await Back(connect).ApplyAsync(scan, changes, past, Next(GenerationKind.Restore, after, scan.Snapshot.Ref), cancellation);
        return new RewindResult(target, after, [.. changes.Select(change => new AppliedChange(Side.Local, change))]);
    }

    // How the mount is another than what both sides agreed on last.
    private List<Change> ChangedSince(ScanResult scan) =>
        [.. TreeDiff.Compare(Known(scan).Snapshot, scan.Snapshot).Where(change => change.To is not { Kind: EntryKind.Unknown } && !scan.Rules.IsFiltered(change.Path, change is { From.IsDirectory: true } or { To.IsDirectory: true }))];

    // What both sides had agreed on before. That is not what a path held before where somebody had decided about a conflict there. Where it is not known any more, nothing was: then it is a conflict again.
    private List<Change> Unagreed(IReadOnlyList<Change> made, Snapshot now, SyncRef parent)
    {
        var before = BaselineTable.Load(work.Store, _row with { Baseline = parent });
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
    private async Task<IReadOnlyList<Change>> TakeBackAsync(ScanResult scan, Taken made, SyncRef? parent, NextGeneration next, CancellationToken cancellation)
    {
        var known = Known(scan);
        var before = parent is null ? null : Patched(known, Unagreed(made.Changes, known.Snapshot, parent.Value));
        var (plan, newest) = (UndoPlan.Of(made.Changes, scan.Snapshot), _history.Last()?.Generation);
        if (before is not null)
            BaselineTable.SavePending(work.Store, _row.Id, before, _row.Seen);
        try
        {
            await Back(null).ApplyAsync(scan, plan.Changes, made.Past, next, cancellation);
        }
        catch when (before is not null && !ApplyLock.IsBrokenOff(work.Root) && _history.Last()?.Generation == newest)
        {
            // It did not come about.
            BaselineTable.ClearPending(work.Store, _row.Id);
            throw;
        }
        if (before is not null)
            Save(before);
        return plan.Changes;
    }

    // The baseline goes first: should nobody hear how it ended, the mount's files are changes that have not gone yet, or have agreed with the origin again.
    private async Task<IReadOnlyList<Change>> TakePushBackAsync(IReadOnlyList<Change> made, RecoveredBaseline known, SyncRef parent, NextGeneration next, CancellationToken cancellation)
    {
        var before = Patched(known, Unagreed(made, known.Snapshot, parent));
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

    private TurningBack Back(Func<CancellationToken, Task<ITreeOrigin>>? from) => new(work.Root, scanner, work.Time) { Connect = from };

    private NextGeneration Next(GenerationKind kind, SyncRef now, SyncRef before) => new(HistoryRole.Mount, kind, now, before, work.Time.GetUtcNow()) { Author = work.Self };

    private void Save(AdvancedBaseline baseline)
    {
        AgreedRefs.Write(work.Root, _row.Baseline, SyncRef.OfTree(baseline.Root));
        BaselineTable.Save(work.Store, _row.Id, baseline, _row.Seen, work.Time.GetUtcNow());
        _row = _row with { Baseline = SyncRef.OfTree(baseline.Root), Pending = null };
    }

    private static AdvancedBaseline Patched(RecoveredBaseline from, IReadOnlyList<Change> changes)
    {
        var patched = TreePatch.Apply(from.Snapshot, changes);
        return new AdvancedBaseline(patched.Root, [.. from.NewTrees, .. patched.Trees.OrderByDescending(tree => tree.Key).Select(tree => tree.Value)]);
    }
}
