using System.Collections.Concurrent;
using OmnyDrive.Chunking;
using OmnyDrive.Engine.Scanning;

namespace OmnyDrive.Engine.Transfer;

/// <summary>
/// Chunks of one content that are put together from pieces, in the file that the content is put together in. Pieces are written where they belong as they are had; when all of a
/// chunk are there it is read again and completed, or given up for good where it is not the chunk. Different pieces may come concurrently.
/// </summary>
/// <param name="table">The pieces.</param>
/// <param name="part">The file.</param>
/// <param name="offsets">Where each chunk of the content begins.</param>
/// <param name="complete">Takes a chunk that may be complete; false where it is not that chunk.</param>
internal sealed class PartialChunks(PieceTable table, FileSource part, long[] offsets, PartialChunks.Complete complete)
{
    // Nothing is written into a chunk any more that was completed or is asked for whole.
    private readonly Lock _one = new();
    private int _givenUp;

    internal delegate bool Complete(int chunk, ReadOnlySpan<byte> bytes);

    /// <summary>How many pieces there are, whatever became of them.</summary>
    internal int Count => table.Count;

    /// <summary>How many chunks were given up.</summary>
    internal int GivenUp => Volatile.Read(ref _givenUp);

    /// <summary>Those that lack pieces, in their order.</summary>
    internal IReadOnlyList<int> Open => table.OpenChunks;

    /// <summary>Whether a chunk lacks pieces; else it is there, or lacking as a whole.</summary>
    internal bool IsOpen(int chunk) => table.IsOpen(chunk);

    /// <summary>Whether a chunk lacks a quarter of its bytes or more, and pieces of it may be found.</summary>
    internal bool LacksMuch(int chunk) => IsOpen(chunk) && PiecesOf(chunk).Sum(piece => piece.IsThere ? -piece.Length : 3 * piece.Length) >= 0;

    /// <summary>The pieces of a chunk in their order.</summary>
    internal IEnumerable<(long Length, bool IsThere)> PiecesOf(int chunk) => table.PiecesOf(chunk).Select(piece => ((long)table.LengthOf(piece), table.IsThere(piece)));

    /// <summary>The piece that begins there in a chunk; null where none does.</summary>
    internal (int Piece, int Length)? StartingAt(int chunk, long offset) => table.StartingAt(chunk, offset) is { } piece ? (piece, table.LengthOf(piece)) : null;

    /// <summary>Copies the pieces that some chunks of a file on this machine have as well, on all cores; returns how many bytes.</summary>
    internal long TakeFrom(ChunkSource source, IEnumerable<int> chunks, CancellationToken cancellation)
    {
        var copied = 0L;
        OnAllCores.ForEach(Partitioner.Create(chunks, EnumerablePartitionerOptions.NoBuffering), () => (Bytes: new byte[FastCdc.MaxSize], Room: new byte[FastCdc.MaxSize]), (chunk, own) =>
        {
            var bytes = own.Bytes.AsSpan(0, source.List.Chunks[chunk].Length);
            if (!source.TryRead(chunk, bytes))
                return;
            foreach (var (first, count, at, length) in InRows(FindIn(PieceCutter.Cut(bytes))))
            {
                Put(first, count, bytes.Slice(at, length), own.Room);
                Interlocked.Add(ref copied, length);
            }
        }, static _ => { }, cancellation);
        return copied;
    }

    // Pieces that lie side by side here and there are written at once.
    private IEnumerable<(int First, int Count, int At, int Length)> InRows(IReadOnlyList<(int Piece, int At)> found)
    {
        for (var i = 0; i < found.Count;)
        {
            var (first, at) = found[i];
            var (count, length) = (0, 0);
            while (i < found.Count && found[i] == (first + count, at + length) && table.ChunkOf(found[i].Piece) == table.ChunkOf(first))
            {
                length += table.LengthOf(found[i++].Piece);
                count++;
            }
            yield return (first, count, at, length);
        }
    }

    private IReadOnlyList<(int Piece, int At)> FindIn(IReadOnlyList<Piece> pieces)
    {
        lock (_one)
            return table.FindIn(pieces);
    }

    /// <summary>
    /// Takes a piece that arrived. Where it does not have its hash its chunk is given up, for nobody knows which of the two is wrong. What is there already, or not needed any more, is passed over.
    /// </summary>
    /// <param name="piece">Which.</param>
    /// <param name="bytes">Its bytes.</param>
    /// <param name="room">As long as a chunk may be; may be where the bytes are.</param>
    internal void Take(int piece, ReadOnlySpan<byte> bytes, Span<byte> room)
    {
        if (table.IsThere(piece))
            return;
        if (table.Fits(piece, bytes))
            Put(piece, 1, bytes, room);
        else
            GiveUp(table.ChunkOf(piece));
    }

    private void Put(int first, int count, ReadOnlySpan<byte> bytes, Span<byte> room)
    {
        var chunk = table.ChunkOf(first);
        lock (_one)
        {
            if (!table.IsOpen(chunk))
                return;
            part.Directory.Write(part.File, bytes, offsets[chunk] + table.OffsetOf(first));
            var isComplete = false;
            for (var piece = first; piece < first + count; piece++)
                isComplete = table.Take(piece);
            if (isComplete)
                End(chunk, room);
        }
    }

    private void End(int chunk, Span<byte> room)
    {
        var whole = room[..table.PiecesOf(chunk).Sum(table.LengthOf)];
        if (part.Fill(whole, offsets[chunk]) == whole.Length && complete(chunk, whole))
            table.Close(chunk);
        else
            GiveUp(chunk);
    }

    private void GiveUp(int chunk)
    {
        lock (_one)
        {
            if (!table.IsOpen(chunk))
                return;
            Interlocked.Increment(ref _givenUp);
            table.Close(chunk);
        }
    }
}
