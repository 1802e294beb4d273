using OmnyDrive.Chunking;
using OmnyDrive.Errors;
using OmnyDrive.Origins;
using OmnyDrive.Snapshots;
using OmnyDrive.Testing;
using Xunit;

namespace OmnyDrive.Server.Tests.Origins;

public abstract partial class OriginConformance
{
    [Theory]
    [InlineData(Mebibyte)]
    [InlineData(Mebibyte + 1)]
    [InlineData(9 * Mebibyte + 17)]
    public async Task The_chunk_list_of_a_content_is_the_one_that_its_hash_is_made_of(int size)
    {
        var bytes = Noise(size);
        Write("large", bytes);
        var origin = await PublishAsync();
        await origin.GetHeadAsync();

        var parts = await origin.ReadChunksAsync([ListRequest("large", bytes)]).ToListAsync();

        Assert.All(parts, part => Assert.Equal(0, part.Index));
        Assert.All(parts.SkipLast(1), part => Assert.Equal(ContentOutcome.Open, part.Outcome));
        Assert.Equal(ContentOutcome.Complete, parts[^1].Outcome);
        Assert.Equal(ChunksOf(bytes), parts.SelectMany(part => part.Runs).Select(run => run.Chunk));
        Assert.DoesNotContain(parts.SelectMany(part => part.Runs), run => run.IsOfBase);
    }

    [Fact]
    public async Task A_chunk_list_is_told_in_runs_of_a_base_that_the_origin_knows()
    {
        var (before, after) = (Noise(4 * Mebibyte), Edited(Noise(4 * Mebibyte), 2 * Mebibyte));
        Write("base", before);
        Write("large", after);
        var origin = await PublishAsync();
        await origin.GetHeadAsync();

        var runs = (await origin.ReadChunksAsync([ListRequest("large", after, ContentHash.Of(before))]).ToListAsync()).SelectMany(part => part.Runs).ToList();

        Assert.InRange(runs.Count(run => run.IsOfBase), 2, 3);
        Assert.InRange(runs.Count(run => !run.IsOfBase), 1, 3);
        var builder = new ChunkListBuilder(ContentHash.Of(after), after.Length, ChunksOf(before));
        runs.ForEach(builder.Add);
        Assert.Equal(ChunksOf(after), builder.Finish());
    }

    [Fact]
    public async Task A_base_that_the_origin_does_not_know_costs_the_whole_list()
    {
        var bytes = Noise(2 * Mebibyte);
        Write("large", bytes);
        var origin = await PublishAsync();
        await origin.GetHeadAsync();
        var runs = (await origin.ReadChunksAsync([ListRequest("large", bytes, ContentHash.Of(Noise(2 * Mebibyte, 2)))]).ToListAsync()).SelectMany(part => part.Runs);
        Assert.Equal(ChunksOf(bytes), runs.Select(run => run.Chunk));
    }

    [Fact]
    public async Task Of_what_is_not_there_or_not_served_there_is_no_chunk_list_and_the_others_still_come()
    {
        var (bytes, changed, hidden) = (Noise(2 * Mebibyte), Noise(2 * Mebibyte, 2), Noise(2 * Mebibyte, 3));
        foreach (var name in new[] { "large", "gone", "grown", "linked" })
            Write(name, bytes);
        Write("changed", changed);
        Write(".git/config", hidden);
        Write("small", "small");
        var origin = await PublishAsync();
        await origin.GetHeadAsync();
        File.Delete(At("gone"));
        File.AppendAllText(At("grown"), "!");
        File.Delete(At("linked"));
        File.CreateSymbolicLink(At("linked"), At("large"));

        (string Path, byte[] Bytes, bool IsThere)[] asked =
        [
            ("large", bytes, true), ("gone", bytes, false), ("grown", bytes, false), ("linked", bytes, false), ("large", changed, false), (".git/config", hidden, false), ("small", "small"u8.ToArray(), false),
            ("none", bytes, false), ("", bytes, false), (".omnydrive/marker.json", File.ReadAllBytes(At(".omnydrive/marker.json")), false), ("large/below", bytes, false), ("changed", changed, true), ("large", bytes, true),
        ];
        var parts = await origin.ReadChunksAsync([.. asked.Select(one => ListRequest(one.Path, one.Bytes))]).ToListAsync();

        Assert.Equal(
            asked.Select((one, i) => (i, one.IsThere ? ContentOutcome.Complete : ContentOutcome.Unavailable)),
            parts.Where(part => part.Outcome != ContentOutcome.Open).Select(part => (part.Index, part.Outcome)));
        foreach (var (i, one) in asked.Index())
            Assert.Equal(one.IsThere ? ChunksOf(one.Bytes) : [], parts.Where(part => part.Index == i).SelectMany(part => part.Runs).Select(run => run.Chunk));
    }

