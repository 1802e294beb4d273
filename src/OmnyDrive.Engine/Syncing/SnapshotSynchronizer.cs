using OmnyDrive.Drives;
using OmnyDrive.Engine.Conflicts;
using OmnyDrive.Engine.History;
using OmnyDrive.Engine.Providers;
using OmnyDrive.Engine.Roots;
using OmnyDrive.Engine.Scanning;
using OmnyDrive.Engine.State;
using OmnyDrive.Errors;
using OmnyDrive.Origins;
using OmnyDrive.Reconciling;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.Syncing;

/// <summary>
/// Synchronizes a mount with an origin whose state is a tree, whatever kind of drive it is. One cycle: scan both sides, compare with the
/// baseline, reconcile, take in what somebody decided, check the brakes, apply, advance the baseline by what was applied. The caller holds the mount's sync lock to apply.
/// </summary>
internal sealed class SnapshotSynchronizer(MountWork work, RootScanner scanner, ITreeOrigin origin) : ISynchronizer
{
    // A push that the origin refused is planned once more: to name the paths, or to find that nothing is left to do. Where changes are combined there is more to find.
    private const int Attempts = 2, MergeAttempts = 3;

    // A decision may free what waited for it, such as a directory that goes once nothing is in it.
    private const int Rounds = 4;

    // Of what a clone brings, and of what a sync does.
    private const long MostBasesOfClone = 32L << 20, MostBasesOfSync = 8L << 20;

    private readonly SyncTally _tally = new();
    private readonly string _sync = Guid.NewGuid().ToString("N");

    // With the baseline as it stands, which a sync in two directions advances twice.
    private MountWork _work = work;

    /// <inheritdoc/>
    public (long Files, long Bytes) Held => scanner.Remembered;

    private MountHistory History => new(_work, _sync);

    /// <inheritdoc/>
    public async Task<SyncPlan> PlanAsync(SyncOptions options, CancellationToken cancellation) => (await PrepareAsync(options, cancellation)).Plan;

