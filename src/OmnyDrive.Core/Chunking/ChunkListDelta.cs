using OmnyDrive.Snapshots;

namespace OmnyDrive.Chunking;

/// <summary>Tells one chunk list as the difference to another, so that what both have costs a few bytes for each run.</summary>
public static class ChunkListDelta
{
    /// <summary>
    /// The runs that <paramref name="target"/> is made of. Wherever <paramref name="known"/> has a chunk, as many as follow it in both are one run; of equal chunks in
    /// it the first counts, unless a run goes on. Null or an empty base gives the chunks one by one.
    /// </summary>
    public static IEnumerable<ChunkRun> Of(IReadOnlyList<ChunkRef>? known, IReadOnlyList<ChunkRef> target)
    {
        var places = PlacesIn(known);
        for (var i = 0; i < target.Count;)
        {
            if (!places.TryGetValue(target[i].Hash, out var first))
            {
                yield return ChunkRun.Of(target[i].Length, target[i].Hash);
                i++;
                continue;
            }
            var count = 1;
            while (i + count < target.Count && first + count < known!.Count && target[i + count].Hash == known[first + count].Hash)
                count++;
            yield return ChunkRun.OfBase(first, count);
            i += count;
        }
    }

    private static Dictionary<Hash256, int> PlacesIn(IReadOnlyList<ChunkRef>? list)
    {
        var places = new Dictionary<Hash256, int>(list?.Count ?? 0);
        for (var i = 0; i < list?.Count; i++)
            places.TryAdd(list[i].Hash, i);
        return places;
    }
}
