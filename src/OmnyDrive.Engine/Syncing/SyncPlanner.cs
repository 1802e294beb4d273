using OmnyDrive.Drives;
using OmnyDrive.Engine.Applying;
using OmnyDrive.Engine.Providers;
using OmnyDrive.Engine.Roots;
using OmnyDrive.Engine.Scanning;
using OmnyDrive.Engine.State;
using OmnyDrive.Errors;
using OmnyDrive.Filtering;
using OmnyDrive.Origins;
using OmnyDrive.Reconciling;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.Syncing;

/// <summary>The first half of a sync: looks at both sides, loads what differs, and finds out what these and the baseline amount to. Changes nothing.</summary>
internal sealed class SyncPlanner(MountWork work, RootScanner scanner, ITreeOrigin origin)
{
    // What this side makes use of.
    private const Capabilities Ours = Capabilities.Read | Capabilities.Write | Capabilities.Push | Capabilities.AtomicPush | Capabilities.Symlinks | Capabilities.Executable;

    /// <summary>Where the origin was found just before; null to ask it.</summary>
    internal OriginHead? Found { get; init; }

    /// <summary>What the mount was just before; null to look at it. What somebody changed since keeps the changes of its paths from being applied.</summary>
    internal ScanResult? Looked { get; init; }

    /// <summary>How many entries of the origin are loaded that neither the mount nor the baseline has; what is left is unknown, and the plan is not whole.</summary>
    internal long MostEntries { get; init; } = long.MaxValue;

    /// <summary>What a policy makes of both sides as they are now.</summary>
    /// <param name="decide">The policy: gets what the sides amount to, and the two sides.</param>
    /// <param name="policy">Whether the rest is applied where the mount's file system cannot hold a name.</param>
    /// <param name="cancellation">Ends it.</param>
    internal async Task<PreparedSync> PrepareAsync(Func<Reconciliation, (SyncRefs Refs, Snapshot Local, Snapshot Origin), Decision> decide, SyncPolicy policy, CancellationToken cancellation)
    {
        var (head, local, before, compared) = await LookAtBothAsync(cancellation);
        var (known, theirs, found, isWhole) = compared?.Theirs.Root == head.Ref.Tree ? compared : await CompareAsync(local, head.Ref.Tree, cancellation);
        var baseline = known.Snapshot;
        var rules = await new OriginRules(origin, local, theirs).LoadAsync(head.Filter, found, cancellation);
        var own = new OwnPaths(work.Root, cancellation);
        var filtered = FilterPolicy.Apply(found, local.Rules, rules, own.At, own.Uncovered(before, rules.After, found, theirs));
        var decision = decide(filtered.Found, (new SyncRefs(baseline.Ref, local.Snapshot.Ref, theirs.Ref), local.Snapshot, theirs));
        var plan = await WithTimesAsync(decision.Plan, baseline, theirs, cancellation);
        return new PreparedSync(filtered, ForTarget(plan, local, policy), known, local, theirs) { Seen = head.Generation, IsWhole = isWhole, Conflicts = decision.Conflicts, Settled = decision.Settled, Later = decision.Later };
    }

    // What a mount takes back of its own, the origin has as the baseline has it, which does not know from when its files are. Of other directories the origin has told.
    private async Task<SyncPlan> WithTimesAsync(SyncPlan plan, Snapshot baseline, Snapshot theirs, CancellationToken cancellation)
    {
        var timeless = plan.ToLocal.Where(IsTimeless).Select(change => change.Path.Parent).Distinct()
            .Select(directory => theirs.Find(directory) is { IsDirectory: true } entry && entry.Equals(baseline.Find(directory)) ? new TreeRequest(directory, entry.TreeHash, WithDescendants: false) : default(TreeRequest?)).OfType<TreeRequest>().ToList();
        if (timeless.Count == 0)
            return plan;
        var known = new Dictionary<DrivePath, Entry>();
        await foreach (var (directory, tree) in origin.ReadTreesAsync(timeless, cancellation))
        {
            foreach (var (name, entry) in tree.Entries)
                known[directory.Append(name)] = entry;
        }
        return plan with { ToLocal = [.. plan.ToLocal.Select(change => IsTimeless(change) && known.TryGetValue(change.Path, out var entry) && entry.Equals(change.To) ? change with { To = entry } : change)] };
    }

    private static bool IsTimeless(Change change) => change.To is { IsFile: true, ModifiedNanoseconds: 0 };

    private SyncPlan ForTarget(SyncPlan plan, ScanResult local, SyncPolicy policy) => TargetPolicy.Concerns(plan)
        ? TargetPolicy.Apply(plan, work.Row.Drive, local.Snapshot, work.LookAtTarget(work.Root), policy)
        : plan;

    // Both at once, with the filter that the origin had last; where it has another now, the mount is looked at again. Where the origin is still looking when the mount has been
    // looked at, that is compared meanwhile with an origin that did not move, as most have not.
    private async Task<(OriginHead Head, ScanResult Local, TreeRules Before, Compared? Compared)> LookAtBothAsync(CancellationToken cancellation)
    {
        ApplyLock.EndBrokenOff(work.Root);
        var asking = Found is { } found ? Task.FromResult(found) : origin.GetHeadAsync(cancellation);
        var looking = Task.Run(() => ScanAsync(asking, cancellation), cancellation);
        await Task.WhenAll(asking, looking);
        var (head, (local, compared)) = (await asking, await looking);
        RequireReadable(head);
        await OriginContinuity.RequireAsync(origin, work.Row, head, cancellation);
        var before = local.Rules;
        if (!head.Filter.Equals(scanner.Options))
        {
            scanner.Options = head.Filter;
            (local, compared) = await Task.Run(() => ScanAsync(asking, cancellation), cancellation);
        }
        // What is taken away while it is looked at, its marker first or last, is no mount whose files were deleted.
        RootGuard.RequireMount(work.Root, work.Row.Id);
        return (head, local, before, compared);
    }

    private async Task<(ScanResult Local, Compared? Compared)> ScanAsync(Task asking, CancellationToken cancellation)
    {
        var local = Looked is { } looked && looked.Rules.Options.Equals(scanner.Options) ? looked : scanner.Scan(work.Root, cancellation);
        try
        {
            return (local, asking.IsCompleted ? null : await CompareAsync(local, null, cancellation));
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // Not asked for: where it is needed after all it is made again, and says what is wrong in its turn.
            return (local, null);
        }
    }

    // With an origin at that tree; null for one that is where the baseline is, of which there is nothing to ask.
    private async Task<Compared> CompareAsync(ScanResult local, Hash256? tree, CancellationToken cancellation)
    {
        var known = RecoveredBaseline.Of(BaselineTable.Load(work.Store, work.Row), BaselineTable.LoadPending(work.Store, work.Row), local.Snapshot);
        var (theirs, isWhole) = await new OriginTrees(origin, known.Snapshot, local.Snapshot).LoadAsync(tree ?? known.Snapshot.Root, MostEntries, cancellation);
        return new Compared(known, theirs, Reconciler.Reconcile(known.Snapshot, local.Snapshot, theirs), isWhole);
    }

    private sealed record Compared(RecoveredBaseline Known, Snapshot Theirs, Reconciliation Found, bool IsWhole);

    private void RequireReadable(OriginHead head)
    {
        if (!CapabilityRules.Negotiate(Ours, head.Capabilities, head.AccessMode).HasFlag(Capabilities.Read))
            throw new DriveException(ErrorCode.NotSupported, $"The origin of {work.Row.Drive} gives nothing to read to this version of OmnyDrive.", "Update the older of the two; see: omnydrive version");
    }
}