    /// <inheritdoc/>
    public async Task<SyncResult> ApplyAsync(SyncOptions options, CancellationToken cancellation)
    {
        var (started, previous) = (_work.Time.GetTimestamp(), _work.Row.Baseline!.Value);
        var attempts = PolicyOf(options) == SyncPolicy.Merge ? MergeAttempts : Attempts;
        for (int attempt = 1, round = 1; ;)
        {
            try
            {
                var prepared = await PrepareAsync(options, cancellation, goesOn: round > 1);
                if (prepared.Plan.Conflict is { } refused)
                {
                    await NoteConflictsAsync(AllOf(refused, prepared.Conflicts), cancellation);
                    return _tally.HasChanges ? Ended(refused) : throw new ConflictDetectedException(refused);
                }
                if (prepared.Plan.Halt is { } halt)
                    throw new SyncHaltedException(halt, _work.Row.Id);
                if (!await ApplyAsync(prepared, options, cancellation))
                {
                    if (attempt++ == attempts)
                        throw new DriveException(ErrorCode.Conflict, $"{_work.Row.Drive} moved while the push was on its way, and again at each attempt. Nothing was changed at the origin.", "Run omnydrive sync again.");
                    continue;
                }
                if (prepared.Settled.Count > 0 && round++ < Rounds)
                    continue;
                var open = WithLater(prepared);
                await NoteConflictsAsync(open, cancellation);
                return Ended(open);

                SyncResult Ended(Conflict? left) =>
                    _tally.Result(_work.Row.Id, prepared, left, (previous, _work.Row.Baseline!.Value), (origin as IWireCounter)?.BytesOnWire ?? 0, _work.Time.GetElapsedTime(started));
            }
            catch (DriveException e) when (e.Code == ErrorCode.Conflict && e is not ConflictDetectedException && attempt < attempts)
            {
                // The origin moved between two of our questions.
                attempt++;
            }
        }
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<Problem>> CloneAsync(OriginHead head, IProgress<TransferProgress>? progress, CancellationToken cancellation)
    {
        // Where a name may not be held, all are looked at before anything is brought over.
        var portions = new ClonePortions(head, _work.LookAtTarget(_work.Root) == default ? _work.ClonePortion : long.MaxValue);
        var joined = progress is null ? null : new JoinedProgress(progress);
        var (prepared, applied) = await ClonePortionAsync(portions, joined, cancellation);
        while (!prepared.IsWhole)
        {
            KeepBases(applied.Changes, MostBasesOfClone);
            portions.Next(applied);
            joined?.Next(isComplete: applied.Problems.Count == 0);
            (prepared, applied) = await ClonePortionAsync(portions, joined, cancellation);
        }
        // The one reads files, the other writes to the state.
        var keeping = Task.Run(() => KeepBases(applied.Changes, MostBasesOfClone), CancellationToken.None);
        try
        {
            Advance(prepared, applied);
        }
        finally
        {
            await keeping;
        }
        return ClonePolicy.LeftAsTheyAre(prepared);
    }

    private async Task<(PreparedSync Prepared, AppliedSync Applied)> ClonePortionAsync(ClonePortions portions, JoinedProgress? progress, CancellationToken cancellation)
    {
        while (true)
        {
            var prepared = await PrepareCloneAsync(portions, cancellation);
            if (prepared.Plan.Conflict is { } conflict)
                throw new ConflictDetectedException(conflict);
            var applied = await PullAsync(prepared, new SyncOptions { Progress = progress }, cancellation);
            if (applied.Problems.Count == 0)
                return (prepared, applied);
            KeepPending(prepared, applied);
            progress?.Next(isComplete: false);
            if (portions.TryAgain())
                continue;
            // What can come comes; what cannot is tried with the last portion once more. Without a baseline it stays a clone to be continued.
            return prepared.IsWhole ? throw ClonePolicy.Incomplete(_work, applied.Problems) : (prepared, applied);
        }
    }

    private SyncPolicy PolicyOf(SyncOptions options) => options.Policy ?? _work.Row.Policy;

    private async Task<PreparedSync> PrepareAsync(SyncOptions options, CancellationToken cancellation, bool goesOn = false)
    {
        var resolutions = ConflictTable.Of(_work.Store, _work.Row.Id).Select(open => open.Resolution).OfType<Resolution>().ToList();
        var prepared = await new SyncPlanner(_work, scanner, origin).PrepareAsync((found, sides) => Decision.Of(found, sides, _work.Row, PolicyOf(options), _work.Self, resolutions, goesOn), PolicyOf(options), cancellation);
        return prepared with { Plan = Brakes.Check(prepared.Plan, _work.Row.Drive, prepared.SnapshotOf, options.Allowed) };
    }

    // A clone is not asked: what the origin deleted while it was interrupted was never this mount's.
    private async Task<PreparedSync> PrepareCloneAsync(ClonePortions portions, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                if (portions.Head is null)
                    portions.Found(await origin.GetHeadAsync(cancellation));
                var planner = new SyncPlanner(_work, scanner, origin) { Found = portions.Head, Looked = portions.Mount, MostEntries = portions.Most };
                return await planner.PrepareAsync((found, sides) => new Decision(ClonePolicy.Plan(found, sides.Refs), [], [], []), SyncPolicy.Strict, cancellation);
            }
            catch (DriveException e) when (e.Code == ErrorCode.Conflict && attempt < Attempts)
            {
                // The origin moved between two of our questions.
                portions.TryAgain();
            }
        }
    }

    // Of a refusal all conflicts are kept, also those that somebody decided about: they wait for the others.
    private static Conflict AllOf(Conflict refused, IReadOnlyList<PathConflict> conflicts) =>
        refused with { Paths = [.. conflicts.Concat(refused.Paths).DistinctBy(path => path.Path).OrderBy(path => path.Path)] };

    // What waits for a version beside it, and could not be done in any round.
    private Conflict? WithLater(PreparedSync prepared)
    {
        if (prepared.Later.Count == 0)
            return prepared.Plan.HeldBack;
        var held = prepared.Plan.HeldBack ?? new Conflict(ConflictKind.ContentDivergence, _work.Row.Drive, prepared.Plan.Baseline, prepared.Plan.Local, prepared.Plan.Origin, [], [], []);
        var later = prepared.Later.ToHashSet();
        return held with { Paths = [.. held.Paths.Concat(prepared.Conflicts.Where(conflict => later.Contains(conflict.Path))).OrderBy(path => path.Path)] };
    }

    // The mount first: what goes to the origin may be made of what came. False where the origin moved.
    private async Task<bool> ApplyAsync(PreparedSync prepared, SyncOptions options, CancellationToken cancellation)
    {
        var applied = AppliedSync.Nothing;
        if (prepared.Later.Count > 0)
            prepared = prepared with { Plan = prepared.Plan with { ToLocal = [.. prepared.Plan.ToLocal.Where(change => !prepared.Later.Any(change.Path.IsAtOrBelow))] } };
        if (prepared.Plan.ToLocal.Count > 0)
        {
            applied = await PullAsync(prepared, options, cancellation);
            _tally.Add(applied);
            KeepBases(applied.Changes, MostBasesOfSync);
            if (prepared.Plan.ToOrigin.Count > 0)
            {
                var isHalf = IsHalfOf(prepared);
                Advance(prepared, applied with { Changes = [.. applied.Changes.Where(change => !isHalf(change))] });
                prepared = WithoutSkipped(prepared, applied) with { Done = applied.Paths };
            }
        }
        if (prepared.Plan.ToOrigin.Count > 0)
        {
            if (await PushAsync(prepared, options, cancellation) is not { } pushed)
                return false;
            applied = pushed;
            _tally.Add(applied);
            KeepBases(applied.Changes, MostBasesOfSync);
        }
        Advance(prepared, applied);
        return true;
    }

    // What goes to both sides is agreed on when both have it. Until then the mount's half is a change of the mount, which the decision still settles.
    private static Predicate<Change> IsHalfOf(PreparedSync prepared)
    {
        var toOrigin = prepared.Settled.Count == 0 ? [] : prepared.Plan.ToOrigin.Select(change => change.Path).ToHashSet();
        return change => toOrigin.Contains(change.Path);
    }

    // Of a decision whose half in the mount could not be made, the other half waits.
    private static PreparedSync WithoutSkipped(PreparedSync prepared, AppliedSync pulled)
    {
        var made = pulled.Changes.Select(change => change.Path).ToHashSet();
        var skipped = prepared.Plan.ToLocal.Where(change => !made.Contains(change.Path)).Select(change => change.Path).ToHashSet();
        return skipped.Count == 0 ? prepared : prepared with { Plan = prepared.Plan with { ToOrigin = [.. prepared.Plan.ToOrigin.Where(change => !skipped.Contains(change.Path))] } };
    }

    private async Task<AppliedSync> PullAsync(PreparedSync prepared, SyncOptions options, CancellationToken cancellation)
    {
        AdvancedBaseline? goal = null;
        var applied = await new MountSide(_work.Root, scanner, _work.Retention, _work.Time).ApplyAsync(prepared, origin, () => Goal(prepared, out goal), options.Progress, cancellation);
        // Where all of it was made, the goal is the baseline, and its trees are kept already.
        return applied.Problems.Count == 0 && applied.Changes.Count == prepared.Plan.ToLocal.Count ? applied with { Advanced = goal } : applied;
    }

    private Task<AppliedSync?> PushAsync(PreparedSync prepared, SyncOptions options, CancellationToken cancellation)
    {
        var (history, before) = (History, prepared.Done.Count == 0 ? prepared.Plan.Baseline : _work.Row.Baseline!.Value);
        var side = new OriginSide(origin, _work.Root, scanner.LargeFiles)
        {
            Author = _work.Self,
            TouchedOnly = PolicyOf(options) == SyncPolicy.Merge,
            Record = (target, changes) => history.BeginPush(before, target, changes),
        };
        return side.ApplyAsync(prepared, options, cancellation);
    }

    private void Advance(PreparedSync prepared, AppliedSync applied)
    {
        var advanced = applied.Advanced ?? prepared.Advance(applied.Paths);
        var (row, now) = (_work.Row, _work.Time.GetUtcNow());
        if (!prepared.Local.Rules.Options.Equals(row.Filter))
            MountTable.SetFilter(_work.Store, row.Id, prepared.Local.Rules.Options);
        var seen = applied.Generation ?? prepared.Seen ?? row.Seen;
        AgreedRefs.Write(_work.Root, row.Baseline, SyncRef.OfTree(advanced.Root));
        BaselineTable.Save(_work.Store, row.Id, advanced, seen, now);
        _work = _work with { Row = row with { Baseline = SyncRef.OfTree(advanced.Root), Seen = seen, Filter = prepared.Local.Rules.Options, SyncedAt = now, Pending = null } };
    }

    private NextGeneration? Goal(PreparedSync prepared, out AdvancedBaseline agreed)
    {
        var isHalf = IsHalfOf(prepared);
        var goal = prepared.Advance(prepared.Plan.ToLocal.Where(change => !isHalf(change)).ToDictionary(change => change.Path, change => change.To));
        BaselineTable.SavePending(_work.Store, _work.Row.Id, goal, prepared.Seen ?? _work.Row.Seen);
        agreed = goal with { NewTrees = [] };
        // Should this break off, what is tried next goes on from here, as another process would.
        _work = _work with { Row = _work.Row with { Pending = SyncRef.OfTree(goal.Root) } };
        return prepared.IsWhole ? History.Pulled(prepared.Plan.Baseline, SyncRef.OfTree(goal.Root)) : null;
    }

    // Of a goal that was not reached: where it was to change what both sides had agreed on, that stays agreed on.
    private void KeepPending(PreparedSync prepared, AppliedSync applied)
    {
        var reached = prepared.Advance(applied.Paths);
        BaselineTable.SavePending(_work.Store, _work.Row.Id, reached, prepared.Seen ?? _work.Row.Seen);
        _work = _work with { Row = _work.Row with { Pending = SyncRef.OfTree(reached.Root) } };
    }

    // What is in conflict from now on; nothing where the last is settled.
    private async Task NoteConflictsAsync(Conflict? conflict, CancellationToken cancellation)
    {
        var paths = conflict?.Paths ?? [];
        if (paths.Count == 0 && ConflictTable.Of(_work.Store, _work.Row.Id).Count == 0)
            return;
        ConflictTable.Replace(_work.Store, _work.Row.Id, conflict?.Kind ?? ConflictKind.ContentDivergence, paths, _work.Time.GetUtcNow());
        var open = ConflictTable.Of(_work.Store, _work.Row.Id);
        List<PathConflict> changed = [.. paths.Where(path => path.Reason is null)];
        await TryAsync(() => new VersionGathering(_work.Root, scanner).KeepAsync(changed, open.Select(kept => kept.Resolution?.Result ?? kept.Draft).OfType<Entry>(), origin, cancellation));
        await TryAsync(async () => ConflictTable.SetAuthors(_work.Store, _work.Row.Id, await origin.FindAuthorsAsync([.. changed.Select(path => path.Path)], cancellation)));
    }

    // The conflict is noted, and that is what is to be told. A version that could not be kept is looked for when somebody wants to see it; who made it is told where that is known.
    private static async Task TryAsync(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (DriveException)
        {
            // See above.
        }
    }

    private void KeepBases(IReadOnlyList<Change> agreed, long most)
    {
        using var root = _work.Root.Another();
        // What only moved is kept from when it came.
        var known = new HashSet<ContentHash>(agreed.Count(change => change.From is { IsFile: true }));
        known.UnionWith(agreed.Where(change => change.From is { IsFile: true }).Select(change => change.From!.ContentHash));
        new BaseStore(root).Keep([.. agreed.Where(change => change.To is { IsFile: true } to && !known.Contains(to.ContentHash)).Select(change => (change.Path, change.To!))], most);
    }
}
