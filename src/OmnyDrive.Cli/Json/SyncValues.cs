using OmnyDrive.Engine;
using OmnyDrive.Errors;
using OmnyDrive.Reconciling;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Cli.Json;

/// <summary>Turns what the engine says about a sync into what <c>sync --json</c> prints.</summary>
internal static class SyncValues
{
    /// <summary>A sync that was done.</summary>
    public static SyncValue Of(SyncResult result) => new()
    {
        MountId = result.Mount.Value,
        Status = StatusOf(result.Status),
        Ref = result.Ref.ToString(),
        PreviousRef = result.PreviousRef.ToString(),
        AppliedChanges = result.Changes.Count,
        // They come in the order in which they were made; a reader looks for paths.
        Changes = Of(PathOrder.Of(result.Changes, applied => applied.Change.Path), result.MovedOn),
        Conflicts = result.Conflict is null ? [] : [.. Conflicts(result.Conflict)],
        Metrics = MetricsValue.Of(result.Metrics),
        Problems = [.. result.Problems.Select(ProblemValue.Of)],
        Git = GitValue.Of(result.Branches),
    };

    /// <summary>A sync that may be done.</summary>
    public static SyncValue Of(MountInfo mount, SyncPlan plan) => new()
    {
        MountId = mount.Id.Value,
        Status = plan.HeldBack is not null ? "conflicted" : plan.IsClean ? "clean" : "planned",
        Ref = plan.Baseline.ToString(),
        PreviousRef = plan.Baseline.ToString(),
        Changes = [.. Changes(plan, Side.Local), .. Changes(plan, Side.Origin)],
        Conflicts = plan.HeldBack is null ? [] : [.. Conflicts(plan.HeldBack)],
        Problems = [.. plan.Unknown.Select(path => new ProblemValue(path.ToString(), "it could not be read; left as it is on both sides"))],
        Git = GitValue.Of(plan.Branches),
    };

    /// <summary>A sync that was refused because of a conflict.</summary>
    public static SyncValue Of(MountInfo mount, ConflictDetectedException refused)
    {
        var conflict = refused.Conflict;
        return new()
        {
            MountId = mount.Id.Value,
            Status = "conflicted",
            Ref = conflict.Baseline.ToString(),
            PreviousRef = conflict.Baseline.ToString(),
            Conflicts = [.. Conflicts(conflict)],
            Local = Changes(conflict.LocalChanges, conflict.Paths.Select(path => new Change(path.Path, path.Base, path.Ours)), Side.Local),
            Origin = Changes(conflict.OriginChanges, conflict.Paths.Select(path => new Change(path.Path, path.Base, path.Theirs)), Side.Origin),
            Git = GitValue.Of(conflict.Branches),
            Error = ErrorValue.Of(refused),
        };
    }

    /// <summary>A sync that a brake halted.</summary>
    public static SyncValue Of(MountInfo mount, SyncHaltedException halted) => Of(mount, (DriveException)halted) with
    {
        Local = Changes(halted.Halt.LocalChanges, [], Side.Local),
        Origin = Changes(halted.Halt.OriginChanges, [], Side.Origin),
        Brakes = [.. halted.Halt.Brakes.Select(tripped => new BrakeValue(tripped.Brake.ToText(), NameOf(tripped.Side), tripped.Deleted, tripped.Files))],
    };

    /// <summary>A sync that was halted, or that gave up because its origin kept moving: then nobody can say where that is by now.</summary>
    public static SyncValue Of(MountInfo mount, DriveException halted) => new()
    {
        MountId = mount.Id.Value,
        Status = halted.Code == ErrorCode.Conflict ? "conflicted" : "halted",
        Ref = mount.Ref?.ToString(),
        PreviousRef = mount.Ref?.ToString(),
        Conflicts = halted.Code == ErrorCode.Conflict ? [new ConflictValue(nameof(ConflictKind.RefMoved), ".", mount.Ref?.ToString(), null, null)] : [],
        Error = ErrorValue.Of(halted),
    };

