using OmnyDrive.Snapshots;

namespace OmnyDrive.Chunking;

/// <summary>Which chunks of a base a new chunk is likely to share bytes with: those beside the chunks that both lists have next to it.</summary>
public static class NearbyChunks
{
    // An edit may join chunks.
    private const int More = 1;

    /// <summary>
    /// The chunks of the base to look at, in their order: on either side of a row of new chunks as many as it has and one more, whether the new list has them elsewhere or not, since what was
    /// copied has its bytes from chunks that stay.
    /// </summary>
    /// <param name="list">The new list.</param>
    /// <param name="fresh">Which of its chunks are new, ascending.</param>
    /// <param name="placeOf">Where in the base a chunk lies; null where it has none of that hash.</param>
    /// <param name="known">How many chunks the base has.</param>
    public static IReadOnlyCollection<int> Of(IReadOnlyList<ChunkRef> list, IReadOnlyList<int> fresh, Func<Hash256, int?> placeOf, int known)
    {
        var nearby = new SortedSet<int>();
        for (var i = 0; i < fresh.Count;)
        {
            var first = fresh[i++];
            var last = first;
            while (i < fresh.Count && fresh[i] == last + 1)
                last = fresh[i++];
            var count = last - first + 1 + More;
            if ((first == 0 ? -1 : placeOf(list[first - 1].Hash)) is { } before)
                AddRange(nearby, before + 1, Math.Min(before + count, known - 1));
            if ((last == list.Count - 1 ? known : placeOf(list[last + 1].Hash)) is { } behind)
                AddRange(nearby, Math.Max(behind - count, 0), behind - 1);
        }
        return nearby;
    }

    private static void AddRange(SortedSet<int> to, int first, int last)
    {
        for (var i = first; i <= last; i++)
            to.Add(i);
    }
}
