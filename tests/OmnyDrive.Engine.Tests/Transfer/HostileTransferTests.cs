using OmnyDrive.Chunking;
using OmnyDrive.Drives;
using OmnyDrive.Engine.Files;
using OmnyDrive.Engine.Origins;
using OmnyDrive.Engine.Providers.Directory;
using OmnyDrive.Engine.Roots;
using OmnyDrive.Engine.Scanning;
using OmnyDrive.Engine.Tests.Scanning;
using OmnyDrive.Errors;
using OmnyDrive.Filtering;
using OmnyDrive.Origins;
using OmnyDrive.Snapshots;
using OmnyDrive.Testing;

namespace OmnyDrive.Engine.Tests.Transfer;

public sealed class HostileTransferTests
{
    [Fact]
    public async Task A_last_chunk_that_FastCDC_would_cut_is_refused()
    {
        var bytes = LargeFile.Random(2 << 20, 3);
        var cuts = AssembledContent.ListOf(bytes).ToList();
        var seed = 3;
        while (cuts[^1].Length + cuts[^2].Length > FastCdc.MaxSize)
            cuts = [.. AssembledContent.ListOf(bytes = LargeFile.Random(2 << 20, ++seed))];
        var length = cuts[^1].Length + cuts[^2].Length;
        ChunkRef joined = new(length, Hash256.Of(bytes.AsSpan(bytes.Length - length)));
        using var content = new AssembledContent(bytes, [.. cuts.SkipLast(2), joined]);
        Assert.NotEqual(ContentHash.Of(bytes), content.Need.Hash);
        using var assembly = content.Open();

        await content.SendAsync(assembly, 0, content.List.Count);

        Assert.False(assembly.IsComplete);
    }

    [Fact]
    public async Task A_content_whose_last_chunk_came_is_staged_though_the_stream_was_cut_before_it_said_so()
    {
        using var content = new AssembledContent(LargeFile.Random(2 << 20, 3));
        using var assembly = content.Open();
        var half = content.List.Count / 2;
        Assert.Null(await content.SendAsync(assembly, half, content.List.Count - half));
        var first = content.Bytes.AsMemory(0, content.OffsetOf(half));

        await Assert.ThrowsAsync<EndOfStreamException>(() => AssembledContent.ReceiveAsync(assembly, new CutContent(first), 0));

        Assert.True(assembly.IsComplete || assembly.Missing().Any(), "nothing is missing, and it is not staged");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_leftover_that_is_damaged_does_not_fail_a_sync_whose_content_lies_in_the_trash(bool push)
    {
        await using var sides = await TwoSides.StartAsync();
        var (from, to) = push ? (sides.Mount, sides.Origin) : (sides.Origin, sides.Mount);
        File.Delete(Path.Combine(from, "a.txt"));
        await sides.SyncAsync();
        File.WriteAllText(Path.Combine(from, "a.txt"), "first");
        var staging = Directory.CreateDirectory(Path.Combine(to, ".omnydrive", "staging", "dead")).FullName;
        File.WriteAllText(Path.Combine(staging, ContentHash.Of("first"u8).Value.ToString()), "");

        await sides.SyncAsync();

        sides.AssertSame();
    }

    [Fact]
    public async Task One_push_too_many_is_told_so()
    {
        using var scratch = new ScratchDirectory();
        await using var origin = Open(scratch);
        for (var i = 0; i < 64; i++)
        {
            var draft = (await Draft.OfAsync(origin)).File("a.txt", $"mine {i}");
            await origin.BeginPushAsync(draft.Intent(), draft.Trees());
        }
        var last = (await Draft.OfAsync(origin)).File("a.txt", "one more");

        var refused = await Assert.ThrowsAsync<DriveException>(() => origin.BeginPushAsync(last.Intent(), last.Trees()));

        Assert.Equal(ErrorCode.Failed, refused.Code);
    }

    [Fact]
    public async Task A_push_that_offers_very_many_large_contents_at_once_does_not_hold_a_file_open_for_each()
    {
        using var scratch = new ScratchDirectory();
        await using var origin = Open(scratch);
        var draft = await Draft.OfAsync(origin);
        var lists = new Dictionary<ContentHash, ChunkRef[]>();
        for (var i = 0; i < 700; i++)
        {
            var list = Enumerable.Range(0, 4).Select(n => new ChunkRef(FastCdc.MaxSize, Hash256.Of(BitConverter.GetBytes((4 * i) + n)))).ToArray();
            using var hash = new ChunkSequenceHash();
            foreach (var chunk in list)
                hash.Append(chunk.Length, chunk.Hash);
            var content = hash.Finish();
            lists[content] = list;
            draft.Entry($"f{i}", Entry.File(4 * FastCdc.MaxSize, content, false, 1));
        }
        var intent = draft.Intent();
        var needs = await origin.BeginPushAsync(intent, draft.Trees());

        Assert.Equal(ErrorCode.Invalid, (await Assert.ThrowsAsync<DriveException>(() => origin.OfferChunksAsync(intent.Id, Offer(needs, lists)))).Code);

        // Other tests of this process hold files of their own.
        var open = Directory.EnumerateFileSystemEntries("/proc/self/fd").Count(fd => new FileInfo(fd).LinkTarget is { } file && file.StartsWith(scratch.Path, StringComparison.Ordinal) && file.EndsWith(".part", StringComparison.Ordinal));
        Assert.InRange(open, 0, 64);
    }

    private static async IAsyncEnumerable<ChunkListPart> Offer(IReadOnlyList<ContentNeed> needs, Dictionary<ContentHash, ChunkRef[]> lists)
    {
        await Task.CompletedTask;
        for (var i = 0; i < needs.Count; i++)
            yield return new ChunkListPart(i, [.. lists[needs[i].Hash].Select(chunk => ChunkRun.Of(chunk.Length, chunk.Hash))], ContentOutcome.Complete);
    }

    private static LiveDirectoryOrigin Open(ScratchDirectory scratch)
    {
        using var root = RootDirectory.OpenAt(scratch.Path);
        var stat = root.Top.Stat();
        var published = new PublishedRoot(DriveId.Parse("alpha/docs"), ProviderNames.Directory, scratch.Path, AccessMode.ReadWrite, new RootIdentity(null, stat.Device, stat.Inode), FilterOptions.Default);
        return new LiveDirectoryOrigin(published, new RootScanner(TimeProvider.System, null, null), _ => Task.CompletedTask, TimeProvider.System);
    }

    private sealed class CutContent(ReadOnlyMemory<byte> bytes) : ContentStream
    {
        private ReadOnlyMemory<byte> _rest = bytes;

        public override int Index => 0;

        public override ContentOutcome Outcome => ContentOutcome.Open;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellation)
        {
            if (_rest.IsEmpty)
                throw new EndOfStreamException("cut");
            var count = Math.Min(buffer.Length, _rest.Length);
            _rest[..count].CopyTo(buffer);
            _rest = _rest[count..];
            return ValueTask.FromResult(count);
        }
    }
}
