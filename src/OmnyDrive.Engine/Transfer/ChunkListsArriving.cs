using OmnyDrive.Chunking;
using OmnyDrive.Errors;
using OmnyDrive.Origins;

namespace OmnyDrive.Engine.Transfer;

/// <summary>Puts chunk lists together as their parts arrive, one list at a time.</summary>
/// <param name="begin">Makes the builder of a list; null where that was not asked for.</param>
/// <param name="mostChunks">How many chunks all lists together may have.</param>
internal sealed class ChunkListsArriving(Func<int, ChunkListBuilder?> begin, long mostChunks)
{
    private readonly Dictionary<int, ToldChunks?> _lists = [];
    private (int Index, ChunkListBuilder Builder)? _open;
    private long _chunks;
    private int _pieces;

    /// <summary>
    /// Reads to the end, so that the peer is not kept waiting by what becomes of the lists. Each list that came whole and is believed, by which of those wanted it is; null for
    /// one that cannot be had. What belongs to no list that was asked for throws <c>protocol_error</c>.
    /// </summary>
    internal async Task<IReadOnlyDictionary<int, ToldChunks?>> ReadAsync(IAsyncEnumerable<ChunkListPart> parts, CancellationToken cancellation)
    {
        await foreach (var part in parts.WithCancellation(cancellation))
            Take(part);
        return _open is null ? _lists : throw EndsWithoutAWord(_open.Value.Index);
    }

    private void Take(ChunkListPart part)
    {
        _open ??= (part.Index, (_lists.ContainsKey(part.Index) ? null : begin(part.Index)) ?? throw DriveException.Protocol($"The chunk list {part.Index} was not asked for."));
        var (index, builder) = _open.Value;
        if (part.Index != index)
            throw EndsWithoutAWord(index);
        foreach (var run in part.Runs)
        {
            _chunks += Math.Max(run.Count, 1);
            if (_chunks > mostChunks)
                throw DriveException.Protocol($"Chunk lists of more than {mostChunks} chunks came at once.");
            builder.Add(run);
        }
        if (part.Pieces is { } pieces)
            Take(pieces, builder);
        if (part.Outcome == ContentOutcome.Open)
            return;
        _lists[index] = part.Outcome == ContentOutcome.Complete ? new ToldChunks(builder.Finish(), builder.Pieces) : null;
        _open = null;
    }

    // More than are held are passed over: these chunks travel whole.
    private void Take(ChunkPieces told, ChunkListBuilder builder)
    {
        if (told.Pieces.Count > ToldChunks.MostPieces - _pieces)
            return;
        builder.Add(told);
        _pieces += told.Pieces.Count;
    }

    private static DriveException EndsWithoutAWord(int index) => DriveException.Protocol($"The chunk list {index} ends without a word.");
}
