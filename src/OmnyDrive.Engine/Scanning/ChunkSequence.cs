using OmnyDrive.Chunking;

namespace OmnyDrive.Engine.Scanning;

/// <summary>The chunks of a file as they are found, from its beginning to its end.</summary>
/// <param name="remembers">Whether they are to become a list.</param>
internal sealed class ChunkSequence(bool remembers) : IDisposable
{
    private readonly ChunkSequenceHash _hash = new();
    private List<ChunkRecord>? _chunks = remembers ? [] : null;
    private long _fresh;

    /// <summary>Where the next chunk begins.</summary>
    internal long End { get; private set; }

    /// <summary>Whether tags are of use: false, too, once there are more chunks than a list may have.</summary>
    internal bool Remembers => _chunks is not null;

    /// <summary>Takes a chunk whose hash the list had.</summary>
    internal void Accept(in ChunkRecord chunk)
    {
        _hash.Append(chunk.Length, chunk.Hash);
        End += chunk.Length;
        if (_chunks?.Count == ChunkList.MaxCount)
            _chunks = null;
        _chunks?.Add(chunk);
    }

    /// <summary>Takes a chunk that was hashed.</summary>
    internal void AddFresh(in ChunkRecord chunk)
    {
        Accept(chunk);
        _fresh += chunk.Length;
    }

    internal HashedContent Finish()
    {
        var content = _hash.Finish();
        return new HashedContent(content, End, _fresh, _chunks is { Count: > 0 } ? new ChunkList(content, [.. _chunks]) : null);
    }

    /// <inheritdoc/>
    public void Dispose() => _hash.Dispose();
}
