using System.Runtime.CompilerServices;
using OmnyDrive.Drives;
using OmnyDrive.Engine.Providers;
using OmnyDrive.Engine.Scanning;
using OmnyDrive.Engine.State;
using OmnyDrive.Engine.Syncing;
using OmnyDrive.Origins;
using OmnyDrive.Reconciling;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.Inspecting;

/// <summary>Inspects a mount whose state is a tree.</summary>
internal sealed class MountInspector(MountWork work, RootScanner scanner, ITreeOrigin? origin) : IMountInspector
{
    // Contents of so many bytes are brought together at a time.
    private const long BatchBytes = 32L << 20;

    /// <inheritdoc/>
    public async Task<MountComparison> CompareAsync(CancellationToken cancellation)
    {
        var recorded = ConflictTable.Of(work.Store, work.Row.Id).ToDictionary(open => open.Conflict.Path);
        var prepared = await PrepareAsync(cancellation);
        var now = work.Time.GetUtcNow();
        var kind = work.Row.AccessMode == AccessMode.ReadOnly ? ConflictKind.LocalDivergence : ConflictKind.ContentDivergence;
        var conflicts = prepared.Conflicts.Select(conflict => recorded.GetValueOrDefault(conflict.Path) is { } open && IsSame(open.Conflict, conflict) ? open : new OpenConflict(conflict, kind, now, null));
        return new MountComparison(TreeDiff.Compare(prepared.Base.Snapshot, prepared.Local.Snapshot), TreeDiff.Compare(prepared.Base.Snapshot, prepared.Origin), [.. conflicts], prepared.Local.Problems, prepared.Origin.Ref);
    }

    private static bool IsSame(PathConflict one, PathConflict other) => Equals(one.Base, other.Base) && Equals(one.Ours, other.Ours) && Equals(one.Theirs, other.Theirs);

    /// <inheritdoc/>
    public Task<(IReadOnlyList<Change> Local, IReadOnlyList<Problem> Problems)> LookAtMountAsync(CancellationToken cancellation)
    {
        var scan = scanner.Scan(work.Root, cancellation);
        return Task.FromResult((TreeDiff.Compare(BaselineOver(scan).Snapshot, scan.Snapshot), scan.Problems));
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<PathDiff> DiffAsync(DiffOf which, DrivePath below, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var changes = await ChangesAsync(which, below, cancellation);
        foreach (var batch in Batches(changes))
        {
            using var contents = await DiffContents.GatherAsync(work.Root, scanner, batch, origin, cancellation);
            foreach (var change in batch)
                yield return contents.Compare(change);
        }
    }

    private async Task<IReadOnlyList<Change>> ChangesAsync(DiffOf which, DrivePath below, CancellationToken cancellation)
    {
        if (which == DiffOf.Local && origin is null)
        {
            var scan = scanner.Scan(work.Root, cancellation);
            return TreeDiff.Compare(BaselineOver(scan).Snapshot, scan.Snapshot, below);
        }
        var prepared = await PrepareAsync(cancellation);
        return which switch
        {
            DiffOf.Local => TreeDiff.Compare(prepared.Base.Snapshot, prepared.Local.Snapshot, below),
            DiffOf.Origin => TreeDiff.Compare(prepared.Base.Snapshot, prepared.Origin, below),
            _ => TreeDiff.Compare(prepared.Local.Snapshot, prepared.Origin, below),
        };
    }

    private Task<PreparedSync> PrepareAsync(CancellationToken cancellation) => new SyncPlanner(work, scanner, origin!)
        .PrepareAsync((found, sides) => Decision.Of(found, sides, work.Row, SyncPolicy.Merge, work.Self, []), SyncPolicy.Merge, cancellation);

    private RecoveredBaseline BaselineOver(ScanResult scan) => RecoveredBaseline.Of(BaselineTable.Load(work.Store, work.Row), BaselineTable.LoadPending(work.Store, work.Row), scan.Snapshot);

    private static IEnumerable<IReadOnlyList<Change>> Batches(IReadOnlyList<Change> changes)
    {
        var (batch, bytes) = (new List<Change>(), 0L);
        foreach (var change in changes)
        {
            batch.Add(change);
            bytes += DiffContents.BytesOf(change);
            if (bytes < BatchBytes)
                continue;
            yield return batch;
            (batch, bytes) = ([], 0);
        }
        if (batch.Count > 0)
            yield return batch;
    }
}
