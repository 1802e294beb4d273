namespace OmnyDrive.Reconciling;

// What changes take away, by what it is; each is given away once.
internal sealed class Departures<TKey>
    where TKey : struct
{
    private readonly Dictionary<(TKey, string), Queue<int>> _byName = [];
    private readonly Dictionary<TKey, Queue<int>> _byContent = [];
    private readonly HashSet<int> _taken = [];

    /// <param name="changes">The changes.</param>
    /// <param name="keyOf">What a change takes away; null where it has no part in this.</param>
    internal Departures(IReadOnlyList<Change> changes, Func<Change, TKey?> keyOf)
    {
        for (var i = 0; i < changes.Count; i++)
        {
            if (keyOf(changes[i]) is not { } key)
                continue;
            Queue(_byName, (key, changes[i].Path.Name)).Enqueue(i);
            Queue(_byContent, key).Enqueue(i);
        }
    }

    internal bool IsEmpty => _byContent.Count == 0;

    /// <summary>The index of a change that takes this away, one of the same name if there is one; null where none is left.</summary>
    internal int? Take(TKey key, string name) => Next(_byName.GetValueOrDefault((key, name))) ?? Next(_byContent.GetValueOrDefault(key));

    private int? Next(Queue<int>? waiting)
    {
        while (waiting is { Count: > 0 })
        {
            if (waiting.Dequeue() is var next && _taken.Add(next))
                return next;
        }
        return null;
    }

    private static Queue<int> Queue<T>(Dictionary<T, Queue<int>> queues, T key)
        where T : notnull => queues.TryGetValue(key, out var queue) ? queue : queues[key] = new();
}
