using OmnyDrive.Drives;
using OmnyDrive.Engine.Applying;
using OmnyDrive.Engine.History;
using OmnyDrive.Engine.Providers;
using OmnyDrive.Engine.Roots;
using OmnyDrive.Engine.Scanning;
using OmnyDrive.Engine.State;
using OmnyDrive.Errors;
using OmnyDrive.Filtering;
using OmnyDrive.Origins;
using OmnyDrive.Reconciling;

namespace OmnyDrive.Engine.Syncing;

/// <summary>
/// Synchronizes a mount with an origin whose state is a tree, whatever kind of drive it is. One cycle: scan both sides, compare with the
/// baseline, reconcile, check the brakes, apply, advance the baseline by what was applied. The caller holds the mount's sync lock to apply.
/// </summary>
internal sealed class SnapshotSynchronizer(MountWork work, RootScanner scanner, IOrigin origin) : ISynchronizer
{
    // A push that the origin refused is planned once more: to name the paths, or to find that nothing is left to do.
    private const int Attempts = 2;

    private readonly MountHistory _history = new(work);

    // What this side makes use of.
    private const Capabilities Ours = Capabilities.Read | Capabilities.Write | Capabilities.Push | Capabilities.AtomicPush | Capabilities.Symlinks | Capabilities.Executable;

    /// <inheritdoc/>
    public (long Files, long Bytes) Held => scanner.Remembered;

    /// <inheritdoc/>
    public async Task<SyncPlan> PlanAsync(SyncOptions options, CancellationToken cancellation) => Check(await PrepareAsync(Strict, cancellation), options).Plan;

