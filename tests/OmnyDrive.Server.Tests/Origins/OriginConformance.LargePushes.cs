using OmnyDrive.Chunking;
using OmnyDrive.Errors;
using OmnyDrive.Origins;
using OmnyDrive.Snapshots;
using OmnyDrive.Testing;
using Xunit;

namespace OmnyDrive.Server.Tests.Origins;

public abstract partial class OriginConformance
{
    [Fact]
    public async Task Of_a_large_file_that_changed_only_the_changed_chunks_are_asked_for_and_it_lands_byte_for_byte()
    {
        var (before, after) = (Noise(6 * Mebibyte), Edited(Noise(6 * Mebibyte), 3 * Mebibyte));
        Write("large", before);
        var push = await LargePushAsync(await PublishAsync(), "large", after);
        Assert.Equal(new ContentNeed(ContentHash.Of(after), after.Length, ContentHash.Of(before)), Assert.Single(push.Needs));

        var ranges = await push.OfferAsync(ChunksOf(before));

        var known = ChunksOf(before).ToHashSet();
        Assert.Equal(ChunksOf(after).Where(chunk => !known.Contains(chunk)).Sum(chunk => chunk.Length), ranges.Sum(range => range.Length));
        Assert.InRange(ranges.Sum(range => range.Length), 1, 3 * FastCdc.MaxSize);
        await push.StageAsync(ranges);
        await push.LandsAsync(after, At("large"));
        Assert.Empty(Staged());
    }

    [Fact]
    public async Task Lists_that_are_offered_again_go_on_with_what_has_arrived_since()
    {
        var bytes = Noise(9 * Mebibyte);
        var push = await LargePushAsync(await PublishAsync(), "large", bytes);
        var all = await push.OfferAsync(null);
        Assert.Equal(bytes.Length, all.Sum(range => range.Length));
        Assert.True(all.Count > 1);
        Assert.Equal(all, await push.OfferAsync(null));

        await push.StageAsync(all.Skip(1));
        Assert.Equal(all.Take(1), await push.OfferAsync(null));

        await push.StageAsync(all.Take(1));
        Assert.Empty(await push.OfferAsync(null));
        await push.LandsAsync(bytes, At("large"));
    }

