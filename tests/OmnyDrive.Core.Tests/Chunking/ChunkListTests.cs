using CsCheck;
using OmnyDrive.Chunking;
using OmnyDrive.Errors;
using OmnyDrive.Snapshots;
using OmnyDrive.Testing.Trees;
using Xunit;

namespace OmnyDrive.Core.Tests.Chunking;

/// <summary>Chunk lists told as the difference to a base, and put together from what a peer tells.</summary>
public sealed class ChunkListTests
{
    private const int Size = FastCdc.MinSize + 1;

    private static readonly ChunkRef[] Ten = [.. Enumerable.Range(0, 10).Select(i => Chunk(i))];

    // Few different chunks, so that lists share many and repeat them.
    private static readonly Gen<ChunkRef[]> SomeList = Gen.Int[0, 12].Select(i => Chunk(i, Size + i * 20_000)).Array[0, 40];

    [Fact]
    public void A_list_told_by_any_base_comes_out_as_it_was() => Gen.Select(SomeList, SomeList.Null()).Sample((target, known) =>
    {
        var builder = new ChunkListBuilder(HashOf(target), target.Sum(chunk => (long)chunk.Length), known);
        foreach (var run in ChunkListDelta.Of(known, target))
            builder.Add(run);
        Assert.Equal(target, builder.Finish());
    }, iter: Iterations.Of(2000));

    [Fact]
    public void Runs_name_only_what_the_base_has_and_chunks_only_what_it_lacks() => Gen.Select(SomeList, SomeList).Sample((target, known) =>
    {
        foreach (var run in ChunkListDelta.Of(known, target))
        {
            if (run.IsOfBase)
                Assert.InRange(run.First + run.Count, 1, known.Length);
            else
                Assert.DoesNotContain(run.Chunk, known);
        }
    }, iter: Iterations.Of(500));

    [Fact]
    public void What_both_have_in_a_row_is_one_run()
    {
        Assert.Equal([ChunkRun.OfBase(0, 10)], ChunkListDelta.Of(Ten, Ten));
        Assert.Equal([ChunkRun.OfBase(0, 5), ChunkRun.Of(Size, Chunk(99).Hash), ChunkRun.OfBase(6, 4)], ChunkListDelta.Of(Ten, [.. Ten[..5], Chunk(99), .. Ten[6..]]));
        Assert.Equal([ChunkRun.OfBase(5, 5), ChunkRun.OfBase(0, 5)], ChunkListDelta.Of(Ten, [.. Ten[5..], .. Ten[..5]]));
        Assert.Empty(ChunkListDelta.Of(Ten, []));
        Assert.Equal(10, ChunkListDelta.Of(null, Ten).Count(run => !run.IsOfBase));
        Assert.Equal(10, ChunkListDelta.Of([], Ten).Count(run => !run.IsOfBase));
    }

    public static TheoryData<string, ChunkRun[]> Malformed => new()
    {
        { "nothing", [] },
        { "one less", [ChunkRun.OfBase(0, 9)] },
        { "one more", [ChunkRun.OfBase(0, 10), ChunkRun.OfBase(0, 1)] },
        { "one twice", [ChunkRun.OfBase(0, 9), ChunkRun.OfBase(8, 1)] },
        { "two in the wrong order", [ChunkRun.OfBase(1, 1), ChunkRun.OfBase(0, 1), ChunkRun.OfBase(2, 8)] },
        { "another length of a chunk", [ChunkRun.Of(Size + 1, Ten[0].Hash), ChunkRun.Of(Size - 1, Ten[1].Hash), ChunkRun.OfBase(2, 8)] },
        { "a short chunk in the middle", [ChunkRun.Of(FastCdc.MinSize, default), ChunkRun.OfBase(0, 9)] },
        { "an empty chunk", [ChunkRun.Of(0, default), ChunkRun.OfBase(0, 10)] },
        { "a negative length", [ChunkRun.Of(-1, default), ChunkRun.OfBase(0, 10)] },
        { "a chunk that is too long", [ChunkRun.Of(FastCdc.MaxSize + 1, default)] },
        { "the longest number", [ChunkRun.Of(int.MaxValue, default)] },
        { "a run behind the base", [ChunkRun.OfBase(10, 1)] },
        { "a run over the base's end", [ChunkRun.OfBase(9, 2)] },
        { "a run whose end overflows", [ChunkRun.OfBase(int.MaxValue, int.MaxValue)] },
        { "a run that overflows to one in the base", [ChunkRun.OfBase(1, int.MaxValue)] },
        { "another chunk", [ChunkRun.Of(Size, default), ChunkRun.OfBase(1, 9)] },
    };

    [Theory, MemberData(nameof(Malformed))]
    public void A_list_that_is_not_that_of_the_content_is_refused(string what, ChunkRun[] runs) => Refused(what, new ChunkListBuilder(HashOf(Ten), 10 * Size, Ten), runs);

