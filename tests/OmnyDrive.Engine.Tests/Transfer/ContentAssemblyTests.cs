using CsCheck;
using OmnyDrive.Chunking;
using OmnyDrive.Engine.Applying;
using OmnyDrive.Engine.Scanning;
using OmnyDrive.Engine.Tests.Scanning;
using OmnyDrive.Errors;
using OmnyDrive.Origins;
using OmnyDrive.Snapshots;
using OmnyDrive.Testing;
using OmnyDrive.Testing.Trees;

namespace OmnyDrive.Engine.Tests.Transfer;

public sealed class ContentAssemblyTests
{
    private const int MiB = 1 << 20;

    private static readonly byte[] Noise = LargeFile.Random(3 * MiB);

    [Fact]
    public Task Ranges_that_arrive_in_any_order_and_overlapping_give_the_content() =>
        Gen.Select(Gen.Int[0, 2 * MiB], Gen.Int[0, 10_000], Gen.Bool).SampleAsync(async (more, seed, remembers) =>
        {
            using var content = new AssembledContent(LargeFile.Random(MiB + more, seed));
            using var assembly = content.Open(remembers);
            var random = new Random(seed);
            while (!assembly.IsComplete)
            {
                var first = random.Next(content.List.Count);
                Assert.Null(await content.SendAsync(assembly, first, random.Next(1, Math.Min(6, content.List.Count - first) + 1), piece: random.Next(1, 300_000)));
            }
            content.AssertStaged(assembly);
            Assert.Empty(assembly.Missing());
        }, iter: Iterations.Of(10));

