using OmnyDrive.Snapshots;

namespace OmnyDrive.Chunking;

/// <summary>
/// A row of new chunks of a list, and the chunks of its base that are likely to share bytes with them: those beside the chunks that both lists have next to the row.
/// </summary>
/// <param name="First">The first chunk of the row.</param>
/// <param name="Count">How many it has.</param>
/// <param name="Nearby">
/// Chunks of the base, in their order: on either side as many as the row has and one more, whether the list has them elsewhere or not, since what was copied has its bytes from chunks that stay.
/// </param>
public sealed record NearbyChunks(int First, int Count, IReadOnlyCollection<int> Nearby)
{
    // An edit may join chunks.
    private const int More = 1;

    /// <summary>The rows of a list.</summary>
    /// <param name="list">The list.</param>
    /// <param name="fresh">Which of its chunks are new, ascending.</param>
    /// <param name="placeOf">Where in the base a chunk lies; null where it has none of that hash.</param>
    /// <param name="known">How many chunks the base has.</param>
    public static IEnumerable<NearbyChunks> Of(IReadOnlyList<ChunkRef> list, IReadOnlyList<int> fresh, Func<Hash256, int?> placeOf, int known)
    {
        for (var i = 0; i < fresh.Count;)
        {
            var first = fresh[i++];
            var end = first + 1;
            for (; i < fresh.Count && fresh[i] == end; i++)
                end++;
            var nearby = new SortedSet<int>();
            if ((first == 0 ? -1 : placeOf(list[first - 1].Hash)) is { } before)
                AddRange(nearby, before + 1, Math.Min(before + end - first + More, known - 1));
            if ((end == list.Count ? known : placeOf(list[end].Hash)) is { } behind)
                AddRange(nearby, Math.Max(behind - (end - first + More), 0), behind - 1);
            yield return new NearbyChunks(first, end - first, nearby);
        }
    }

    private static void AddRange(SortedSet<int> to, int first, int last)
    {
        for (var i = first; i <= last; i++)
            to.Add(i);
    }
}