    [Theory]
    [InlineData(0)]
    [InlineData(10 * Size - 1)]
    [InlineData(10 * Size + 1)]
    [InlineData(long.MaxValue)]
    [InlineData(-1)]
    public void A_list_that_makes_another_size_is_refused(long size) => Refused("size", new ChunkListBuilder(HashOf(Ten), size, Ten), [ChunkRun.OfBase(0, 10)]);

    [Fact]
    public void Runs_of_no_base_are_refused()
    {
        Refused("no base", new ChunkListBuilder(HashOf(Ten), 10 * Size, null), [ChunkRun.OfBase(0, 10)]);
        Refused("an empty base", new ChunkListBuilder(HashOf(Ten), 10 * Size, []), [ChunkRun.OfBase(0, 1)]);
    }

    // The lists that a peer tells take memory: it ends at a number, not at the size that the peer says.
    [Fact]
    public void A_list_has_so_many_chunks_and_not_one_more()
    {
        var most = Enumerable.Repeat(Chunk(0), ChunkListBuilder.MaxCount).ToArray();
        var builder = new ChunkListBuilder(HashOf(most), most.Length * (long)Size, most);
        builder.Add(ChunkRun.OfBase(0, most.Length));
        Assert.Equal(most.Length, builder.Finish().Count);

        var endless = new ChunkListBuilder(HashOf(most), long.MaxValue, most);
        endless.Add(ChunkRun.OfBase(0, most.Length));
        Refused("one more", endless, [ChunkRun.OfBase(0, 1)]);
    }

    public static TheoryData<string, ChunkPieces[]> MalformedPieces => new()
    {
        { "of no chunk", [Pieces(10)] },
        { "of a negative chunk", [Pieces(-1)] },
        { "of the furthest chunk", [Pieces(int.MaxValue)] },
        { "of one chunk twice", [Pieces(3), Pieces(3)] },
        { "backwards", [Pieces(3), Pieces(2)] },
        { "none", [new ChunkPieces(0, [])] },
        { "one less", [Pieces(0, [.. FourKiB[..^1]])] },
        { "one more", [Pieces(0, [.. FourKiB, 1])] },
        { "a byte less", [Pieces(0, [.. FourKiB[..^1], 4095])] },
        { "an empty one", [Pieces(0, [0, .. FourKiB])] },
        { "an empty one at the end", [Pieces(0, [.. FourKiB, 0])] },
        { "one that is too long", [Pieces(0, [4097, .. FourKiB[1..]])] },
        { "a negative one", [Pieces(0, [.. FourKiB, 4096, -4096])] },
        { "a short one that is not the last", [Pieces(0, [256, .. FourKiB[1..], 3840])] },
        { "lengths that overflow", [Pieces(0, [int.MaxValue, int.MaxValue, .. FourKiB])] },
    };

    [Theory, MemberData(nameof(MalformedPieces))]
    public void Pieces_that_do_not_add_up_to_a_chunk_that_was_told_are_refused(string what, ChunkPieces[] told)
    {
        var builder = new ChunkListBuilder(HashOf(Ten), 10 * Size, Ten);
        builder.Add(ChunkRun.OfBase(0, 10));
        Assert.True(Assert.Throws<DriveException>(() => told.ToList().ForEach(builder.Add)).Code == ErrorCode.Protocol, what);
    }

    [Fact]
    public void Pieces_of_a_chunk_that_comes_later_are_refused()
    {
        var builder = new ChunkListBuilder(HashOf(Ten), 10 * Size, Ten);
        builder.Add(ChunkRun.OfBase(0, 4));
        builder.Add(Pieces(3));
        Assert.Equal(ErrorCode.Protocol, Assert.Throws<DriveException>(() => builder.Add(Pieces(4))).Code);
    }

    [Fact]
    public void Pieces_that_add_up_are_kept_and_the_list_is_what_it_is()
    {
        var builder = new ChunkListBuilder(HashOf(Ten), 10 * Size, Ten);
        builder.Add(ChunkRun.OfBase(0, 10));
        ChunkPieces[] told = [Pieces(0), Pieces(4, [4096, 4096, 257, 4096, 3839, 1]), Pieces(9)];
        told.ToList().ForEach(builder.Add);
        Assert.Equal(Ten, builder.Finish());
        Assert.Equal(told, builder.Pieces);
    }

    // A chunk of five pieces is the one with the fewest; the shortest pieces make the most.
    [Fact]
    public void A_list_has_so_many_pieces_and_not_one_more()
    {
        var most = Enumerable.Repeat(Chunk(0), ChunkListBuilder.MaxPieces / 5 + 1).ToArray();
        var builder = new ChunkListBuilder(HashOf(most), most.Length * (long)Size, most);
        builder.Add(ChunkRun.OfBase(0, most.Length));
        for (var i = 0; i < most.Length - 1; i++)
            builder.Add(Pieces(i));
        Assert.Equal(ErrorCode.Protocol, Assert.Throws<DriveException>(() => builder.Add(Pieces(most.Length - 1))).Code);
        Assert.Equal(most, builder.Finish());
    }

