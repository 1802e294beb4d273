using CsCheck;
using OmnyDrive.Chunking;
using OmnyDrive.Engine.Scanning;
using OmnyDrive.Engine.Tests.Scanning;
using OmnyDrive.Engine.Transfer;
using OmnyDrive.Errors;
using OmnyDrive.Testing;
using OmnyDrive.Testing.Trees;

namespace OmnyDrive.Engine.Tests.Transfer;

/// <summary>A large content of which a block moved, put together where it lies as it was.</summary>
public sealed class PartialChunksTests : IDisposable
{
    private const int MiB = 1 << 20;

    // What a seam costs at most, all but surely.
    private const int Seam = 24 << 10;

    private static readonly byte[] Before = LargeFile.Random(4 * MiB);

    private static readonly byte[] After = [.. Before[..MiB], .. Before[(2 * MiB)..(3 * MiB)], .. Before[MiB..(2 * MiB)], .. Before[(3 * MiB)..]];

    private readonly AssembledContent _content = new(After);
    private readonly ChunkList _known;

    public PartialChunksTests()
    {
        var here = Path.Combine(_content.Root.Top.Path, "here");
        File.WriteAllBytes(here, Before);
        _known = _content.Learn(here);
    }

    [Fact]
    public async Task Of_a_moved_block_only_pieces_at_its_seams_are_missing()
    {
        using var assembly = Begin(Told());
        Assert.InRange(assembly.Missing().Sum(range => range.Length), 1, 3 * Seam);
        Assert.Equal(After.Length, assembly.Copied + assembly.Missing().Sum(range => range.Length));

        foreach (var range in assembly.Missing().ToList())
            Assert.Null(await SendAsync(assembly, range));

        _content.AssertStaged(assembly);
        Assert.Equal(0, assembly.GivenUp);
        Assert.Equal(_content.List, _content.Lists.Find(_content.Need.Hash)!);
    }

    // Cut short where a piece ends, so that the last chunk is the first pieces of an old one.
    [Fact]
    public void A_content_whose_pieces_are_all_here_needs_nothing()
    {
        var pieces = PieceCutter.Cut(Before.AsSpan((int)_known.OffsetOf(20), _known[20].Length));
        using var content = new AssembledContent(Before[..((int)_known.OffsetOf(20) + pieces.Take(9).Sum(piece => piece.Length))]);
        File.WriteAllBytes(Path.Combine(content.Root.Top.Path, "here"), Before);
        using var assembly = Begin(Told(content), content);
        content.AssertStaged(assembly);
    }

    // Its bytes are in chunks that stay.
    [Fact]
    public void Of_a_copied_block_only_pieces_at_its_seams_are_missing()
    {
        using var content = new AssembledContent([.. Before[..(3 * MiB)], .. Before[MiB..(2 * MiB)], .. Before[(3 * MiB)..]]);
        File.WriteAllBytes(Path.Combine(content.Root.Top.Path, "here"), Before);
        using var assembly = Begin(Told(content), content);
        Assert.InRange(assembly.Missing().Sum(range => range.Length), 1, 2 * Seam);
    }

    [Fact]
    public Task Pieces_that_many_streams_bring_in_any_order_and_more_than_once_give_the_content() => Gen.Int[0, 1_000_000].SampleAsync(async seed =>
    {
        using var content = new AssembledContent(After);
        File.WriteAllBytes(Path.Combine(content.Root.Top.Path, "here"), Before);
        using var assembly = Begin(Told(), content);
        var missing = assembly.Missing().ToArray();
        var answers = await Task.WhenAll(Enumerable.Range(0, 5).Select(stream => Task.Run(async () =>
        {
            var random = new Random(seed + stream);
            var order = missing.ToArray();
            random.Shuffle(order);
            var problems = new List<string?>();
            foreach (var range in stream == 4 ? [(0L, (long)After.Length)] : order)
                problems.Add(await SendAsync(assembly, range, piece: random.Next(100, 100_000)));
            return problems;
        })));
        Assert.All(answers.SelectMany(problems => problems), Assert.Null);
        content.AssertStaged(assembly);
        Assert.Equal(0, assembly.GivenUp);
    }, iter: Iterations.Of(15));

    [Fact]
    public async Task A_piece_that_arrives_wrong_costs_its_chunk_and_no_other()
    {
        using var assembly = Begin(Told());
        var missing = assembly.Missing().ToList();
        var wrong = After.ToArray();
        wrong[missing[0].Offset] ^= 1;

        foreach (var range in missing)
            Assert.Null(await SendAsync(assembly, range, wrong));

        var again = Assert.Single(assembly.Missing());
        Assert.Equal((1, 1), (assembly.GivenUp, assembly.MissingChunks));
        Assert.Contains(again, Chunks());
        Assert.InRange(missing[0].Offset, again.Offset, again.Offset + again.Length - 1);
        Assert.Equal("what arrived does not have the expected hash", await SendAsync(assembly, again, wrong));
        Assert.Null(await SendAsync(assembly, again));
        _content.AssertStaged(assembly);
    }

    [Fact]
    public async Task A_chunk_that_its_pieces_do_not_make_up_is_asked_for_whole()
    {
        var told = Told();
        var chunk = told[0].Chunk;
        told[0] = Colliding(chunk);
        using var assembly = Begin(told);
        // The piece of the old chunk has been copied, for its hash is the one that was told.
        Assert.DoesNotContain(assembly.Missing(), range => range.Offset == _content.OffsetOf(chunk));

        foreach (var range in assembly.Missing().ToList())
            Assert.Null(await SendAsync(assembly, range));

        Assert.Equal((1, false), (assembly.GivenUp, assembly.IsComplete));
        Assert.Equal([(_content.OffsetOf(chunk), _content.List[chunk].Length)], assembly.Missing().Select(range => ((int)range.Offset, (int)range.Length)));
        Assert.Null(await SendAsync(assembly, assembly.Missing().Single()));
        _content.AssertStaged(assembly);
    }

