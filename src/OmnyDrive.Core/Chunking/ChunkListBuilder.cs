using OmnyDrive.Errors;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Chunking;

/// <summary>
/// Puts a chunk list together from what a peer tells, and believes it only where it is the list of the content: the hash of a large content is a hash of
/// its chunk list, so nobody can make up another. Holds one list of at most <see cref="MaxCount"/> chunks. Throws <see cref="DriveException"/>
/// <c>protocol_error</c> as soon as what comes can be no such list.
/// </summary>
/// <param name="content">The content.</param>
/// <param name="size">Its size in bytes.</param>
/// <param name="known">The base that runs refer to; null where there is none.</param>
public sealed class ChunkListBuilder(ContentHash content, long size, IReadOnlyList<ChunkRef>? known)
{
    /// <summary>The longest list that is told: that of a content of some 18 GiB. A larger one travels without.</summary>
    public const int MaxCount = 1 << 18;

    private readonly List<ChunkRef> _chunks = [];
    private long _length;

    /// <summary>Takes the next run.</summary>
    public void Add(ChunkRun run)
    {
        if (!run.IsOfBase)
        {
            Add(run.Chunk);
            return;
        }
        if (run.First > (known?.Count ?? 0) - run.Count)
            throw DriveException.Protocol($"A chunk list refers to {run.Count} chunks from {run.First} on of a list of {known?.Count ?? 0}.");
        for (var i = 0; i < run.Count; i++)
            Add(known![run.First + i]);
    }

    /// <summary>The chunks, all of them.</summary>
    public IReadOnlyList<ChunkRef> Finish()
    {
        using var hash = new ChunkSequenceHash();
        foreach (var chunk in _chunks)
            hash.Append(chunk.Length, chunk.Hash);
        return _length == size && hash.Finish() == content
            ? _chunks
            : throw DriveException.Protocol($"A chunk list came that is not that of {content.Value}.");
    }

    // Only the last chunk of a content may be shorter than what FastCDC cuts.
    private void Add(ChunkRef chunk)
    {
        if (chunk.Length is < 1 or > FastCdc.MaxSize || chunk.Length > size - _length || (_chunks.Count > 0 && _chunks[^1].Length <= FastCdc.MinSize))
            throw DriveException.Protocol($"A chunk list has a chunk of {chunk.Length} bytes where there can be none.");
        if (_chunks.Count == MaxCount)
            throw DriveException.Protocol($"A chunk list has more than {MaxCount} chunks.");
        _chunks.Add(chunk);
        _length += chunk.Length;
    }
}