    [Fact]
    public async Task Ranges_may_come_in_any_order_cut_otherwise_twice_and_at_once()
    {
        var bytes = Noise(9 * Mebibyte);
        var push = await LargePushAsync(await PublishAsync(), "large", bytes);
        await push.OfferAsync(null);
        var offsets = ChunksOf(bytes).Aggregate(new List<long> { 0 }, (all, chunk) => [.. all, all[^1] + chunk.Length]);
        var random = new Random(5);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(stream =>
        {
            var cuts = offsets.Where((_, i) => i % (stream + 2) == 0 || i == offsets.Count - 1).ToList();
            var ranges = cuts.Zip(cuts.Skip(1), (begin, end) => new ContentRange(0, begin, end - begin)).ToArray();
            lock (random)
                random.Shuffle(ranges);
            return push.StageAsync(ranges);
        }));
        await push.LandsAsync(bytes, At("large"));
    }

    [Fact]
    public async Task A_wrong_chunk_is_refused_and_the_right_ones_before_it_are_kept()
    {
        var bytes = Noise(3 * Mebibyte);
        var origin = await PublishAsync();
        var push = await LargePushAsync(origin, "large", bytes);
        await push.OfferAsync(null);
        var wrong = bytes.ToArray();
        wrong[2 * Mebibyte] ^= 1;

        await RefusedUntouchedButStagingAsync(ErrorCode.ContentMismatch, () => origin.StageAsync(push.Id, MemoryContent.Stream(new MemoryContent(0, wrong))));

        await RefusedAsync(ErrorCode.Invalid, () => origin.CommitPushAsync(push.Id));
        var left = await push.OfferAsync(null);
        Assert.InRange(left.Min(range => range.Offset), 2 * Mebibyte - FastCdc.MaxSize, 2 * Mebibyte);
        await push.StageAsync(left);
        await push.LandsAsync(bytes, At("large"));
    }

    [Fact]
    public async Task A_list_that_cuts_the_same_bytes_otherwise_never_lands()
    {
        var bytes = Noise(3 * Mebibyte);
        var list = bytes.Chunk(100_000).Select(chunk => new ChunkRef(chunk.Length, Hash256.Of(chunk))).ToList();
        var hash = HashOf(list);
        var origin = await PublishAsync();
        var draft = (await Draft.OfAsync(origin)).Entry("large", Entry.File(bytes.Length, hash));
        var intent = draft.Intent();
        var needs = await origin.BeginPushAsync(intent, draft.Trees());
        Assert.Equal(hash, Assert.Single(needs).Hash);
        var push = new LargePush(origin, intent.Id, needs, bytes, list);

        var ranges = await push.OfferAsync(null);

        await RefusedAsync(ErrorCode.ContentMismatch, () => push.StageAsync(ranges));
        await RefusedAsync(ErrorCode.ContentMismatch, () => push.StageAsync([new ContentRange(0, 200_000, 100_000)]));
        await RefusedAsync(ErrorCode.Invalid, () => origin.CommitPushAsync(intent.Id));
        Assert.False(File.Exists(At("large")));
    }

    [Fact]
    public async Task A_large_content_may_be_sent_whole_without_its_list()
    {
        var bytes = Noise(3 * Mebibyte);
        var push = await LargePushAsync(await PublishAsync(), "large", bytes);
        await push.StageAsync([new ContentRange(0, 0, bytes.Length)]);
        Assert.Empty(await push.OfferAsync(null));
        await push.LandsAsync(bytes, At("large"));
    }

    [Fact]
    public async Task A_large_content_may_be_sent_whole_after_its_list_was_told()
    {
        var bytes = Noise(3 * Mebibyte);
        var push = await LargePushAsync(await PublishAsync(), "large", bytes);
        await push.OfferAsync(null);
        await push.StageAsync([new ContentRange(0, 0, bytes.Length)]);
        await push.LandsAsync(bytes, At("large"));
    }

    [Fact]
    public async Task A_part_without_its_list_is_refused()
    {
        var bytes = Noise(3 * Mebibyte);
        var push = await LargePushAsync(await PublishAsync(), "large", bytes);
        var second = ChunksOf(bytes)[0].Length;
        await RefusedUntouchedAsync(ErrorCode.Protocol, () => push.StageAsync([new ContentRange(0, second, bytes.Length - second)]));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(long.MaxValue)]
    public async Task A_part_that_begins_within_a_chunk_or_behind_the_content_is_refused(long offset)
    {
        var bytes = Noise(3 * Mebibyte);
        var origin = await PublishAsync();
        var push = await LargePushAsync(origin, "large", bytes);
        await push.OfferAsync(null);
        await RefusedAsync(ErrorCode.Protocol, () => origin.StageAsync(push.Id, MemoryContent.Stream(new PartContent(0, offset, bytes.AsMemory(0, 1000)))));
        await RefusedAsync(ErrorCode.Invalid, () => origin.CommitPushAsync(push.Id));
    }

    [Fact]
    public async Task What_another_stream_sends_of_a_content_while_it_is_on_its_way_does_not_take_its_place()
    {
        var bytes = Noise(3 * Mebibyte);
        var origin = await PublishAsync();
        var push = await LargePushAsync(origin, "large", bytes);
        var good = new HeldContent(bytes, Mebibyte);
        var first = origin.StageAsync(push.Id, MemoryContent.Stream(good));
        await UntilAsync(() => Staged().SelectMany(Directory.GetFiles).Any(file => new FileInfo(file).Length > 0), "the first half has arrived");

        await RefusedAsync(ErrorCode.Protocol, () => origin.StageAsync(push.Id, MemoryContent.Stream(new MemoryContent(0, Noise(3 * Mebibyte, 2)))).WaitAsync(Patience));
        await RefusedAsync(ErrorCode.Protocol, () => push.OfferAsync(null));
        good.Release();
        await first.WaitAsync(Patience);

        await push.LandsAsync(bytes, At("large"));
    }

    [Fact]
    public async Task A_list_that_is_not_the_content_s_is_refused_and_the_right_one_still_taken()
    {
        var bytes = Noise(3 * Mebibyte);
        var chunks = ChunksOf(bytes);
        var origin = await PublishAsync();
        var push = await LargePushAsync(origin, "large", bytes);
        IReadOnlyList<ChunkRun>[] wrong =
        [
            [.. chunks.Skip(1).Select(Run)],
            [.. chunks.SkipLast(1).Select(Run)],
            [.. chunks.AsEnumerable().Reverse().Select(Run)],
            [.. chunks.Append(chunks[^1]).Select(Run)],
            [ChunkRun.OfBase(0, 1), .. chunks.Skip(1).Select(Run)],
            [ChunkRun.OfBase(int.MaxValue, int.MaxValue)],
            [ChunkRun.Of(0, default)],
            [ChunkRun.Of(int.MaxValue, default)],
            [],
        ];
        foreach (var runs in wrong)
            await RefusedUntouchedAsync(ErrorCode.Protocol, () => origin.OfferChunksAsync(push.Id, Parts(new ChunkListPart(0, runs, ContentOutcome.Complete))));
        await RefusedUntouchedAsync(ErrorCode.Protocol, () => origin.OfferChunksAsync(push.Id, Parts(new ChunkListPart(1, [], ContentOutcome.Complete))));

        var right = new ChunkListPart(0, [.. chunks.Select(Run)], ContentOutcome.Complete);
        await RefusedUntouchedAsync(ErrorCode.Protocol, () => origin.OfferChunksAsync(push.Id, Parts(right, right)));
        await RefusedUntouchedAsync(ErrorCode.Protocol, () => origin.OfferChunksAsync(push.Id, Parts(right with { Outcome = ContentOutcome.Open })));
        await push.StageAsync(await origin.OfferChunksAsync(push.Id, Parts(right)));
        await push.LandsAsync(bytes, At("large"));
    }

    [Fact]
    public async Task A_list_that_cannot_be_had_leaves_the_content_to_be_sent_whole()
    {
        var bytes = Noise(3 * Mebibyte);
        var origin = await PublishAsync();
        var push = await LargePushAsync(origin, "large", bytes);
        Assert.Empty(await origin.OfferChunksAsync(push.Id, Parts(new ChunkListPart(0, [], ContentOutcome.Unavailable))));
        Assert.Empty(await origin.OfferChunksAsync(push.Id, Parts()));
        await push.StageAsync([new ContentRange(0, 0, bytes.Length)]);
        await push.LandsAsync(bytes, At("large"));
    }

    [Fact]
    public async Task No_list_is_taken_by_a_push_that_is_not_in_progress()
    {
        var origin = await PublishAsync();
        var push = await LargePushAsync(origin, "large", Noise(2 * Mebibyte));
        await origin.AbandonPushAsync(push.Id);
        await RefusedAsync(ErrorCode.Invalid, () => push.OfferAsync(null));
    }

    [Fact]
    public async Task What_a_push_received_of_a_large_content_is_not_asked_for_by_the_next()
    {
        var bytes = Noise(9 * Mebibyte);
        var origin = await PublishAsync();
        var push = await LargePushAsync(origin, "large", bytes);
        var ranges = await push.OfferAsync(null);
        await push.StageAsync(ranges.Take(1));
        await origin.AbandonPushAsync(push.Id);
        AssertOnlyLeftovers();

        var next = await LargePushAsync(origin, "large", bytes);
        var left = await next.OfferAsync(null);

        Assert.Equal(bytes.Length - ranges[0].Length, left.Sum(range => range.Length));
        await next.StageAsync(left);
        await next.LandsAsync(bytes, At("large"));
        Assert.Empty(Staged());
    }

    [Fact]
    public async Task A_large_content_that_lies_elsewhere_in_the_drive_is_not_asked_for()
    {
        var bytes = Noise(3 * Mebibyte);
        Write("here", bytes);
        var push = await LargePushAsync(await PublishAsync(), "there", bytes);
        Assert.Empty(push.Needs);
        await push.LandsAsync(bytes, At("there"));
    }

    // Bytes in which nothing is cut: all chunks but the last are as long as can be, and the same.
    [Fact]
    public async Task A_large_content_of_zeros_lands()
    {
        var bytes = new byte[3 * Mebibyte + 5];
        var push = await LargePushAsync(await PublishAsync(), "zeros", bytes);
        await push.StageAsync(await push.OfferAsync(null));
        await push.LandsAsync(bytes, At("zeros"));
    }

    private static async Task<LargePush> LargePushAsync(ITreeOrigin origin, string path, byte[] bytes)
    {
        var draft = (await Draft.OfAsync(origin)).File(path, bytes);
        var intent = draft.Intent();
        return new LargePush(origin, intent.Id, await origin.BeginPushAsync(intent, draft.Trees()), bytes, ChunksOf(bytes));
    }

    /// <summary>Refused, and outside the private directory nothing has changed.</summary>
    private async Task RefusedUntouchedButStagingAsync(string code, Func<Task> act)
    {
        var before = DiskTree.Describe(Root, times: true);
        await RefusedAsync(code, act);
        Assert.Equal(before, DiskTree.Describe(Root, times: true));
    }

    /// <summary>A push of one large content, by a client without code of the product that sends.</summary>
    private sealed record LargePush(ITreeOrigin Origin, PushId Id, IReadOnlyList<ContentNeed> Needs, byte[] Bytes, IReadOnlyList<ChunkRef> List)
    {
        internal Task<IReadOnlyList<ContentRange>> OfferAsync(IReadOnlyList<ChunkRef>? known, params ChunkPieces[] pieces) => Origin.OfferChunksAsync(Id, Parts(
        [
            new ChunkListPart(0, [.. ChunkListDelta.Of(known, List)], ContentOutcome.Open),
            .. pieces.Select(chunk => new ChunkListPart(0, [], ContentOutcome.Open) { Pieces = chunk }),
            new ChunkListPart(0, [], ContentOutcome.Complete),
        ]));

        internal Task<IReadOnlyList<ContentRange>> OfferInPiecesAsync(IReadOnlyList<ChunkRef> known) => OfferAsync(known, Pieces(known));

        /// <summary>The pieces of the chunks that the base lacks.</summary>
        internal ChunkPieces[] Pieces(IReadOnlyList<ChunkRef> known) =>
            [.. List.Index().Where(chunk => !known.Contains(chunk.Item)).Select(chunk => new ChunkPieces(chunk.Index, PieceCutter.Cut(Bytes.AsSpan(OffsetOf(List, chunk.Index), chunk.Item.Length))))];

        internal Task StageAsync(IEnumerable<ContentRange> ranges) =>
            Origin.StageAsync(Id, MemoryContent.Stream([.. ranges.Select(range => new PartContent(range.Need, range.Offset, Bytes.AsMemory((int)range.Offset, (int)range.Length)))]));

        internal async Task LandsAsync(byte[] expected, string path)
        {
            Assert.True((await Origin.CommitPushAsync(Id)).Landed);
            Assert.True(expected.AsSpan().SequenceEqual(File.ReadAllBytes(path)));
        }
    }

    private sealed class PartContent(int index, long offset, ReadOnlyMemory<byte> bytes) : ContentStream
    {
        private readonly MemoryContent _content = new(index, bytes);

        public override int Index => index;

        public override long Offset => offset;

        public override ContentOutcome Outcome => _content.Outcome;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellation) => _content.ReadAsync(buffer, cancellation);
    }
}
