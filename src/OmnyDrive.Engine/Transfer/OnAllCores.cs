using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;

namespace OmnyDrive.Engine.Transfer;

/// <summary>Spreads work over all cores.</summary>
internal static class OnAllCores
{
    /// <summary>Does it for each item, with something of its own for each thread. The first failure ends it and comes out as itself, so that callers see its code.</summary>
    internal static void ForEach<T, TOwn>(Partitioner<T> items, Func<TOwn> begin, Action<T, TOwn> act, Action<TOwn> end, CancellationToken cancellation)
    {
        var options = new ParallelOptions { CancellationToken = cancellation, MaxDegreeOfParallelism = Environment.ProcessorCount };
        try
        {
            Parallel.ForEach(items, options, begin, (item, _, own) =>
            {
                act(item, own);
                return own;
            }, end);
        }
        catch (AggregateException e)
        {
            ExceptionDispatchInfo.Throw(e.Flatten().InnerExceptions[0]);
        }
    }
}
