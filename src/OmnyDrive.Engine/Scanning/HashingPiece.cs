using System.Buffers;
using System.Runtime.ExceptionServices;
using OmnyDrive.Chunking;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.Scanning;

/// <summary>
/// Up to 1 MiB of a file and the chunks in it: either freshly cut and to be hashed, or expected from a list and to be checked. Filled by one thread,
/// then worked on by one, then looked at by the first again; <see cref="HashingCrew"/>'s lock stands between them.
/// </summary>
internal sealed class HashingPiece(FileSource source, ChunkTagger? tagger) : IDisposable
{
    private const int Size = 1 << 20;
    private const int MaxChunks = Size / FastCdc.MinSize + 1;

    private readonly byte[] _buffer = ArrayPool<byte>.Shared.Rent(Size);
    private readonly ChunkRecord[] _chunks = new ChunkRecord[MaxChunks];
    private readonly bool[] _holds = new bool[MaxChunks];
    private int _filled;
    private bool _tags, _endsList;
    private volatile bool _isWanted;
    private ExceptionDispatchInfo? _failure;

    /// <summary>Whether it was worked on. Guarded by the crew's lock.</summary>
    internal bool IsDone { get; set; }

    internal bool IsExpected { get; private set; }

    /// <summary>The chunk of the list that its first is expected to be.</summary>
    internal int First { get; private set; }

    /// <summary>Whether its last chunk ends where the file does; of fresh pieces only.</summary>
    internal bool IsLast { get; private set; }

    internal long Offset { get; private set; }

    /// <summary>Where the chunk behind its last begins.</summary>
    internal long End { get; private set; }

    internal int Count { get; private set; }

    /// <summary>
    /// Reads what lies at an offset and cuts it; what remains is read again with the next piece. False at the end of the file.
    /// </summary>
    /// <param name="offset">Where a chunk begins.</param>
    /// <param name="tags">Whether the chunks get tags, too.</param>
    /// <param name="most">How many chunks at most.</param>
    internal bool Cut(long offset, bool tags, int most = MaxChunks)
    {
        var wanted = most == 1 ? FastCdc.MaxSize : Size;
        Begin(offset, wanted);
        IsExpected = false;
        _tags = tags && tagger is not null;
        var isAll = _filled < wanted;
        var at = 0;
        // A cut is certain only with MaxSize bytes at hand, or at the end of the file.
        while (Count < most && _filled - at >= (isAll ? 1 : FastCdc.MaxSize))
        {
            var length = FastCdc.NextLength(_buffer.AsSpan(at, _filled - at));
            _chunks[Count++] = new ChunkRecord(length, default, default);
            at += length;
        }
        IsLast = isAll && at == _filled;
        End = offset + at;
        return Count > 0;
    }

    /// <summary>Reads what lies at an offset, to be checked against the chunks of a list from one on, as many as have room.</summary>
    internal void Expect(long offset, ChunkList list, int first)
    {
        var length = 0;
        var count = 0;
        // One byte is left, to see whether the file ends with the list.
        for (; first + count < list.Count && length + list.Chunks[first + count].Length < Size; count++)
            length += list.Chunks[first + count].Length;
        Begin(offset, length + 1);
        IsExpected = true;
        First = first;
        IsLast = false;
        list.Chunks.Slice(first, count).CopyTo(_chunks);
        Count = count;
        End = offset + length;
        _endsList = first + count == list.Count;
    }

    internal ref readonly ChunkRecord this[int chunk] => ref _chunks[chunk];

    /// <summary>Whether the chunk is what FastCDC cuts here, with the hash that the list has.</summary>
    internal bool Holds(int chunk) => _holds[chunk];

    /// <summary>Its work is done with if its turn has not come yet.</summary>
    internal void Forgo() => _isWanted = false;

    /// <summary>Hashes or checks. Never throws; <see cref="ThrowIfFailed"/> does, in the thread that looks at the result.</summary>
    internal void Work()
    {
        try
        {
            if (!_isWanted)
                return;
            if (IsExpected)
                Check();
            else
                Hash();
        }
        catch (Exception e)
        {
            _failure = ExceptionDispatchInfo.Capture(e);
        }
    }

    internal void ThrowIfFailed() => _failure?.Throw();

    /// <inheritdoc/>
    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        tagger?.Dispose();
    }

    private void Begin(long offset, int length)
    {
        Offset = offset;
        _failure = null;
        Count = 0;
        _isWanted = true;
        _filled = source.Fill(_buffer.AsSpan(0, length), offset);
    }

    private void Hash()
    {
        var at = 0;
        for (var i = 0; i < Count; i++)
        {
            var bytes = _buffer.AsSpan(at, _chunks[i].Length);
            _chunks[i] = new ChunkRecord(bytes.Length, Hash256.Of(bytes), _tags ? tagger!.Make(bytes) : default);
            at += bytes.Length;
        }
    }

    // Why equal bytes mean an equal cut. FastCDC saw at least MaxSize bytes, or all up to the end of the file. A chunk of the list that was not the last
    // of its file ended at a byte behind MinSize because the hash of the bytes up to there said so, or because it had MaxSize bytes; neither
    // depends on anything behind the chunk. So where all its bytes lie again, the cut is there again, even if the file ends with
    // them. Its last chunk may have ended only because the file did: it holds only where the file ends with it now; then FastCDC sees
    // exactly what it saw then.
    private void Check()
    {
        var at = 0;
        for (var i = 0; i < Count; i++)
        {
            var length = _chunks[i].Length;
            var end = at + length;
            var isLastOfList = _endsList && i == Count - 1;
            _holds[i] = (isLastOfList ? end == _filled : end <= _filled) && tagger!.Matches(_chunks[i].Tag, _buffer.AsSpan(at, length));
            at = end;
        }
    }
}
