using OmnyDrive.Chunking;
using OmnyDrive.Origins;
using OmnyDrive.Snapshots;
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
}