    [Fact]
    public async Task Another_size_than_the_content_has_gets_neither_a_list_nor_a_part()
    {
        var bytes = Noise(2 * Mebibyte);
        Write("large", bytes);
        var origin = await PublishAsync();
        await origin.GetHeadAsync();
        var hash = ContentHash.Of(bytes);
        foreach (var size in new[] { 0L, 1, Mebibyte, bytes.Length - 1, bytes.Length + 1, long.MaxValue })
        {
            Assert.Equal(ContentOutcome.Unavailable, Assert.Single(await origin.ReadChunksAsync([new ChunkListRequest(DrivePath.Parse("large"), hash, size, null)]).ToListAsync()).Outcome);
            Assert.Equal((ContentOutcome.Unavailable, 0), await OutcomeAsync(origin, new ContentRequest(DrivePath.Parse("large"), hash, size, 0, Math.Min(size, 1000))));
        }
    }

    [Fact]
    public async Task Any_part_of_a_content_arrives_byte_for_byte()
    {
        var bytes = Noise(3 * Mebibyte);
        Write("large", bytes);
        var origin = await PublishAsync();
        await origin.GetHeadAsync();
        (int Offset, int Length)[] ranges = [(0, 0), (0, 1), (1, 1), (bytes.Length - 1, 1), (bytes.Length, 0), (12_345, 2 * Mebibyte), (0, bytes.Length), (12_345, 2 * Mebibyte)];
        var contents = await FetchAsync(origin, [.. ranges.Select(range => Request("large", bytes) with { Offset = range.Offset, Length = range.Length })]);
        foreach (var (range, content) in ranges.Zip(contents))
        {
            Assert.Equal(ContentOutcome.Complete, content.Outcome);
            Assert.True(bytes.AsSpan(range.Offset, range.Length).SequenceEqual(content.Content));
        }
    }

    [Theory]
    [InlineData(".omnydrive/marker.json")]
    [InlineData(".git/config")]
    public async Task A_part_of_a_private_file_is_unavailable(string path)
    {
        Write(".git/config", Noise(2 * Mebibyte));
        var origin = await SampleAsync();
        await origin.GetHeadAsync();
        var request = Request(path, File.ReadAllBytes(At(path)));
        Assert.Equal((ContentOutcome.Unavailable, 0), await OutcomeAsync(origin, request with { Offset = 1, Length = 10 }));
    }

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

    private static async Task<(ContentOutcome, int)> OutcomeAsync(ITreeOrigin origin, ContentRequest request)
    {
        var (outcome, content) = Assert.Single(await FetchAsync(origin, request));
        return (outcome, content.Length);
    }

    private static ChunkListRequest ListRequest(string path, byte[] content, ContentHash? known = null) => new(DrivePath.Parse(path), ContentHash.Of(content), content.Length, known);

    private static byte[] Edited(byte[] bytes, int at) => [.. bytes[..at], 42, .. bytes[at..]];

    private static ChunkRun Run(ChunkRef chunk) => ChunkRun.Of(chunk.Length, chunk.Hash);

    private static List<ChunkRef> ChunksOf(byte[] bytes)
    {
        var chunks = new List<ChunkRef>();
        using var hasher = new ContentHasher(chunk => chunks.Add(new ChunkRef(chunk.Length, chunk.Hash)));
        hasher.Append(bytes);
        hasher.Finish();
        return chunks;
    }

    private static ContentHash HashOf(IEnumerable<ChunkRef> list)
    {
        using var hash = new ChunkSequenceHash();
        foreach (var chunk in list)
            hash.Append(chunk.Length, chunk.Hash);
        return hash.Finish();
    }

    private static async IAsyncEnumerable<ChunkListPart> Parts(params ChunkListPart[] parts)
    {
        await Task.CompletedTask;
        foreach (var part in parts)
            yield return part;
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
