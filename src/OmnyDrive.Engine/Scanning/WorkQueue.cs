namespace OmnyDrive.Engine.Scanning;

/// <summary>
/// Work that brings more work, done by all cores until none is left. The newest is done first, so that little of it waits. The first failure, or a
/// cancellation, ends all.
/// </summary>
internal sealed class WorkQueue<T>(IEnumerable<T> first)
{
    private const int Batch = 16;

    private readonly Stack<T> _waiting = new(first);
    private int _busy;
    private Exception? _failure;

    /// <summary>Does all work; each worker is made once, for one thread, and given an action to add more.</summary>
    internal void Run<TWorker>(Func<TWorker> make, Action<TWorker, T, List<T>> work, CancellationToken cancellation)
    {
        var helpers = Enumerable.Range(1, Environment.ProcessorCount - 1).Select(_ => Task.Run(() => Loop(make, work, cancellation), CancellationToken.None)).ToArray();
        Loop(make, work, cancellation);
        Task.WaitAll(helpers, CancellationToken.None);
        cancellation.ThrowIfCancellationRequested();
        if (_failure is not null)
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(_failure);
    }

    private void Loop<TWorker>(Func<TWorker> make, Action<TWorker, T, List<T>> work, CancellationToken cancellation)
    {
        var (mine, more) = (new List<T>(Batch), new List<T>());
        try
        {
            var worker = make();
            using var ended = worker as IDisposable;
            while (Next(mine))
            {
                foreach (var item in mine)
                {
                    cancellation.ThrowIfCancellationRequested();
                    work(worker, item, more);
                }
                Done(more);
            }
        }
        catch (Exception e)
        {
            // Whatever it was, it is thrown again where the work was asked for.
            End(e);
        }
    }

    private bool Next(List<T> mine)
    {
        mine.Clear();
        lock (_waiting)
        {
            while (_waiting.Count == 0 && _busy > 0 && _failure is null)
                Monitor.Wait(_waiting);
            if (_failure is not null || _waiting.Count == 0)
                return false;
            // Never so many that another worker goes without.
            var count = Math.Clamp(_waiting.Count / (2 * Environment.ProcessorCount), 1, Batch);
            for (var i = 0; i < count; i++)
                mine.Add(_waiting.Pop());
            _busy++;
            return true;
        }
    }

    private void Done(List<T> more)
    {
        lock (_waiting)
        {
            for (var i = more.Count - 1; i >= 0; i--)
                _waiting.Push(more[i]);
            _busy--;
            if (more.Count > 0 || _busy == 0)
                Monitor.PulseAll(_waiting);
        }
        more.Clear();
    }

    private void End(Exception e)
    {
        lock (_waiting)
        {
            _failure ??= e;
            _busy = 0;
            Monitor.PulseAll(_waiting);
        }
    }
}
