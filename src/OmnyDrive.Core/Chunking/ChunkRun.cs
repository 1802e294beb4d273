using OmnyDrive.Snapshots;

namespace OmnyDrive.Chunking;

/// <summary>
/// A piece of a chunk list as it is told to somebody who may know another list, the base: either one chunk, or a run of chunks that the
/// base has in the same order.
/// </summary>
public readonly record struct ChunkRun
{
    private ChunkRun(ChunkRef chunk, int first, int count) => (Chunk, First, Count) = (chunk, first, count);

    /// <summary>The chunk; nothing where this is a run of the base.</summary>
    public ChunkRef Chunk { get; }

    /// <summary>Where the run begins in the base's list, counted from 0.</summary>
    public int First { get; }

    /// <summary>How many chunks of the base it has; 0 where this is one chunk.</summary>
    public int Count { get; }

    /// <summary>Whether it is a run of the base.</summary>
    public bool IsOfBase => Count > 0;

    /// <summary>One chunk.</summary>
    public static ChunkRun Of(int length, Hash256 hash) => new(new ChunkRef(length, hash), 0, 0);

    /// <summary>Chunks of the base from <paramref name="first"/> on, at least one.</summary>
    public static ChunkRun OfBase(int first, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        return new ChunkRun(default, first, count);
    }
}
