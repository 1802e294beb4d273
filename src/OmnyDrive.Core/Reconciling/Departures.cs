using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace OmnyDrive.Reconciling;

// What changes take away, by what it is; each is given away once.
internal sealed class Departures<TKey>
    where TKey : struct
{
    private readonly Waiting<(TKey, string)> _byName;
    private readonly Waiting<TKey> _byContent;

    // Their indexes among the changes, of which they may be few.
    private readonly List<int> _departing = [];
    private readonly bool[] _taken;

    /// <param name="changes">The changes.</param>
    /// <param name="keyOf">What a change takes away; null where it has no part in this.</param>
    internal Departures(IReadOnlyList<Change> changes, Func<Change, TKey?> keyOf)
    {
        var keys = new List<TKey>();
        for (var i = 0; i < changes.Count; i++)
        {
            if (keyOf(changes[i]) is not { } key)
                continue;
            _departing.Add(i);
            keys.Add(key);
        }
        (_byName, _byContent, _taken) = (new(keys.Count), new(keys.Count), new bool[keys.Count]);
        for (var i = 0; i < keys.Count; i++)
        {
            _byName.Add((keys[i], changes[_departing[i]].Path.Name), i);
            _byContent.Add(keys[i], i);
        }
    }

    internal bool IsEmpty => _byContent.IsEmpty;

    /// <summary>The index of a change that takes this away, one of the same name if there is one; null where none is left.</summary>
    internal int? Take(TKey key, string name) => (_byName.Take((key, name), _taken) ?? _byContent.Take(key, _taken)) is { } taken ? _departing[taken] : null;

    // Queues of indexes, all in one array: each index leads to the next of its key.
    private sealed class Waiting<T>(int count)
        where T : notnull
    {
        private const int End = -1;

        private readonly Dictionary<T, (int First, int Last)> _ends = [];
        private readonly int[] _next = new int[count];

        internal bool IsEmpty => _ends.Count == 0;

        internal void Add(T key, int index)
        {
            ref var ends = ref CollectionsMarshal.GetValueRefOrAddDefault(_ends, key, out var isKnown);
            if (isKnown)
                _next[ends.Last] = index;
            ends = (isKnown ? ends.First : index, index);
            _next[index] = End;
        }

        internal int? Take(T key, bool[] taken)
        {
            ref var ends = ref CollectionsMarshal.GetValueRefOrNullRef(_ends, key);
            if (Unsafe.IsNullRef(ref ends))
                return null;
            while (ends.First != End)
            {
                var first = ends.First;
                ends.First = _next[first];
                if (!taken[first])
                {
                    taken[first] = true;
                    return first;
                }
            }
            return null;
        }
    }
}