    [Fact]
    public void The_last_chunk_may_be_short_and_no_other()
    {
        ChunkRef[] list = [.. Ten, Chunk(77, 1)];
        var builder = new ChunkListBuilder(HashOf(list), 10 * Size + 1, null);
        foreach (var chunk in list)
            builder.Add(ChunkRun.Of(chunk.Length, chunk.Hash));
        Assert.Equal(list, builder.Finish());
        ChunkRef[] wrong = [Chunk(77, FastCdc.MinSize), Chunk(1)];
        Refused("hash and size right", new ChunkListBuilder(HashOf(wrong), FastCdc.MinSize + Size, wrong), [ChunkRun.OfBase(0, 2)]);
    }

    [Fact]
    public void An_empty_or_negative_run_cannot_be_made()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => ChunkRun.OfBase(0, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => ChunkRun.OfBase(0, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => ChunkRun.OfBase(-1, 1));
    }

    [Fact]
    public void Every_chunk_of_a_file_but_the_last_is_one()
    {
        var chunks = NaiveChunker.Chunks(TestData.First(4 * TestData.MiB).ToArray());
        Assert.All(chunks.SkipLast(1), chunk => Assert.True(FastCdc.IsChunk(chunk)));
    }

    [Fact]
    public void A_chunk_with_a_byte_less_or_more_is_one_only_where_a_file_would_be_cut_so()
    {
        var file = TestData.First(4 * TestData.MiB).ToArray();
        foreach (var chunk in NaiveChunker.Chunks(file).SkipLast(1))
        {
            foreach (var other in new[] { chunk[..^1], chunk[1..], [.. chunk, 1], [1, .. chunk] })
                Assert.Equal(IsCutBeforeOthers(other), FastCdc.IsChunk(other));
            Assert.False(FastCdc.IsChunk(chunk.AsSpan(..^1)));
            Assert.False(FastCdc.IsChunk([.. chunk, 1]));
        }
    }

    [Fact]
    public void Any_bytes_are_a_chunk_where_they_are_cut_whatever_follows() =>
        Gen.Select(Gen.Int[0, 300_000], Gen.Int[0, 3 * TestData.MiB], Gen.Int[0, 2], Gen.Bool).Sample((length, at, bits, isCut) =>
        {
            var file = TestData.First(4 * TestData.MiB).Slice(at, length).ToArray();
            for (var i = 0; bits < 2 && i < file.Length; i++)
                file[i] &= (byte)bits;
            var bytes = isCut && length > 0 ? file[..FastCdc.NextLength(file)] : file;
            Assert.Equal(IsCutBeforeOthers(bytes), FastCdc.IsChunk(bytes));
        }, iter: Iterations.Of(300));

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, false)]
    [InlineData(FastCdc.MinSize, false)]
    [InlineData(FastCdc.MinSize + 1, false)]
    [InlineData(FastCdc.NormalSize, false)]
    [InlineData(FastCdc.MaxSize - 1, false)]
    [InlineData(FastCdc.MaxSize, true)]
    [InlineData(FastCdc.MaxSize + 1, false)]
    public void Of_zeros_only_the_longest_are_a_chunk(int length, bool isChunk) => Assert.Equal(isChunk, FastCdc.IsChunk(new byte[length]));

    // By definition: cut there by the plain loop, whether zeros or ones follow.
    private static bool IsCutBeforeOthers(byte[] bytes) => bytes.Length > 0
        && NaiveChunker.Length([.. bytes, .. new byte[FastCdc.MaxSize]], 0) == bytes.Length
        && NaiveChunker.Length([.. bytes, .. Enumerable.Repeat((byte)1, FastCdc.MaxSize)], 0) == bytes.Length;

    private static void Refused(string what, ChunkListBuilder builder, ChunkRun[] runs)
    {
        var refused = Assert.Throws<DriveException>(() =>
        {
            foreach (var run in runs)
                builder.Add(run);
            builder.Finish();
        });
        Assert.True(refused.Code == ErrorCode.Protocol, what);
    }

    // A chunk of Size bytes as far as lengths go.
    private static readonly int[] FourKiB = [4096, 4096, 4096, 4096, 1];

    private static ChunkPieces Pieces(int chunk, int[]? lengths = null) => new(chunk, [.. (lengths ?? FourKiB).Select(length => new Piece(length, 7))]);

    private static ChunkRef Chunk(int number, int length = Size) => new(length, Hash256.Of([(byte)number]));

    private static ContentHash HashOf(IEnumerable<ChunkRef> list)
    {
        using var hash = new ChunkSequenceHash();
        foreach (var chunk in list)
            hash.Append(chunk.Length, chunk.Hash);
        return hash.Finish();
    }
}
