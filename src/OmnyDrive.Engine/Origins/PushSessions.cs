using System.Collections.Concurrent;
using OmnyDrive.Errors;
using OmnyDrive.Origins;

namespace OmnyDrive.Engine.Origins;

/// <summary>The pushes in progress at one origin, and how the last ones ended. A push that nobody sent to for an hour is dropped.</summary>
internal sealed class PushSessions : IDisposable
{
    private const int MostOpen = 64, MostResults = 256;

    private static readonly TimeSpan Patience = TimeSpan.FromHours(1), Silence = TimeSpan.FromSeconds(10), GivingUpPatience = TimeSpan.FromSeconds(2);

    private readonly Lock _adding = new();
    private readonly ConcurrentDictionary<PushId, PushSession> _open = new();
    private readonly ConcurrentDictionary<PushId, PushResult> _results = new();
    private readonly ConcurrentQueue<PushId> _order = new();

    internal static DriveException NotInProgress(PushId id) => DriveException.Invalid($"No push {id} is in progress.", "Run omnydrive sync again.");

    /// <summary>Takes over a session that was begun; one of the same id that was begun before ends. Where there are too many it throws, and the session stays the caller's.</summary>
    internal void Add(PushSession session)
    {
        if (TryAdd(session))
            return;
        throw new DriveException(ErrorCode.Failed, $"{MostOpen} pushes to this drive are already in progress.", "Try again in a while.");
    }

    /// <summary>
    /// Closes the session of that push, those that nobody sent to for an hour, and one that leads from the same state to the same and has been silent for seconds: its client is
    /// gone. Waits a while for what they staged to be given up.
    /// </summary>
    internal async Task CloseEarlierAsync(PushIntent intent)
    {
        foreach (var open in _open)
        {
            var session = open.Value;
            var isAlike = session.Intent.Expected == intent.Expected && session.Intent.Target == intent.Target;
            if (session.Intent.Id == intent.Id)
                Close(intent.Id);
            else if (session.CloseIfIdle(isAlike ? Silence : Patience))
                _open.TryRemove(open);
            else
                continue;
            await Task.WhenAny(session.Gone, Task.Delay(GivingUpPatience));
        }
    }

    private bool TryAdd(PushSession session)
    {
        lock (_adding)
        {
            Close(session.Intent.Id);
            return _open.Count < MostOpen && _open.TryAdd(session.Intent.Id, session);
        }
    }

    /// <summary>A push in progress, to be disposed; null where there is none of that id.</summary>
    internal PushSession.Use? TryUse(PushId id) => _open.TryGetValue(id, out var session) ? session.TryUse() : null;

    /// <summary>How a push ended that was committed before; a retry gets the same answer.</summary>
    internal PushResult? ResultOf(PushId id) => _results.GetValueOrDefault(id);

    // The result stands before the session goes, so that whoever finds no session finds the result.
    internal void End(PushId id, PushResult result)
    {
        _results[id] = result;
        _order.Enqueue(id);
        while (_order.Count > MostResults && _order.TryDequeue(out var oldest))
            _results.TryRemove(oldest, out _);
        Close(id);
    }

    internal void Close(PushId id)
    {
        if (_open.TryRemove(id, out var session))
            session.Dispose();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var id in _open.Keys)
            Close(id);
    }
}
