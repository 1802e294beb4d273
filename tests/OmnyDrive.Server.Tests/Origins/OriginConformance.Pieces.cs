using OmnyDrive.Chunking;
using OmnyDrive.Errors;
using OmnyDrive.Origins;
using OmnyDrive.Snapshots;
using Xunit;

namespace OmnyDrive.Server.Tests.Origins;

public abstract partial class OriginConformance
{
    [Fact]
    public async Task Of_new_chunks_the_pieces_are_told_behind_the_list()
    {
        var (before, after) = (Noise(4 * Mebibyte), Moved(Noise(4 * Mebibyte)));
        Write("base", before);
        Write("large", after);
        var origin = await PublishAsync();
        await origin.GetHeadAsync();

        var parts = await origin.ReadChunksAsync([ListRequest("large", after, ContentHash.Of(before))]).ToListAsync();

        var (known, list) = (ChunksOf(before).ToHashSet(), ChunksOf(after));
        var told = parts.Select(part => part.Pieces).OfType<ChunkPieces>().ToList();
        Assert.Equal(list.Index().Where(chunk => !known.Contains(chunk.Item)).Select(chunk => chunk.Index), told.Select(pieces => pieces.Chunk));
        Assert.InRange(told.Count, 3, 9);
        foreach (var (chunk, pieces) in told)
            Assert.Equal(PieceCutter.Cut(after.AsSpan(OffsetOf(list, chunk), list[chunk].Length)), pieces);
        Assert.Equal((ContentOutcome.Complete, null), (parts[^1].Outcome, parts[^1].Pieces));
    }

    [Fact]
    public async Task Where_most_is_new_or_no_base_is_known_no_pieces_are_told()
    {
        var (before, after) = (Noise(4 * Mebibyte), (byte[])[.. Noise(4 * Mebibyte)[..Mebibyte], .. Noise(3 * Mebibyte, 2)]);
        Write("base", before);
        Write("large", after);
        var origin = await PublishAsync();
        await origin.GetHeadAsync();
        foreach (var known in new ContentHash?[] { ContentHash.Of(before), ContentHash.Of(Noise(Mebibyte, 9)), null })
            Assert.All(await origin.ReadChunksAsync([ListRequest("large", after, known)]).ToListAsync(), part => Assert.Null(part.Pieces));
    }

    [Fact]
    public async Task Of_a_large_file_in_which_a_block_moved_pieces_are_asked_for_and_it_lands_byte_for_byte()
    {
        var (before, after) = (Noise(6 * Mebibyte), Moved(Noise(6 * Mebibyte)));
        Write("large", before);
        var push = await LargePushAsync(await PublishAsync(), "large", after);

        var ranges = await push.OfferInPiecesAsync(ChunksOf(before));

        Assert.InRange(ranges.Sum(range => range.Length), 1, 64 << 10);
        Assert.Equal(ranges, await push.OfferInPiecesAsync(ChunksOf(before)));
        await push.StageAsync(ranges.Skip(1));
        Assert.Equal(ranges.Take(1), await push.OfferInPiecesAsync(ChunksOf(before)));
        await push.StageAsync(ranges.Take(1));
        Assert.Empty(await push.OfferInPiecesAsync(ChunksOf(before)));
        await push.LandsAsync(after, At("large"));
        Assert.Empty(Staged());
    }

    [Fact]
    public async Task Pieces_may_come_twice_at_once_and_beside_the_whole_content()
    {
        var (before, after) = (Noise(6 * Mebibyte), Moved(Noise(6 * Mebibyte)));
        Write("large", before);
        var push = await LargePushAsync(await PublishAsync(), "large", after);
        var ranges = await push.OfferInPiecesAsync(ChunksOf(before));
        await Task.WhenAll(push.StageAsync(ranges), push.StageAsync(ranges.Reverse()), push.StageAsync([new ContentRange(0, 0, after.Length)]));
        await push.StageAsync(ranges);
        await push.LandsAsync(after, At("large"));
    }

