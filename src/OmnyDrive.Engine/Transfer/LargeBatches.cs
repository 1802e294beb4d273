using OmnyDrive.Chunking;

namespace OmnyDrive.Engine.Transfer;

/// <summary>Splits large contents into batches whose chunk lists may be held at once, and whose files may be open at once.</summary>
internal static class LargeBatches
{
    /// <summary>All lists of a batch have fewer, since no chunk but the last of a file is shorter than 16 KiB.</summary>
    internal const long MostChunks = ChunkListBuilder.MaxCount + MostContents;

    private const int MostContents = 32;
    private const long MostBytes = 65_536L * FastCdc.NormalSize;

    /// <summary>Batches in the order given: 4 GiB and 32 contents at most, or one that is larger.</summary>
    internal static IEnumerable<IReadOnlyList<T>> Of<T>(IEnumerable<T> contents, Func<T, long> size)
    {
        var batch = new List<T>();
        var bytes = 0L;
        foreach (var content in contents)
        {
            if (batch.Count == MostContents || (batch.Count > 0 && bytes + size(content) > MostBytes))
            {
                yield return batch;
                (batch, bytes) = ([], 0);
            }
            batch.Add(content);
            bytes += size(content);
        }
        if (batch.Count > 0)
            yield return batch;
    }
}
