namespace OmnyDrive.Engine.Scanning;

/// <summary>
/// The threads that hash pieces of large files, and the places for files. Helpers come from the thread pool; whoever waits for a piece or a place
/// works on pieces meanwhile, whosever they are. So nothing waits for a thread that the pool may not have, and no scanning thread idles.
/// </summary>
/// <param name="places">How many files may be in work at once; each holds a fixed number of buffers.</param>
/// <param name="helpers">How many threads of the pool may work on pieces at once.</param>
internal sealed class HashingCrew(int places, int helpers)
{
    private readonly object _gate = new();
    private readonly Queue<HashingPiece> _waiting = new();
    private int _freePlaces = places, _freeHelpers = helpers;

    /// <summary>Waits for a place; give it back with <see cref="Leave"/>.</summary>
    internal void Enter(CancellationToken cancellation)
    {
        var entered = false;
        using (cancellation.UnsafeRegister(static crew => ((HashingCrew)crew!).Wake(), this))
            WorkUntil(() => cancellation.IsCancellationRequested || (entered = TryTakePlace()));
        if (!entered)
            throw new OperationCanceledException(cancellation);
    }

    /// <summary>Gives the place back.</summary>
    internal void Leave()
    {
        lock (_gate)
        {
            _freePlaces++;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Has a piece worked on by whoever is free first.</summary>
    internal void Post(HashingPiece piece)
    {
        lock (_gate)
        {
            piece.IsDone = false;
            _waiting.Enqueue(piece);
            Monitor.PulseAll(_gate);
            if (_freeHelpers == 0)
                return;
            _freeHelpers--;
        }
        ThreadPool.UnsafeQueueUserWorkItem(static crew => crew.Help(), this, preferLocal: false);
    }

    /// <summary>Works until a piece that was posted is done, by whomever.</summary>
    internal void WorkUntilDone(HashingPiece piece) => WorkUntil(() => piece.IsDone);

    // The condition is asked under the lock.
    private void WorkUntil(Func<bool> condition)
    {
        while (NextUnless(condition) is { } piece)
            Work(piece);
    }

    private HashingPiece? NextUnless(Func<bool> condition)
    {
        lock (_gate)
        {
            while (!condition())
            {
                if (_waiting.TryDequeue(out var piece))
                    return piece;
                Monitor.Wait(_gate);
            }
            return null;
        }
    }

    private void Help()
    {
        while (NextForHelper() is { } piece)
            Work(piece);
    }

    private HashingPiece? NextForHelper()
    {
        lock (_gate)
        {
            if (_waiting.TryDequeue(out var piece))
                return piece;
            _freeHelpers++;
            return null;
        }
    }

    private void Work(HashingPiece piece)
    {
        piece.Work();
        lock (_gate)
        {
            piece.IsDone = true;
            Monitor.PulseAll(_gate);
        }
    }

    private bool TryTakePlace()
    {
        if (_freePlaces == 0)
            return false;
        _freePlaces--;
        return true;
    }

    private void Wake()
    {
        lock (_gate)
            Monitor.PulseAll(_gate);
    }
}