    [Fact]
    public async Task Pieces_that_are_still_on_their_way_when_their_chunk_is_given_up_are_passed_over()
    {
        var told = Told();
        using var assembly = Begin([.. told.Select(chunk => chunk with { Pieces = [.. chunk.Pieces.Select(piece => piece with { Hash = ~piece.Hash })] })]);
        var (chunk, pieces) = told[0];
        var offset = (long)_content.OffsetOf(chunk);
        Assert.Null(await SendAsync(assembly, (offset + pieces[0].Length, pieces[1].Length)));
        Assert.Equal(1, assembly.GivenUp);

        Assert.Null(await SendAsync(assembly, (offset, pieces[0].Length)));
        Assert.Null(await SendAsync(assembly, (offset + pieces[0].Length + pieces[1].Length, pieces[2].Length)));

        Assert.Equal("it changed or vanished while it was being sent", await SendAsync(assembly, (offset, pieces[0].Length - 1)));
        Assert.Equal(1, assembly.GivenUp);
        Assert.Null(await SendAsync(assembly, (0, After.Length)));
        while (assembly.Missing().ToList() is { Count: > 0 } left)
            Assert.Null(await SendAsync(assembly, left[0]));
        _content.AssertStaged(assembly);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public async Task A_range_that_begins_within_a_piece_is_refused(int off)
    {
        using var assembly = Begin(Told());
        var (offset, length) = assembly.Missing().First();
        Assert.Equal(ErrorCode.Protocol, (await Assert.ThrowsAsync<DriveException>(() => SendAsync(assembly, (offset + off, length)))).Code);
    }

    [Fact]
    public async Task What_was_cut_among_pieces_is_continued_by_the_next_attempt()
    {
        using (var first = Begin(Told()))
            Assert.Null(await SendAsync(first, first.Missing().First()));
        _content.BeginAnew();

        using var next = Begin(Told());

        // What was verified is kept; the pieces of an unfinished chunk are copied once more.
        Assert.InRange(next.Missing().Sum(range => range.Length), 1, 3 * Seam);
        foreach (var range in next.Missing().ToList())
            Assert.Null(await SendAsync(next, range));
        _content.AssertStaged(next);
    }

    [Fact]
    public void Of_a_base_that_changed_since_no_piece_is_taken_that_does_not_fit()
    {
        var damaged = Before.ToArray();
        for (var i = 0; i < damaged.Length; i += 1000)
            damaged[i] ^= 1;
        using var assembly = _content.Open();
        File.WriteAllBytes(Path.Combine(_content.Root.Top.Path, "here"), damaged);
        assembly.Expect(Told());
        using var source = _content.Source(_known);
        assembly.TakePiecesFrom(source, CancellationToken.None);
        // Here and there a short piece was not hit.
        Assert.InRange(assembly.Copied, 0, Told().Sum(chunk => chunk.Pieces.Sum(piece => piece.Length)) / 2);
        Assert.Equal(0, assembly.GivenUp);
    }

    public void Dispose() => _content.Dispose();

    private ContentAssembly Begin(IReadOnlyList<ChunkPieces> told, AssembledContent? content = null)
    {
        content ??= _content;
        using var source = content.Source(_known);
        var assembly = content.Open();
        assembly.TakeFrom(source, CancellationToken.None);
        assembly.Expect(told);
        assembly.TakePiecesFrom(source, CancellationToken.None);
        return assembly;
    }

    private IEnumerable<(long Offset, long Length)> Chunks() => _content.List.Select((chunk, i) => ((long)_content.OffsetOf(i), (long)chunk.Length));

    private List<ChunkPieces> Told(AssembledContent? of = null)
    {
        var content = of ?? _content;
        return [.. content.List.Index().Where(chunk => _known.IndexOf(chunk.Item.Hash) is null)
            .Select(chunk => new ChunkPieces(chunk.Index, PieceCutter.Cut(content.Bytes.AsSpan(content.OffsetOf(chunk.Index), chunk.Item.Length))))];
    }

    // Begins with a piece of an old chunk beside it that has other bytes than the new one begins with, as if both had one hash.
    private ChunkPieces Colliding(int chunk)
    {
        var beside = _known.IndexOf(_content.List[chunk - 1].Hash)!.Value + 1;
        var old = PieceCutter.Cut(Before.AsSpan((int)_known.OffsetOf(beside), _known[beside].Length))[3];
        var bytes = After.AsSpan(_content.OffsetOf(chunk), _content.List[chunk].Length);
        Assert.NotEqual(old.Hash, PieceCutter.HashOf(bytes[..old.Length]));
        return new ChunkPieces(chunk, [old, .. bytes[old.Length..].ToArray().Chunk(PieceCutter.MaxSize).Select(piece => new Piece(piece.Length, PieceCutter.HashOf(piece)))]);
    }

    private static Task<string?> SendAsync(ContentAssembly assembly, (long Offset, long Length) range, byte[]? from = null, int piece = 10_000) =>
        AssembledContent.ReceiveAsync(assembly, new MemoryContent(0, (from ?? After).AsMemory((int)range.Offset, (int)range.Length), piece), range.Offset);
}
