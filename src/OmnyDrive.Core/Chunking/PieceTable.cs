namespace OmnyDrive.Chunking;

/// <summary>
/// Which pieces chunks are put together from: where each belongs, which are there, and which can be copied from other chunks. A chunk is open until somebody closes it, complete
/// or given up. Not safe for concurrent use, but for reading.
/// </summary>
public sealed class PieceTable
{
    private const int None = -1;

    private readonly SortedDictionary<int, Group> _chunks = [];
    private readonly Place[] _places;

    // The first of the pieces of a hash that are still looked for; Place.Next has the others.
    private readonly Dictionary<ulong, int> _wanted;

    /// <summary>Begins with no piece there.</summary>
    /// <param name="told">The chunks, each once.</param>
    public PieceTable(IEnumerable<ChunkPieces> told)
    {
        var places = new List<Place>();
        _wanted = [];
        foreach (var (chunk, pieces) in told)
        {
            _chunks.Add(chunk, new Group(places.Count, pieces.Count));
            var offset = 0;
            foreach (var piece in pieces)
            {
                var same = _wanted.TryGetValue(piece.Hash, out var first) ? first : None;
                _wanted[piece.Hash] = places.Count;
                places.Add(new Place(piece, chunk, offset, same));
                offset += piece.Length;
            }
        }
        _places = [.. places];
    }

    /// <summary>How many pieces there are.</summary>
    public int Count => _places.Length;

    /// <summary>The chunks that are open, in their order.</summary>
    public IReadOnlyList<int> OpenChunks => [.. _chunks.Where(chunk => chunk.Value.IsOpen).Select(chunk => chunk.Key)];

    /// <summary>Whether a chunk is being put together from pieces.</summary>
    public bool IsOpen(int chunk) => _chunks.TryGetValue(chunk, out var group) && group.IsOpen;

    /// <summary>Nothing is asked for or taken of this chunk's pieces any more.</summary>
    public void Close(int chunk) => _chunks[chunk].IsOpen = false;

    /// <summary>The pieces of a chunk, open or not; none where they were not told.</summary>
    public IEnumerable<int> PiecesOf(int chunk) => _chunks.TryGetValue(chunk, out var group) ? Enumerable.Range(group.First, group.Count) : [];

    /// <summary>The piece that begins there in a chunk, open or not; null where none does.</summary>
    public int? StartingAt(int chunk, long offset)
    {
        if (!_chunks.TryGetValue(chunk, out var group))
            return null;
        var (low, high) = (group.First, group.First + group.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_places[middle].Offset == offset)
                return middle;
            (low, high) = _places[middle].Offset < offset ? (middle + 1, high) : (low, middle);
        }
        return null;
    }

    /// <summary>The chunk that a piece belongs to.</summary>
    public int ChunkOf(int piece) => _places[piece].Chunk;

    /// <summary>Where in its chunk a piece begins.</summary>
    public int OffsetOf(int piece) => _places[piece].Offset;

    /// <summary>How many bytes a piece has.</summary>
    public int LengthOf(int piece) => _places[piece].Piece.Length;

    /// <summary>Whether a piece is there.</summary>
    public bool IsThere(int piece) => _places[piece].IsThere;

    /// <summary>Whether bytes have the length and hash of a piece.</summary>
    public bool Fits(int piece, ReadOnlySpan<byte> bytes) => bytes.Length == LengthOf(piece) && PieceCutter.HashOf(bytes) == _places[piece].Piece.Hash;

    /// <summary>Notes that a piece is there; whether all of its chunk are now.</summary>
    public bool Take(int piece)
    {
        ref var place = ref _places[piece];
        var group = _chunks[place.Chunk];
        if (!place.IsThere)
            group.Lacking--;
        place.IsThere = true;
        return group.Lacking == 0;
    }

    /// <summary>
    /// The pieces that a chunk of another list has as well, and where in it. Each place is found once, so that it costs no more to look at another chunk because
    /// all pieces are alike.
    /// </summary>
    /// <param name="pieces">What the other chunk is made of.</param>
    public IReadOnlyList<(int Piece, int At)> FindIn(IReadOnlyList<Piece> pieces)
    {
        var found = new List<(int, int)>();
        var at = 0;
        foreach (var (length, hash) in pieces)
        {
            if (_wanted.Remove(hash, out var piece))
            {
                for (; piece != None; piece = _places[piece].Next)
                {
                    if (LengthOf(piece) == length)
                        found.Add((piece, at));
                }
            }
            at += length;
        }
        return found;
    }

    private sealed class Group
    {
        internal Group(int first, int count) => (First, Count, Lacking) = (first, count, count);

        internal int First { get; }

        internal int Count { get; }

        internal int Lacking { get; set; }

        internal bool IsOpen { get; set; } = true;
    }

    private struct Place(Piece piece, int chunk, int offset, int next)
    {
        internal readonly Piece Piece = piece;
        internal readonly int Chunk = chunk, Offset = offset, Next = next;
        internal bool IsThere;
    }
}
