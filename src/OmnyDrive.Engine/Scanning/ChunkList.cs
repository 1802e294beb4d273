using System.Collections;
using OmnyDrive.Chunking;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.Scanning;

/// <summary>The chunks of one content, in order. Immutable; not safe for concurrent use.</summary>
internal sealed class ChunkList : IReadOnlyList<ChunkRef>
{
    /// <summary>
    /// A longer list is not kept, so that lists take little memory: 16 MiB for a file of some 18 GiB. A larger file is hashed in full.
    /// </summary>
    internal const int MaxCount = ChunkListBuilder.MaxCount;

    private readonly ChunkRecord[] _chunks;
    private readonly long[] _offsets;
    private Dictionary<Hash256, int>? _byHash;

    internal ChunkList(ContentHash content, ChunkRecord[] chunks)
    {
        Content = content;
        _chunks = chunks;
        _offsets = new long[chunks.Length];
        for (var i = 1; i < chunks.Length; i++)
            _offsets[i] = _offsets[i - 1] + chunks[i - 1].Length;
    }

    internal ContentHash Content { get; }

    internal ReadOnlySpan<ChunkRecord> Chunks => _chunks;

    /// <inheritdoc/>
    public int Count => _chunks.Length;

    /// <inheritdoc/>
    public ChunkRef this[int index] => new(_chunks[index].Length, _chunks[index].Hash);

    /// <summary>Where a chunk began.</summary>
    internal long OffsetOf(int chunk) => _offsets[chunk];

    /// <summary>The chunk that began at an offset; null where none did.</summary>
    internal int? StartingAt(long offset) => Array.BinarySearch(_offsets, offset) is >= 0 and var found ? found : null;

    /// <summary>
    /// The chunk behind the one with that hash; null where there is none. Of equal chunks the first counts: in a long run of them too few that
    /// follow costs more than too many.
    /// </summary>
    internal int? Following(Hash256 hash) => IndexOf(hash) is { } found && found + 1 < _chunks.Length ? found + 1 : null;

    /// <summary>The first chunk with that hash; null where there is none.</summary>
    internal int? IndexOf(Hash256 hash)
    {
        if (_byHash is null)
        {
            _byHash = new Dictionary<Hash256, int>(_chunks.Length);
            for (var i = 0; i < _chunks.Length; i++)
                _byHash.TryAdd(_chunks[i].Hash, i);
        }
        return _byHash.TryGetValue(hash, out var found) ? found : null;
    }

    /// <inheritdoc/>
    public IEnumerator<ChunkRef> GetEnumerator()
    {
        for (var i = 0; i < Count; i++)
            yield return this[i];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
