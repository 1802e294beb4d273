using CsCheck;
using OmnyDrive.Chunking;
using OmnyDrive.Snapshots;
using OmnyDrive.Testing.Trees;
using Xunit;

namespace OmnyDrive.Core.Tests.Chunking;

/// <summary>Which chunks of a base are looked at for pieces. A list is written as numbers; what the base has is below 100.</summary>
public sealed class NearbyChunksTests
{
    private static readonly int[] Base = [.. Enumerable.Range(0, 20)];

    public static TheoryData<string, int[], int[]> Cases => new()
    {
        { "one changed", [.. Base[..10], 100, .. Base[11..]], [9, 10, 11] },
        { "one inserted", [.. Base[..10], 100, .. Base[10..]], [8, 9, 10, 11] },
        { "the first changed", [100, .. Base[1..]], [0, 1] },
        { "the last changed", [.. Base[..19], 100], [18, 19] },
        { "one in front of all", [100, .. Base], [0, 1] },
        { "one behind all", [.. Base, 100], [18, 19] },
        { "a block moved", [.. Base[..5], 100, .. Base[9..15], 101, .. Base[6..8], 102, .. Base[16..]], [4, 5, 6, 7, 8, 9, 14, 15, 16] },
        { "two far apart", [.. Base[..3], 100, .. Base[4..15], 101, .. Base[16..]], [2, 3, 4, 14, 15, 16] },
        { "nothing new", Base, [] },
        { "all new", [100, 101, 102], [0, 1, 2, 3, 16, 17, 18, 19] },
    };

    [Theory, MemberData(nameof(Cases))]
    public void Those_beside_what_both_have_are_looked_at(string what, int[] list, int[] expected) => Assert.True(expected.SequenceEqual(Nearby(list, Base)), what);

    [Fact]
    public void A_chunk_whose_neighbours_the_base_lacks_is_looked_for_nowhere()
    {
        int[] list = [0, 100, 101, 102, 19];
        Assert.Empty(Assert.Single(NearbyChunks.Of([.. list.Select(Chunk)], [2], hash => Base.Cast<int?>().FirstOrDefault(one => Chunk(one!.Value).Hash == hash), Base.Length)).Nearby);
    }

    [Fact]
    public void Only_chunks_of_the_base_are_looked_at_and_few_for_each_new_one() => Gen.Select(Gen.Int[0, 120].Array[0, 30], Gen.Int[0, 99].Array[0, 30]).Sample((list, known) =>
    {
        var nearby = Nearby(list, known);
        Assert.All(nearby, chunk => Assert.InRange(chunk, 0, known.Length - 1));
        Assert.InRange(nearby.Length, 0, 4 * list.Count(one => !known.Contains(one)));
    }, iter: Iterations.Of(500));

    [Fact]
    public void New_chunks_are_few_where_they_are_not_more_than_half()
    {
        AssertFresh(true, [1], ChunkRun.OfBase(5, 1), One);
        AssertFresh(true, [0, 3], One, ChunkRun.OfBase(5, 1), ChunkRun.OfBase(9, 1), One);
        AssertFresh(false, [0, 2], One, ChunkRun.OfBase(5, 1), One);
        AssertFresh(true, [1_000_000], ChunkRun.OfBase(0, 1_000_000), One);
        AssertFresh(false, [0], One);
        AssertFresh(false, [], ChunkRun.OfBase(5, 1));
        AssertFresh(false, []);
    }

    private static readonly ChunkRun One = ChunkRun.Of(20_000, default);

    private static void AssertFresh(bool areFew, int[] chunks, params ChunkRun[] runs)
    {
        var fresh = new FreshChunks();
        foreach (var run in runs)
            fresh.Add([run]);
        Assert.Equal(chunks, fresh.Chunks);
        Assert.Equal(areFew, fresh.AreFew);
    }

    [Fact]
    public void New_chunks_side_by_side_are_one_row()
    {
        int[] list = [0, 100, 101, 3, 102, 5];
        var rows = NearbyChunks.Of([.. list.Select(Chunk)], [1, 2, 4], hash => Array.FindIndex(Base, one => Chunk(one).Hash == hash) is >= 0 and var at ? at : null, Base.Length);
        Assert.Equal([(1, 2), (4, 1)], rows.Select(row => (row.First, row.Count)));
    }

    private static int[] Nearby(int[] list, int[] known) =>
        [.. NearbyChunks.Of([.. list.Select(Chunk)], [.. list.Index().Where(one => !known.Contains(one.Item)).Select(one => one.Index)], hash => Array.FindIndex(known, one => Chunk(one).Hash == hash) is >= 0 and var at ? at : null, known.Length).SelectMany(row => row.Nearby).Distinct().Order()];

    private static ChunkRef Chunk(int number) => new(20_000, Hash256.Of([(byte)number]));
}
