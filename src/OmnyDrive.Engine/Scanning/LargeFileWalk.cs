namespace OmnyDrive.Engine.Scanning;

/// <summary>
/// One pass over a large file. Pieces are read ahead and worked on by the crew, and looked at here in order. While a known list fits, pieces
/// of it are expected and only checked; where a chunk does not hold, chunks are cut and hashed until the list fits again: at the same distance behind
/// an edit in place, at another behind an insertion or deletion. Where it does not fit for long, fresh pieces are cut until a chunk of
/// the list turns up. Each chunk is cut, and hashed or checked, in one reading of its bytes.
/// </summary>
internal sealed class LargeFileWalk : IDisposable
{
    // One is being filled; the others keep as many cores busy as one cutting thread can feed.
    private const int PiecesAhead = 4;

    // So many chunks in a row are hashed one by one before the list is given up: a small edit moves fewer cuts.
    private const int MaxMended = 8;

    private readonly HashingCrew _crew;
    private readonly ChunkList? _known;
    private readonly ChunkSequence _found;
    private readonly HashingPiece[] _pieces;
    private readonly HashingPiece _mending;
    private readonly Stack<HashingPiece> _free;
    private readonly Queue<HashingPiece> _ahead = new();

    // Where the next piece begins, and the chunk of the list that is expected there; null cuts.
    private long _next;
    private int? _expected;

    private int _mended;
    private bool _ended, _waits;

    internal LargeFileWalk(FileSource source, HashingCrew crew, ChunkKeys? keys, ChunkList? known, bool remembers)
    {
        _crew = crew;
        _known = keys is null ? null : known;
        _expected = _known is null ? null : 0;
        _found = new ChunkSequence(remembers);
        _pieces = [.. Enumerable.Range(0, PiecesAhead + 1).Select(_ => new HashingPiece(source, keys is null ? null : new ChunkTagger(keys)))];
        _free = new Stack<HashingPiece>(_pieces[1..]);
        _mending = _pieces[0];
    }

    /// <summary>Walks to the end of the file.</summary>
    internal HashedContent Run(CancellationToken cancellation)
    {
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            if (TryReadAhead())
                continue;
            if (_ahead.TryDequeue(out var piece))
                LookAt(piece);
            else if (_ended)
                return _found.Finish();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Abandon();
        foreach (var piece in _pieces)
            piece.Dispose();
        _found.Dispose();
    }

    private bool TryReadAhead()
    {
        var isBehindList = _known is not null && _expected == _known.Count;
        if (_ended || _waits || isBehindList || !_free.TryPeek(out var piece))
            return false;
        if (_expected is { } first)
        {
            piece.Expect(_next, _known!, first);
            _expected = first + piece.Count;
        }
        else
        {
            var isCut = piece.Cut(_next, _found.Remembers);
            _ended = !isCut || piece.IsLast;
            if (!isCut)
                return false;
        }
        _next = piece.End;
        _ahead.Enqueue(_free.Pop());
        _crew.Post(piece);
        return true;
    }

    private void LookAt(HashingPiece piece)
    {
        _crew.WorkUntilDone(piece);
        piece.ThrowIfFailed();
        if (piece.IsExpected)
            LookAtExpected(piece);
        else
            LookAtFresh(piece);
        _free.Push(piece);
    }

    private void LookAtFresh(HashingPiece piece)
    {
        for (var i = 0; i < piece.Count; i++)
            _found.AddFresh(piece[i]);
        var following = _known?.Following(piece[piece.Count - 1].Hash);
        // Pieces that are being hashed already are used first; whether the list still fits is seen by the last of them.
        _waits = following is not null && _ahead.Count > 0;
        if (following is null || _waits)
            return;
        _expected = following;
        _mended = 0;
    }

    private void LookAtExpected(HashingPiece piece)
    {
        var at = piece.Offset;
        for (var i = 0; i < piece.Count; at += piece[i].Length, i++)
        {
            if (at < _found.End)
                continue;
            if (piece.Holds(i))
            {
                _found.Accept(piece[i]);
                _mended = 0;
                _ended = piece.First + i + 1 == _known!.Count;
            }
            else if (!Mend(at - _known!.OffsetOf(piece.First + i)))
                return;
        }
    }

    // Cuts and hashes chunks until the list fits again. True where it does at the same distance from its old offsets: then what was read ahead is of use.
    private bool Mend(long distance)
    {
        while (true)
        {
            _ended = !_mending.Cut(_found.End, _found.Remembers, most: 1) || _mending.IsLast;
            _mending.Work();
            _mending.ThrowIfFailed();
            for (var i = 0; i < _mending.Count; i++)
                _found.AddFresh(_mending[i]);
            if (_ended)
                return Resume(null);
            _mended++;
            if (_mended < MaxMended && _known!.StartingAt(_found.End - distance) is { } same)
                return _found.End <= _next || Resume(same);
            if (_known!.Following(_mending[0].Hash) is { } elsewhere)
            {
                _mended = 0;
                return Resume(elsewhere);
            }
            if (_mended >= MaxMended)
                return Resume(null);
        }
    }

    // Forgets what was read ahead and goes on behind the last chunk that was found. Always false.
    private bool Resume(int? expected)
    {
        Abandon();
        _next = _found.End;
        _expected = expected;
        return false;
    }

    private void Abandon()
    {
        foreach (var piece in _ahead)
            piece.Forgo();
        while (_ahead.TryDequeue(out var piece))
        {
            _crew.WorkUntilDone(piece);
            _free.Push(piece);
        }
    }
}