    // As if a piece of the base had the same hash as one of the new file.
    [Fact]
    public async Task A_chunk_that_its_pieces_do_not_make_up_is_refused_and_asked_for_whole_when_it_is_offered_again()
    {
        var (before, after) = (Noise(6 * Mebibyte), Edited(Noise(6 * Mebibyte), 3 * Mebibyte));
        Write("large", before);
        var push = await LargePushAsync(await PublishAsync(), "large", after);
        var list = ChunksOf(after);
        var chunk = list.FindIndex(chunk => !ChunksOf(before).Contains(chunk));
        var bytes = after.AsSpan(OffsetOf(list, chunk), list[chunk].Length);
        var other = PieceCutter.Cut(before.AsSpan(OffsetOf(list, chunk), ChunksOf(before)[chunk].Length))[2];
        var ranges = await push.OfferAsync(ChunksOf(before), new ChunkPieces(chunk, [other, .. bytes[other.Length..].ToArray().Chunk(PieceCutter.MaxSize).Select(piece => new Piece(piece.Length, PieceCutter.HashOf(piece)))]));
        Assert.Equal(OffsetOf(list, chunk) + other.Length, ranges[0].Offset);

        await RefusedUntouchedButStagingAsync(ErrorCode.ContentMismatch, () => push.StageAsync(ranges));

        await RefusedAsync(ErrorCode.Invalid, () => push.Origin.CommitPushAsync(push.Id));
        var whole = await push.OfferAsync(ChunksOf(before));
        Assert.Equal((OffsetOf(list, chunk), list[chunk].Length), (whole[0].Offset, whole[0].Length));
        await push.StageAsync(whole);
        await push.LandsAsync(after, At("large"));
    }

    [Fact]
    public async Task Pieces_that_are_not_those_of_a_chunk_are_refused_and_the_right_ones_still_taken()
    {
        var (before, after) = (Noise(3 * Mebibyte), Edited(Noise(3 * Mebibyte), Mebibyte));
        Write("large", before);
        var push = await LargePushAsync(await PublishAsync(), "large", after);
        var (chunk, pieces) = push.Pieces(ChunksOf(before))[0];
        ChunkPieces[][] wrong =
        [
            [new(chunk, [])],
            [new(chunk, [.. pieces.Skip(1)])],
            [new(chunk, [.. pieces, new Piece(1, 0)])],
            [new(chunk, [new Piece(0, 0), .. pieces])],
            [new(chunk, [.. Enumerable.Repeat(new Piece(1, 0), 6_000)])],
            [new(chunk, [new Piece(ushort.MaxValue, 0), .. pieces])],
            [new(chunk, pieces), new(chunk, pieces)],
            [new(chunk, pieces), new(chunk - 1, pieces)],
            [new(int.MaxValue, pieces)],
            [new(push.List.Count, pieces)],
        ];
        foreach (var told in wrong)
            await RefusedUntouchedAsync(ErrorCode.Protocol, () => push.OfferAsync(ChunksOf(before), told));

        await push.StageAsync(await push.OfferInPiecesAsync(ChunksOf(before)));
        await push.LandsAsync(after, At("large"));
    }

    [Fact]
    public async Task A_part_that_begins_within_a_piece_is_refused()
    {
        var (before, after) = (Noise(3 * Mebibyte), Edited(Noise(3 * Mebibyte), Mebibyte));
        Write("large", before);
        var push = await LargePushAsync(await PublishAsync(), "large", after);
        var range = (await push.OfferInPiecesAsync(ChunksOf(before)))[0];
        await RefusedAsync(ErrorCode.Protocol, () => push.StageAsync([range with { Offset = range.Offset + 1 }]));
        await push.StageAsync([range]);
        await push.LandsAsync(after, At("large"));
    }

    private static int OffsetOf(IReadOnlyList<ChunkRef> list, int chunk) => list.Take(chunk).Sum(one => one.Length);

    /// <summary>The second quarter goes behind the third.</summary>
    private static byte[] Moved(byte[] bytes)
    {
        var quarter = bytes.Length / 4;
        return [.. bytes[..quarter], .. bytes[(2 * quarter)..(3 * quarter)], .. bytes[quarter..(2 * quarter)], .. bytes[(3 * quarter)..]];
    }
}