    [Fact]
    public async Task The_same_content_that_many_streams_bring_at_once_is_put_together_once()
    {
        for (var round = 0; round < 15; round++)
        {
            using var content = new AssembledContent(Noise);
            using var assembly = content.Open();
            var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(stream => Task.Run(async () =>
            {
                var problems = new List<string?>();
                var first = (stream + round) % content.List.Count;
                problems.Add(await content.SendAsync(assembly, first, content.List.Count - first, piece: 5_000 * (stream + 1)));
                problems.Add(await content.SendAsync(assembly, 0, content.List.Count));
                return problems;
            })));
            Assert.All(answers.SelectMany(problems => problems), Assert.Null);
            content.AssertStaged(assembly);
            var list = Assert.IsType<ChunkList>(content.Lists.Find(content.Need.Hash));
            Assert.Equal(content.List, list);
        }
    }

    [Fact]
    public async Task A_wrong_chunk_that_comes_beside_the_right_ones_is_never_written()
    {
        var wrong = LargeFile.Random(Noise.Length, seed: 2);
        for (var round = 0; round < 10; round++)
        {
            using var content = new AssembledContent(Noise);
            using var assembly = content.Open();
            var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(stream => Task.Run(() =>
                content.SendAsync(assembly, stream, content.List.Count - stream, stream % 2 == 0 ? null : wrong))));
            Assert.All(answers.Where((_, stream) => stream % 2 == 0), Assert.Null);
            content.AssertStaged(assembly);
        }
    }

    [Fact]
    public async Task Of_a_range_with_a_wrong_chunk_what_came_before_it_is_kept()
    {
        using var content = new AssembledContent(Noise);
        using var assembly = content.Open();
        var damaged = Noise.ToArray();
        damaged[content.OffsetOf(5) + 7] ^= 1;

        Assert.Equal("what arrived does not have the expected hash", await content.SendAsync(assembly, 0, content.List.Count, damaged));

        Assert.Equal(content.OffsetOf(5), assembly.Missing().First().Offset);
        Assert.Equal(Noise.Length - content.OffsetOf(5), assembly.Missing().Sum(range => range.Length));
        Assert.Null(await content.SendAsync(assembly, 5, content.List.Count - 5));
        content.AssertStaged(assembly);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    [InlineData(long.MaxValue - 1)]
    [InlineData(-5)]
    [InlineData(3 * MiB)]
    [InlineData(3 * MiB + 1)]
    public async Task A_range_that_does_not_begin_with_a_chunk_is_refused(long offset)
    {
        using var content = new AssembledContent(Noise);
        using var assembly = content.Open();
        var refused = await Assert.ThrowsAsync<DriveException>(() => AssembledContent.ReceiveAsync(assembly, new MemoryContent(0, Noise), offset));
        Assert.Equal(ErrorCode.Protocol, refused.Code);
        Assert.Equal(Noise.Length, assembly.Missing().Sum(range => range.Length));
    }

    [Fact]
    public async Task More_than_the_content_has_is_refused()
    {
        using var content = new AssembledContent(Noise);
        using var assembly = content.Open();
        Assert.Equal($"more than the declared {Noise.Length} bytes arrived", await AssembledContent.ReceiveAsync(assembly, new MemoryContent(0, (byte[])[.. Noise, 0]), 0));
        Assert.False(content.Area.Has(content.Need.Hash) && new FileInfo(content.Whole).Length != Noise.Length);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(400_000)]
    public async Task A_range_that_ends_as_unavailable_keeps_its_whole_chunks(int length)
    {
        using var content = new AssembledContent(Noise);
        using var assembly = content.Open();
        Assert.NotNull(await AssembledContent.ReceiveAsync(assembly, new MemoryContent(0, Noise.AsMemory(0, length), 10_000, ContentOutcome.Unavailable), 0));
        var whole = content.List.Select((_, i) => content.OffsetOf(i + 1)).Count(end => end <= length);
        Assert.Equal(Noise.Length - content.OffsetOf(whole), assembly.Missing().Sum(range => range.Length));
    }

    [Fact]
    public async Task A_list_with_other_cuts_of_the_same_bytes_is_never_completed()
    {
        using var content = new AssembledContent(Noise, OtherCuts(Noise));
        using var assembly = content.Open();
        Assert.NotNull(await content.SendAsync(assembly, 0, content.List.Count));
        for (var i = 0; i < content.List.Count; i++)
            await content.SendAsync(assembly, i, 1);
        Assert.False(assembly.IsComplete);
    }

    // What was written before a machine stopped may be anything; a list that a hostile sender tells fits it all the same.
    [Theory]
    [InlineData("")]
    [InlineData(".part")]
    public void Bytes_that_were_left_behind_do_not_complete_a_list_with_other_cuts(string suffix)
    {
        using var content = new AssembledContent(Noise, OtherCuts(Noise));
        File.WriteAllBytes(content.Whole + suffix, Noise);
        content.BeginAnew();
        using var assembly = content.Open();
        Assert.False(assembly.IsComplete);
        Assert.False(content.Area.Has(content.Need.Hash));
    }

    [Fact]
    public Task An_attempt_that_is_cut_at_any_chunk_is_continued_by_the_next_with_the_rest() =>
        Gen.Select(Gen.Int[0, 60], Gen.Int[0, 10_000]).SampleAsync(async (cut, seed) =>
        {
            using var content = new AssembledContent(LargeFile.Random(2 * MiB, seed));
            var sent = Math.Min(cut, content.List.Count - 1);
            using (var first = content.Open())
                await content.SendAsync(first, 0, sent);
            content.BeginAnew();

            using var next = content.Open();

            Assert.Equal(content.OffsetOf(sent), next.Resumed);
            Assert.Equal(content.Bytes.Length - content.OffsetOf(sent), next.Missing().Sum(range => range.Length));
            Assert.Null(await content.SendAsync(next, sent, content.List.Count - sent));
            content.AssertStaged(next);
            Assert.Equal(content.List, content.Lists.Find(content.Need.Hash)!);
        }, iter: Iterations.Of(10));

    public enum Tampering
    {
        Flipped,
        Longer,
        Shorter,
        Empty,
        Shifted,
        AllZeros,
        Huge,
    }

    public static MatrixTheoryData<Tampering, string> Tamperings => new(Enum.GetValues<Tampering>(), ["", ".part"]);

    [Theory, MemberData(nameof(Tamperings))]
    public async Task What_was_left_is_not_believed_where_somebody_changed_it(Tampering how, string suffix)
    {
        using var content = new AssembledContent(Noise);
        Tamper(how, content.Whole + suffix);
        content.BeginAnew();
        using var assembly = content.Open();
        var missing = assembly.Missing().Sum(range => range.Length);
        Assert.False(assembly.IsComplete && how != Tampering.Longer);
        Assert.InRange(missing, 1, Noise.Length);
        if (how is Tampering.Flipped or Tampering.Shorter)
            Assert.InRange(missing, 1, FastCdc.MaxSize);

        foreach (var (offset, length) in assembly.Missing().ToList())
            Assert.Null(await AssembledContent.ReceiveAsync(assembly, new MemoryContent(0, Noise.AsMemory((int)offset, (int)length)), offset));

        content.AssertStaged(assembly);
    }

    [Fact]
    public void A_whole_leftover_that_was_damaged_can_be_opened_again_and_again()
    {
        using var content = new AssembledContent(Noise);
        Tamper(Tampering.Flipped, content.Whole);
        content.BeginAnew();
        for (var i = 0; i < 3; i++)
        {
            using var assembly = content.Open();
            Assert.InRange(assembly.Missing().Sum(range => range.Length), 1, FastCdc.MaxSize);
        }
    }

    [Fact]
    public void Chunks_of_a_file_here_are_copied_and_those_that_changed_since_are_not()
    {
        using var content = new AssembledContent(Noise);
        var file = Path.Combine(content.Root.Top.Path, "here");
        File.WriteAllBytes(file, Noise);
        var list = content.Learn(file);
        var damaged = Noise.ToArray();
        damaged[content.OffsetOf(3) + 1] ^= 1;
        damaged[content.OffsetOf(9)] ^= 0x80;
        File.WriteAllBytes(file, damaged);

        using var assembly = content.Open();
        using (var source = content.Source(list))
            assembly.TakeFrom(source, CancellationToken.None);

        Assert.Equal([(content.OffsetOf(3), content.List[3].Length), (content.OffsetOf(9), content.List[9].Length)], assembly.Missing().Select(range => ((int)range.Offset, (int)range.Length)));
        Assert.Equal(Noise.Length - content.List[3].Length - content.List[9].Length, assembly.Copied);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(MiB)]
    public void A_file_here_that_became_shorter_gives_what_it_still_has(int length)
    {
        using var content = new AssembledContent(Noise);
        var file = Path.Combine(content.Root.Top.Path, "here");
        File.WriteAllBytes(file, Noise);
        var list = content.Learn(file);
        File.WriteAllBytes(file, Noise[..length]);

        using var assembly = content.Open();
        using (var source = content.Source(list))
            assembly.TakeFrom(source, CancellationToken.None);

        var whole = content.List.Select((_, i) => content.OffsetOf(i + 1)).Count(end => end <= length);
        Assert.Equal(content.OffsetOf(whole), assembly.Copied);
    }

    // The last chunk of a file ends because the file does: in the middle of another it is no chunk.
    [Fact]
    public void The_last_chunk_of_a_file_here_is_no_chunk_in_the_middle_of_another()
    {
        var first = LargeFile.Random(MiB + 5_000);
        var chunks = AssembledContent.ListOf(first);
        var file = first.Concat(LargeFile.Random(MiB, 7)).ToArray();
        // A list that goes on behind the short last chunk: not the list that FastCDC cuts, whatever its hash says.
        var list = chunks.Concat(AssembledContent.ListOf(LargeFile.Random(MiB, 7))).ToList();
        Assert.NotEqual(list, AssembledContent.ListOf(file));
        using var content = new AssembledContent(file, list);
        var here = Path.Combine(content.Root.Top.Path, "here");
        File.WriteAllBytes(here, first);
        var known = content.Learn(here);

        using var assembly = content.Open();
        using (var source = content.Source(known))
            assembly.TakeFrom(source, CancellationToken.None);

        Assert.Contains(assembly.Missing(), range => range.Offset == content.OffsetOf(chunks.Count - 1));
        Assert.False(assembly.IsComplete);
    }

    [Fact]
    public async Task A_content_that_one_stream_brings_whole_is_not_begun_by_another()
    {
        using var content = new AssembledContent(Noise);
        using var buffer = new StagingBuffer();
        var held = new HeldContent(Noise, MiB);
        var staging = content.Area.StageAsync(held, content.Need, buffer, null, CancellationToken.None);
        await held.IsHeld;
        using var other = new StagingBuffer();

        Assert.Throws<DriveException>(() => content.Open());
        await Assert.ThrowsAsync<DriveException>(() => content.Area.StageAsync(new MemoryContent(0, new byte[Noise.Length]), content.Need, other, null, CancellationToken.None));

        held.Release();
        Assert.Null(await staging);
        Assert.True(content.Area.Has(content.Need.Hash));
        content.AssertWhole();
    }

    [Fact]
    public async Task A_content_that_is_being_put_together_is_not_taken_whole_beside_it()
    {
        using var content = new AssembledContent(Noise);
        using var assembly = content.Open();
        using var buffer = new StagingBuffer();
        await Assert.ThrowsAsync<DriveException>(() => content.Area.StageAsync(new MemoryContent(0, new byte[Noise.Length]), content.Need, buffer, null, CancellationToken.None));
        Assert.Null(await content.SendAsync(assembly, 0, content.List.Count));
        // What is there already is read over.
        Assert.Null(await content.Area.StageAsync(new MemoryContent(0, new byte[Noise.Length]), content.Need, buffer, null, CancellationToken.None));
        content.AssertStaged(assembly);
    }

    [Fact]
    public async Task A_content_that_was_refused_can_be_brought_again()
    {
        using var content = new AssembledContent(Noise);
        using var buffer = new StagingBuffer();
        Assert.NotNull(await content.Area.StageAsync(new MemoryContent(0, new byte[Noise.Length]), content.Need, buffer, null, CancellationToken.None));
        Assert.Null(await content.Area.StageAsync(new MemoryContent(0, Noise), content.Need, buffer, null, CancellationToken.None));
        content.AssertWhole();
    }

    private static List<ChunkRef> OtherCuts(byte[] bytes) =>
        [.. bytes.Chunk(100_000).Select(chunk => new ChunkRef(chunk.Length, Hash256.Of(chunk)))];

    private static void Tamper(Tampering how, string file)
    {
        var bytes = Noise.ToArray();
        bytes[MiB] ^= 1;
        File.WriteAllBytes(file, how switch
        {
            Tampering.Flipped => bytes,
            Tampering.Longer => [.. Noise, 1],
            Tampering.Shorter => Noise[..^1],
            Tampering.Empty => [],
            Tampering.Shifted => [1, .. Noise[..^1]],
            _ => new byte[Noise.Length],
        });
        if (how == Tampering.Huge)
        {
            using var open = File.OpenWrite(file);
            open.SetLength(1L << 40);
        }
    }
}
