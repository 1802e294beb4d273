using OmnyDrive.Chunking;
using OmnyDrive.Engine.Transfer;
using OmnyDrive.Origins;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.Tests.Transfer;

public sealed class ChunkListsArrivingTests
{
    private const int Size = FastCdc.MinSize + 1;

    // Memory for pieces is bounded however many lists come at once; a list without them is as good, and larger on the wire.
    [Fact]
    public async Task Of_the_pieces_of_many_lists_only_so_many_are_held()
    {
        var list = Enumerable.Repeat(new ChunkRef(Size, Hash256.Of([1])), ChunkListBuilder.MaxPieces / 5).ToList();
        using var hash = new ChunkSequenceHash();
        list.ForEach(chunk => hash.Append(chunk.Length, chunk.Hash));
        var content = hash.Finish();

        var told = await new ChunkListsArriving(_ => new ChunkListBuilder(content, (long)Size * list.Count, list), 10 * list.Count).ReadAsync(Lists(list.Count), default);

        var held = told.Values.Select(one => one!.Pieces.Sum(chunk => chunk.Pieces.Count)).ToList();
        Assert.Equal([5 * list.Count, 5 * list.Count, 0, 0], held);
        Assert.InRange(held.Sum(), 1, ToldChunks.MostPieces);
        Assert.All(told.Values, one => Assert.Equal(list, one!.List));
    }

    private static async IAsyncEnumerable<ChunkListPart> Lists(int chunks)
    {
        await Task.CompletedTask;
        for (var list = 0; list < 4; list++)
        {
            yield return new ChunkListPart(list, [ChunkRun.OfBase(0, chunks)], ContentOutcome.Open);
            for (var i = 0; i < chunks; i++)
                yield return new ChunkListPart(list, [], ContentOutcome.Open) { Pieces = new ChunkPieces(i, [.. Enumerable.Repeat(new Piece(PieceCutter.MaxSize, 7), 4), new Piece(1, 7)]) };
            yield return new ChunkListPart(list, [], ContentOutcome.Complete);
        }
    }
}