    /// <summary>An entry in a few words: <c>sha256:…</c>, <c>cdc:…</c>, <c>link:target</c>, <c>directory</c>; null where nothing is.</summary>
    public static string? TextOf(Entry? entry) => entry?.Kind switch
    {
        null => null,
        EntryKind.Directory => "directory",
        EntryKind.File => entry.ContentHash.ToText(entry.Size),
        EntryKind.Symlink => $"link:{entry.Target}",
        _ => "unknown",
    };

    private static IEnumerable<ConflictValue> Conflicts(Conflict conflict)
    {
        var kind = conflict.Kind.ToString();
        foreach (var path in conflict.Paths)
            yield return new ConflictValue(kind, path.Path.ToString(), TextOf(path.Base), TextOf(path.Ours), TextOf(path.Theirs)) { Reason = path.Reason };
        if (conflict.Kind == ConflictKind.LocalDivergence && conflict.Branches is null)
        {
            // The origin still has at these paths what the mount started from.
            foreach (var change in conflict.LocalChanges)
                yield return new ConflictValue(kind, change.Path.ToString(), TextOf(change.From), TextOf(change.To), TextOf(change.From));
        }
        else if (conflict.Paths.Count == 0)
            yield return new ConflictValue(kind, ".", conflict.Baseline.ToString(), conflict.Local.ToString(), conflict.Actual.ToString());
    }

    private static IReadOnlyList<ChangeValue> Changes(SyncPlan plan, Side side) => Of(plan.On(side), side);

    private static IReadOnlyList<ChangeValue> Changes(IEnumerable<Change> alone, IEnumerable<Change> overlapping, Side side) =>
        Of([.. alone.Concat(overlapping.Where(change => !Equals(change.From, change.To))).OrderBy(change => change.Path)], side);

    /// <summary>Changes of both sides in the order given; what is moved says from where.</summary>
    public static IReadOnlyList<ChangeValue> Of(IReadOnlyList<AppliedChange> changes) => Of(changes, side => MovedFiles.Of(changes.On(side)));

    private static ListView<AppliedChange, ChangeValue> Of(IReadOnlyList<AppliedChange> changes, Func<Side, MovedFiles> movedOn)
    {
        var (toLocal, toOrigin) = (movedOn(Side.Local), movedOn(Side.Origin));
        return new ListView<AppliedChange, ChangeValue>(changes, applied => Of(applied.Change, applied.Side, applied.Side == Side.Local ? toLocal : toOrigin));
    }

    /// <summary>Changes of one side in the order given; what is moved says from where.</summary>
    public static IReadOnlyList<ChangeValue> Of(IReadOnlyList<Change> changes, Side side)
    {
        var moved = MovedFiles.Of(changes);
        return new ListView<Change, ChangeValue>(changes, change => Of(change, side, moved));
    }

    private static ChangeValue Of(Change change, Side side, MovedFiles moved) =>
        new(change.Path.ToString(), NameOf(side), KindOf(change.Kind)) { MovedFrom = moved.SourceOf(change)?.ToString() };

    public static ChangeValue Of(Change change, Side side) => new(change.Path.ToString(), NameOf(side), KindOf(change.Kind));

    private static string NameOf(Side side) => side == Side.Local ? "local" : "origin";

    private static string KindOf(ChangeKind kind) => kind switch
    {
        ChangeKind.Add => "add",
        ChangeKind.Modify => "modify",
        ChangeKind.Delete => "delete",
        _ => "type",
    };

    private static string StatusOf(SyncStatus status) => status switch
    {
        SyncStatus.Clean => "clean",
        SyncStatus.Pushed => "pushed",
        SyncStatus.Pulled => "pulled",
        SyncStatus.Merged => "merged",
        _ => "conflicted",
    };
}