    /// <inheritdoc/>
    public async Task<SyncResult> ApplyAsync(SyncOptions options, CancellationToken cancellation)
    {
        var started = work.Time.GetTimestamp();
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var prepared = Check(await PrepareAsync(Strict, cancellation), options);
                if (prepared.Plan.Conflict is { } conflict)
                    throw new ConflictDetectedException(conflict);
                if (prepared.Plan.Halt is { } halt)
                    throw new SyncHaltedException(halt, work.Row.Id);
                if (await ApplyAsync(prepared, options, cancellation) is { } applied)
                    return Result(prepared, applied, Advance(prepared, applied), work.Time.GetElapsedTime(started));
                if (attempt == Attempts)
                    throw new DriveException(ErrorCode.Conflict, $"{work.Row.Drive} moved while the push was on its way, and again at the second attempt. Nothing was changed.", "Run omnydrive sync again.");
            }
            catch (DriveException e) when (e.Code == ErrorCode.Conflict && e is not ConflictDetectedException && attempt < Attempts)
            {
                // The origin moved between two of our questions.
            }
        }
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<Problem>> CloneAsync(IProgress<TransferProgress>? progress, CancellationToken cancellation)
    {
        var prepared = await PrepareCloneAsync(cancellation);
        if (prepared.Plan.Conflict is { } conflict)
            throw new ConflictDetectedException(conflict);
        var applied = await ApplyAsync(prepared, new SyncOptions { Progress = progress }, cancellation);
        // Without a baseline it stays a clone to be continued; what was applied is known by the goal that was saved before.
        if (applied!.Problems.Count > 0)
            throw ClonePolicy.Incomplete(work, applied.Problems);
        Advance(prepared, applied);
        return ClonePolicy.LeftAsTheyAre(prepared);
    }

    // A clone is not asked: what the origin deleted while it was interrupted was never this mount's.
    private PreparedSync Check(PreparedSync prepared, SyncOptions options) =>
        prepared with { Plan = Brakes.Check(prepared.Plan, work.Row.Drive, prepared.SnapshotOf, options.Allowed) };

    private SyncPlan Strict(Reconciliation found, SyncRefs refs) => StrictPolicy.Plan(found, work.Row.Drive, refs, work.Row.AccessMode);

    private async Task<PreparedSync> PrepareCloneAsync(CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await PrepareAsync(ClonePolicy.Plan, cancellation);
            }
            catch (DriveException e) when (e.Code == ErrorCode.Conflict && attempt < Attempts)
            {
                // The origin moved between two of our questions.
            }
        }
    }

    private async Task<PreparedSync> PrepareAsync(Func<Reconciliation, SyncRefs, SyncPlan> policy, CancellationToken cancellation)
    {
        var (head, local, before) = await LookAtBothAsync(cancellation);
        var known = RecoveredBaseline.Of(BaselineTable.Load(work.Store, work.Row), BaselineTable.LoadPending(work.Store, work.Row), local.Snapshot);
        var baseline = known.Snapshot;
        var theirs = await new OriginTrees(origin, baseline, local.Snapshot).LoadAsync(head.Ref.Tree, cancellation);
        var found = Reconciler.Reconcile(baseline, local.Snapshot, theirs);
        var rules = await new OriginRules(origin, local, theirs).LoadAsync(head.Filter, found, cancellation);
        var own = new OwnPaths(work.Root, cancellation);
        var filtered = FilterPolicy.Apply(found, local.Rules, rules, own.At, own.Uncovered(before, rules.After, found, theirs));
        var plan = policy(filtered.Found, new SyncRefs(baseline.Ref, local.Snapshot.Ref, theirs.Ref));
        return new PreparedSync(filtered, ForTarget(plan, local), known, local, theirs) { Seen = head.Generation };
    }

    private SyncPlan ForTarget(SyncPlan plan, ScanResult local) => TargetPolicy.Concerns(plan)
        ? TargetPolicy.Apply(plan, work.Row.Drive, local.Snapshot, work.LookAtTarget(work.Root))
        : plan;

    // Both at once, with the filter that the origin had last; where it has another now, the mount is looked at again.
    private async Task<(OriginHead Head, ScanResult Local, TreeRules Before)> LookAtBothAsync(CancellationToken cancellation)
    {
        ApplyLock.EndBrokenOff(work.Root);
        var asking = origin.GetHeadAsync(cancellation);
        var scanning = Task.Run(() => scanner.Scan(work.Root, cancellation), cancellation);
        await Task.WhenAll(asking, scanning);
        var (head, local) = (await asking, await scanning);
        RequireReadable(head);
        await OriginContinuity.RequireAsync(origin, work.Row, head, cancellation);
        var before = local.Rules;
        if (!head.Filter.Equals(scanner.Options))
        {
            scanner.Options = head.Filter;
            local = await Task.Run(() => scanner.Scan(work.Root, cancellation), cancellation);
        }
        // What is taken away while it is looked at, its marker first or last, is no mount whose files were deleted.
        RootGuard.RequireMount(work.Root, work.Row.Id);
        return (head, local, before);
    }

    private void RequireReadable(OriginHead head)
    {
        if (!CapabilityRules.Negotiate(Ours, head.Capabilities, head.AccessMode).HasFlag(Capabilities.Read))
            throw new DriveException(ErrorCode.NotSupported, $"The origin of {work.Row.Drive} gives nothing to read to this version of OmnyDrive.", "Update the older of the two; see: omnydrive version");
    }

    private async Task<AppliedSync?> ApplyAsync(PreparedSync prepared, SyncOptions options, CancellationToken cancellation)
    {
        if (prepared.Plan.ToOrigin.Count > 0)
        {
            var side = new OriginSide(origin, work.Root, scanner.LargeFiles) { Author = work.Self, Record = (target, changes) => _history.BeginPush(prepared.Plan.Baseline, target, changes) };
            return await side.ApplyAsync(prepared, options, cancellation);
        }
        if (prepared.Plan.ToLocal.Count > 0)
            return await new MountSide(work.Root, scanner, work.Retention, work.Time).ApplyAsync(prepared, origin, () => Goal(prepared), options.Progress, cancellation);
        return AppliedSync.Nothing;
    }

    private AdvancedBaseline Advance(PreparedSync prepared, AppliedSync applied)
    {
        var advanced = applied.Advanced ?? prepared.Advance(applied.Paths);
        if (!prepared.Local.Rules.Options.Equals(work.Row.Filter))
            MountTable.SetFilter(work.Store, work.Row.Id, prepared.Local.Rules.Options);
        AgreedRefs.Write(work.Root, work.Row.Baseline, SyncRef.OfTree(advanced.Root));
        BaselineTable.Save(work.Store, work.Row.Id, advanced, applied.Generation ?? prepared.Seen ?? work.Row.Seen, work.Time.GetUtcNow());
        return advanced;
    }

    private NextGeneration Goal(PreparedSync prepared)
    {
        var goal = prepared.Advance(prepared.Plan.ToLocal.ToDictionary(change => change.Path, change => change.To));
        BaselineTable.SavePending(work.Store, work.Row.Id, goal);
        return _history.Pulled(prepared.Plan.Baseline, SyncRef.OfTree(goal.Root));
    }

    private SyncResult Result(PreparedSync prepared, AppliedSync applied, AdvancedBaseline advanced, TimeSpan duration) => new(
        work.Row.Id,
        applied.Changes.Count == 0 && prepared.Plan.IsClean ? SyncStatus.Clean : applied.Side == Side.Origin ? SyncStatus.Pushed : SyncStatus.Pulled,
        SyncRef.OfTree(advanced.Root),
        prepared.Plan.Baseline,
        [.. applied.Changes.Select(change => new AppliedChange(applied.Side, change))],
        [.. prepared.Local.Problems, .. applied.Problems],
        new SyncMetrics(
            applied.Changes.Count(change => change.From is { IsFile: true } || change.To is { IsFile: true }),
            applied.Bytes, applied.Reused, (origin as IWireCounter)?.BytesOnWire ?? 0, duration));
}
