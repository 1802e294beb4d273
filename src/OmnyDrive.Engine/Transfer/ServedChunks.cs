using OmnyDrive.Chunking;
using OmnyDrive.Engine.Files;
using OmnyDrive.Engine.Scanning;
using OmnyDrive.Origins;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.Transfer;

/// <summary>Tells the chunk lists of files, as the difference to a base where the list of that is known here, and then what its new chunks are made of.</summary>
/// <param name="root">Where the files are.</param>
/// <param name="large">Knows their lists.</param>
/// <param name="inPieces">Whether to tell the pieces of new chunks.</param>
internal sealed class ServedChunks(RootDirectory root, LargeFileHasher large, bool inPieces = true)
{
    private const int RunsPerPart = 1024;

    /// <summary>The list of one file in parts; unavailable where the file cannot be read, holds something else or has no list.</summary>
    internal IEnumerable<ChunkListPart> Of(int index, ChunkListRequest request, CancellationToken cancellation)
    {
        using var source = Open(request, cancellation);
        if (source is null)
        {
            yield return new ChunkListPart(index, [], ContentOutcome.Unavailable);
            yield break;
        }
        var known = request.Base is { } content ? large.Lists?.Find(content) : null;
        var fresh = new FreshChunks();
        foreach (var runs in ChunkListDelta.Of(known, source.List).Chunk(RunsPerPart))
        {
            fresh.Add(runs);
            yield return new ChunkListPart(index, runs, ContentOutcome.Open);
        }
        if (known is not null && inPieces && fresh.AreFew)
        {
            foreach (var pieces in PiecesOf(source, fresh.Chunks, cancellation))
                yield return new ChunkListPart(index, [], ContentOutcome.Open) { Pieces = pieces };
        }
        yield return new ChunkListPart(index, [], ContentOutcome.Complete);
    }

    // A chunk that is not there any more will not be had; why is found out when it is asked for.
    private static IEnumerable<ChunkPieces> PiecesOf(ChunkSource source, IEnumerable<int> chunks, CancellationToken cancellation)
    {
        var buffer = new byte[FastCdc.MaxSize];
        var left = ChunkListBuilder.MaxPieces;
        foreach (var chunk in chunks)
        {
            cancellation.ThrowIfCancellationRequested();
            if (Cut(source, chunk, buffer) is not { } pieces)
                continue;
            left -= pieces.Count;
            if (left < 0)
                yield break;
            yield return new ChunkPieces(chunk, pieces);
        }
    }

    private static IReadOnlyList<Piece>? Cut(ChunkSource source, int chunk, byte[] buffer)
    {
        var bytes = buffer.AsSpan(0, source.List[chunk].Length);
        return source.TryRead(chunk, bytes) && Hash256.Of(bytes) == source.List[chunk].Hash ? PieceCutter.Cut(bytes) : null;
    }

    private ChunkSource? Open(ChunkListRequest request, CancellationToken cancellation)
    {
        if (!ContentHash.IsChunked(request.Size))
            return null;
        return ChunkSource.TryOpen(root, request.Path, (holder, file) =>
            holder.Stat(file) is { Kind: FileKind.File } stat && stat.Size == request.Size ? large.ListOf(holder, file, request.Hash, cancellation) : null);
    }
}
