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

    /// <summary>The most pieces that are told of one list: those of some 2,000 chunks. Other new chunks travel whole.</summary>
    public const int MaxPieces = 1 << 17;

    private readonly List<ChunkRef> _chunks = [];
    private readonly List<ChunkPieces> _pieces = [];
    private int _pieceCount;
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

    /// <summary>
    /// Takes the pieces of a chunk that was told before; in the order of the chunks, each once. They are a claim, also when the list is believed: only that they add up to the chunk is certain.
    /// </summary>
    public void Add(ChunkPieces told)
    {
        var (chunk, pieces) = told;
        if (chunk < 0 || chunk >= _chunks.Count || (_pieces.Count > 0 && chunk <= _pieces[^1].Chunk))
            throw DriveException.Protocol($"Pieces of a chunk {chunk} come where there can be none.");
        if (pieces.Count > MaxPieces - _pieceCount)
            throw DriveException.Protocol($"A chunk list has more than {MaxPieces} pieces.");
        var left = _chunks[chunk].Length;
        for (var i = 0; i < pieces.Count; i++)
        {
            if (pieces[i].Length is < 1 or > PieceCutter.MaxSize || (i > 0 && pieces[i - 1].Length <= PieceCutter.MinSize) || pieces[i].Length > left)
                throw DriveException.Protocol($"A chunk has a piece of {pieces[i].Length} bytes where there can be none.");
            left -= pieces[i].Length;
        }
        if (left > 0)
            throw DriveException.Protocol($"The pieces of a chunk lack {left} bytes of it.");
        _pieces.Add(told);
        _pieceCount += pieces.Count;
    }

    /// <summary>The pieces that were told, in the order of their chunks.</summary>
    public IReadOnlyList<ChunkPieces> Pieces => _pieces;

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
