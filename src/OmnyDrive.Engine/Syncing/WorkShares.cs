namespace OmnyDrive.Engine.Syncing;

/// <summary>Splits work over a few streams so that each has about as many bytes to move.</summary>
internal static class WorkShares
{
    private const int Streams = 2;

    // What an item costs beside its bytes, in bytes: creating a file takes about as long as moving this much.
    private const long PerItem = 16 << 10;

    /// <summary>Works on all shares at once, each on a thread of its own since files are read and written; the first that fails ends the others.</summary>
    internal static async Task RunAsync<T>(IReadOnlyList<T> items, Func<T, long> size, Func<IReadOnlyList<T>, CancellationToken, Task> work, CancellationToken cancellation)
    {
        using var all = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        await Task.WhenAll(Of(items, size).Select(share => RunAsync(share, work, all)));
    }

    private static async Task RunAsync<T>(IReadOnlyList<T> share, Func<IReadOnlyList<T>, CancellationToken, Task> work, CancellationTokenSource all)
    {
        try
        {
            await Task.Run(() => work(share, all.Token), all.Token);
        }
        catch
        {
            await all.CancelAsync();
            throw;
        }
    }

    internal static IReadOnlyList<IReadOnlyList<T>> Of<T>(IReadOnlyList<T> items, Func<T, long> size)
    {
        var half = items.Sum(item => size(item) + PerItem) / Streams;
        var shares = new List<IReadOnlyList<T>>(Streams);
        var share = new List<T>();
        long filled = 0;
        foreach (var item in items)
        {
            if (filled >= half && shares.Count < Streams - 1)
            {
                shares.Add(share);
                (share, filled) = ([], 0);
            }
            share.Add(item);
            filled += size(item) + PerItem;
        }
        if (share.Count > 0)
            shares.Add(share);
        return shares;
    }
}
