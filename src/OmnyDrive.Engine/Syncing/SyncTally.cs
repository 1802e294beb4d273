using OmnyDrive.Drives;
using OmnyDrive.Reconciling;

namespace OmnyDrive.Engine.Syncing;

/// <summary>What a sync has applied so far, in however many steps and on whichever side.</summary>
internal sealed class SyncTally
{
    private readonly List<AppliedChange> _changes = [];
    private readonly List<Problem> _problems = [];
    private long _bytes, _reused;
    private (Side Side, Task<MovedFiles> Files)? _moved;

    /// <summary>Whether anything was applied.</summary>
    internal bool HasChanges => _changes.Count > 0;

    internal void Add(AppliedSync applied)
    {
        // Of two pushes neither knows what both moved.
        _moved = applied.Moved is { } moved && !_changes.Exists(change => change.Side == applied.Side) ? (applied.Side, moved) : null;
        _changes.EnsureCapacity(_changes.Count + applied.Changes.Count);
        _changes.AddRange(applied.Changes.Select(change => new AppliedChange(applied.Side, change)));
        _problems.AddRange(applied.Problems);
        _bytes += applied.Bytes;
        _reused += applied.Reused;
    }

    /// <summary>The result, once nothing more is to be done.</summary>
    /// <param name="mount">The mount.</param>
    /// <param name="last">The plan that was carried out last.</param>
    /// <param name="open">What is left as it is on both sides; null where nothing is.</param>
    /// <param name="refs">The baseline before and after.</param>
    /// <param name="onWire">Bytes that went over the wire.</param>
    /// <param name="duration">How long it took.</param>
    internal SyncResult Result(MountId mount, PreparedSync last, Conflict? open, (SyncRef Before, SyncRef After) refs, long onWire, TimeSpan duration) => new(
        mount, StatusOf(open), refs.After, refs.Before, _changes, [.. last.Local.Problems, .. _problems],
        new SyncMetrics(_changes.Count(applied => applied.Change.From is { IsFile: true } || applied.Change.To is { IsFile: true }), _bytes, _reused, onWire, duration))
    {
        Conflict = open,
        Moved = _moved,
    };

    private SyncStatus StatusOf(Conflict? open) =>
        open is not null ? SyncStatus.Conflicted
        : (_changes.Exists(change => change.Side == Side.Local) || _problems.Count > 0, _changes.Exists(change => change.Side == Side.Origin)) switch
        {
            (true, true) => SyncStatus.Merged,
            (false, true) => SyncStatus.Pushed,
            (true, false) => SyncStatus.Pulled,
            _ => SyncStatus.Clean,
        };
}
