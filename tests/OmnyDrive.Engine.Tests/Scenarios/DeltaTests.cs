using OmnyDrive.Chunking;
using OmnyDrive.Engine.Tests.Scanning;
using OmnyDrive.Errors;
using OmnyDrive.Testing;

namespace OmnyDrive.Engine.Tests.Scenarios;

/// <summary>Of what one side has already, nothing travels.</summary>
public sealed class DeltaTests
{
    private const int MiB = 1 << 20;

    private const int Half = 3 * MiB / 2;

    private static readonly byte[] Before = LargeFile.Random(3 * MiB);

    public enum Direction
    {
        Pull,
        Push,
    }

    public enum Edit
    {
        OneByteInserted,
        OneByteInFront,
        OneByteRemoved,
        Appended,
        Overwritten,
        HalvesSwapped,
        Doubled,
        CutShort,
        Several,
    }

    public static MatrixTheoryData<Edit, Direction, bool> Edits => new(Enum.GetValues<Edit>(), Enum.GetValues<Direction>(), [false, true]);

    public static MatrixTheoryData<Direction, bool> Directions => new(Enum.GetValues<Direction>(), [false, true]);

    [Theory, MemberData(nameof(Edits))]
    public async Task Of_a_large_file_that_was_edited_only_what_is_new_travels(Edit edit, Direction direction, bool inMemory)
    {
        await using var sides = await TwoSides.StartAsync(root => File.WriteAllBytes(Path.Combine(root, "large"), Before), inMemory: inMemory);
        var after = Edited(edit);
        await File.WriteAllBytesAsync(At(sides, direction, "large"), after);

        var bytes = await SyncAsync(sides, direction);

        if (inMemory)
            Assert.Equal(NewBytes(after), bytes);
        else
            AssertLittleMore(Fresh(edit), bytes);
    }

    [Theory]
    [InlineData(Direction.Pull)]
    [InlineData(Direction.Push)]
    public async Task Of_a_block_that_moved_its_seams_travel(Direction direction)
    {
        var before = LargeFile.Random(12 * MiB);
        await using var sides = await TwoSides.StartAsync(root => File.WriteAllBytes(Path.Combine(root, "large"), before));
        await File.WriteAllBytesAsync(At(sides, direction, "large"), [.. before[..(2 * MiB)], .. before[(4 * MiB)..(9 * MiB)], .. before[(2 * MiB)..(4 * MiB)], .. before[(9 * MiB)..]]);
        AssertLittleMore(0, await SyncAsync(sides, direction));
    }

    // A peer whose pieces are not what they say costs chunks that travel whole.
    [Theory]
    [InlineData(Direction.Pull, true)]
    [InlineData(Direction.Pull, false)]
    [InlineData(Direction.Push, true)]
    [InlineData(Direction.Push, false)]
    public async Task Chunks_whose_pieces_were_told_wrong_travel_whole(Direction direction, bool all)
    {
        await using var sides = await TwoSides.StartAsync(root => File.WriteAllBytes(Path.Combine(root, "large"), Before));
        var after = Edited(Edit.HalvesSwapped);
        await File.WriteAllBytesAsync(At(sides, direction, "large"), after);
        var told = 0;
        sides.Steps.OnChunks = part => part.Pieces is { } pieces && (all || told++ == 0)
            ? part with { Pieces = pieces with { Pieces = [.. pieces.Pieces.Select(piece => piece with { Hash = ~piece.Hash })] } }
            : part;
        Assert.InRange(await SyncAsync(sides, direction), FastCdc.MinSize, 2 * NewBytes(after));
    }

    [Theory]
    [InlineData(Direction.Pull)]
    [InlineData(Direction.Push)]
    public async Task Pieces_that_do_not_add_up_to_their_chunk_end_the_transfer_and_change_nothing(Direction direction)
    {
        await using var sides = await TwoSides.StartAsync(root => File.WriteAllBytes(Path.Combine(root, "large"), Before));
        await File.WriteAllBytesAsync(At(sides, direction, "large"), Edited(Edit.OneByteInserted));
        sides.Steps.OnChunks = part => part.Pieces is { } pieces ? part with { Pieces = pieces with { Pieces = [.. pieces.Pieces.Skip(1)] } } : part;

        Assert.Equal(ErrorCode.Protocol, (await Assert.ThrowsAsync<DriveException>(sides.SyncAsync)).Code);

        Assert.True(Before.AsSpan().SequenceEqual(File.ReadAllBytes(At(sides, Other(direction), "large"))));
        sides.Steps.OnChunks = null;
        await SyncAsync(sides, direction);
    }

    [Theory, MemberData(nameof(Directions))]
    public async Task A_large_file_that_was_renamed_and_edited_is_told_by_the_one_that_goes(Direction direction, bool inMemory)
    {
        await using var sides = await TwoSides.StartAsync(root => File.WriteAllBytes(Path.Combine(root, "before"), Before), inMemory: inMemory);
        var after = Edited(Edit.OneByteInserted);
        File.Delete(At(sides, direction, "before"));
        Directory.CreateDirectory(At(sides, direction, "dir"));
        await File.WriteAllBytesAsync(At(sides, direction, "dir/after"), after);

        var bytes = await SyncAsync(sides, direction);

        if (inMemory)
            Assert.Equal(NewBytes(after), bytes);
        else
            AssertLittleMore(1, bytes);
    }

    [Theory, MemberData(nameof(Directions))]
    public async Task What_was_renamed_does_not_travel(Direction direction, bool inMemory)
    {
        await using var sides = await TwoSides.StartAsync(Nested, inMemory: inMemory);
        Directory.Move(At(sides, direction, "dir"), At(sides, direction, "renamed"));
        Assert.Equal(0, await SyncAsync(sides, direction));
    }

    [Theory, MemberData(nameof(Directions))]
    public async Task What_was_copied_within_the_drive_does_not_travel(Direction direction, bool inMemory)
    {
        await using var sides = await TwoSides.StartAsync(Nested, inMemory: inMemory);
        Nested(sides.Scratch.Directory("copy"));
        Directory.Move(sides.Scratch.At("copy"), At(sides, direction, "copy"));
        Assert.Equal(0, await SyncAsync(sides, direction));
    }

    [Theory, MemberData(nameof(Directions))]
    public async Task Two_files_that_change_places_do_not_travel(Direction direction, bool inMemory)
    {
        await using var sides = await TwoSides.StartAsync(Nested, inMemory: inMemory);
        foreach (var (one, other) in new[] { ("dir/small0", "dir/small1"), ("dir/large0", "dir/deep/large1") })
        {
            File.Move(At(sides, direction, one), At(sides, direction, "aside"));
            File.Move(At(sides, direction, other), At(sides, direction, one));
            File.Move(At(sides, direction, "aside"), At(sides, direction, other));
        }
        Assert.Equal(0, await SyncAsync(sides, direction));
    }

    [Theory, MemberData(nameof(Directions))]
    public async Task A_content_that_comes_in_several_files_travels_once(Direction direction, bool inMemory)
    {
        await using var sides = await TwoSides.StartAsync(inMemory: inMemory);
        foreach (var name in new[] { "one", "two", "dir/three" })
        {
            await File.WriteAllBytesAsync(At(sides, direction, name), Before);
            await File.WriteAllTextAsync(At(sides, direction, name + ".txt"), "the same text");
        }
        Assert.Equal(Before.Length + "the same text".Length, await SyncAsync(sides, direction));
    }

    [Theory, MemberData(nameof(Directions))]
    public async Task A_content_that_goes_here_and_comes_there_does_not_travel(Direction direction, bool inMemory)
    {
        await using var sides = await TwoSides.StartAsync(Nested, inMemory: inMemory);
        File.Move(At(sides, direction, "dir/large0"), At(sides, direction, "dir/small0"), overwrite: true);
        File.Move(At(sides, direction, "dir/small1"), At(sides, direction, "dir/large0"));
        Assert.Equal(0, await SyncAsync(sides, direction));
    }

    public enum Cache
    {
        Deleted,
        Corrupted,
        OfAnotherFile,
        ADirectory,
    }

    public static MatrixTheoryData<Cache, Direction> Caches => new(Enum.GetValues<Cache>(), Enum.GetValues<Direction>());

    [Theory, MemberData(nameof(Caches))]
    public async Task Without_its_chunk_lists_an_endpoint_makes_them_anew(Cache cache, Direction direction)
    {
        await using var sides = await TwoSides.StartAsync(root => File.WriteAllBytes(Path.Combine(root, "large"), Before));
        var after = Edited(Edit.OneByteInserted);
        await File.WriteAllBytesAsync(At(sides, direction, "large"), after);
        foreach (var list in new[] { "alpha-state", "beta-state" }.SelectMany(state => Directory.GetFiles(sides.Scratch.At(state, "cache", "chunks"), "*", SearchOption.AllDirectories)))
            Spoil(cache, list);
        Assert.Equal(NewBytes(after), await SyncAsync(sides, direction));
    }

    // The list is known, so that only the bytes tell that the file is another.
    [Theory]
    [InlineData(Direction.Pull)]
    [InlineData(Direction.Push)]
    public async Task Of_a_base_that_changed_unseen_what_no_longer_fits_travels(Direction direction)
    {
        await using var sides = await TwoSides.StartAsync(root => File.WriteAllBytes(Path.Combine(root, "before"), Before));
        var after = Edited(Edit.OneByteInserted);
        File.Delete(At(sides, direction, "before"));
        await File.WriteAllBytesAsync(At(sides, direction, "after"), after);
        sides.Steps.Once(direction == Direction.Pull ? OriginStep.BeforeChunks : OriginStep.BeforePush, () => Damage(At(sides, Other(direction), "before"), MiB));
        var wire = new Wire(sides);

        if (direction == Direction.Pull)
        {
            var result = await sides.SyncAsync();
            // What was edited meanwhile stays.
            Assert.Equal("before", Assert.Single(result.Problems).Path);
        }
        else
        {
            await Assert.ThrowsAsync<Reconciling.ConflictDetectedException>(sides.SyncAsync);
            return;
        }

        Assert.True(after.AsSpan().SequenceEqual(File.ReadAllBytes(At(sides, Other(direction), "after"))));
        // The chunk that holds the damage, and a little of the edited one.
        Assert.InRange(wire.Bytes, FastCdc.MinSize, FastCdc.MaxSize);
    }

    public enum Fate
    {
        Deleted,
        Damaged,
        Shortened,
        Replaced,
        BecameALink,
        BecameAFifo,
        BecameADirectory,
    }

    public static MatrixTheoryData<Fate, OriginStep, bool> Fates => new(Enum.GetValues<Fate>(), [OriginStep.BeforeTrees, OriginStep.BeforeChunks, OriginStep.AfterChunks], [false, true]);

    [Theory, MemberData(nameof(Fates))]
    public async Task Whatever_becomes_of_a_base_during_a_pull_a_wrong_byte_never_arrives(Fate fate, OriginStep step, bool inMemory)
    {
        await using var sides = await TwoSides.StartAsync(root => File.WriteAllBytes(Path.Combine(root, "before"), Before), inMemory: inMemory);
        var after = Edited(Edit.OneByteInserted);
        File.Delete(sides.AtOrigin("before"));
        await File.WriteAllBytesAsync(sides.AtOrigin("after"), after);
        sides.Steps.Once(step, () => Meet(fate, sides.InMount("before")));

        SyncResult? result = null;
        try
        {
            result = await sides.SyncAsync();
        }
        catch (Exception e) when (step is OriginStep.BeforeTrees && e is Reconciling.ConflictDetectedException)
        {
            // Seen by the scan: a two-sided change.
            return;
        }

        Assert.NotNull(result);
        Assert.True(after.AsSpan().SequenceEqual(File.ReadAllBytes(sides.InMount("after"))));
    }

    [Theory]
    [InlineData(Fate.Deleted)]
    [InlineData(Fate.Damaged)]
    [InlineData(Fate.Shortened)]
    [InlineData(Fate.Replaced)]
    [InlineData(Fate.BecameALink)]
    [InlineData(Fate.BecameAFifo)]
    [InlineData(Fate.BecameADirectory)]
    public async Task Whatever_becomes_of_a_copy_here_during_a_pull_a_wrong_byte_never_arrives(Fate fate)
    {
        await using var sides = await TwoSides.StartAsync(Nested);
        File.Copy(sides.AtOrigin("dir/large0"), sides.AtOrigin("large"));
        File.Copy(sides.AtOrigin("dir/small0"), sides.AtOrigin("small"));
        sides.Steps.Once(OriginStep.BeforeTrees, () =>
        {
            Meet(fate, sides.InMount("dir/large0"));
            Meet(fate, sides.InMount("dir/small0"));
        });
        try
        {
            await sides.SyncAsync();
        }
        catch (Reconciling.ConflictDetectedException)
        {
            return;
        }
        foreach (var name in new[] { "large", "small" })
            Assert.True(File.ReadAllBytes(sides.AtOrigin(name)).AsSpan().SequenceEqual(File.ReadAllBytes(sides.InMount(name))));
    }

    private static async Task<long> SyncAsync(TwoSides sides, Direction direction)
    {
        var wire = new Wire(sides);
        var result = await sides.SyncAsync();
        Assert.Equal((direction == Direction.Pull ? SyncStatus.Pulled : SyncStatus.Pushed, 0), (result.Status, result.Problems.Count));
        Assert.Equal(wire.Bytes, result.Metrics.BytesTransferred);
        sides.AssertSame();
        Assert.Equal(SyncStatus.Clean, (await sides.SyncAsync()).Status);
        return wire.Bytes;
    }

    private static Direction Other(Direction direction) => direction == Direction.Pull ? Direction.Push : Direction.Pull;

    /// <summary>A path on the side that changes travel from.</summary>
    private static string At(TwoSides sides, Direction from, string path) => from == Direction.Pull ? sides.AtOrigin(path) : sides.InMount(path);

    private static void Nested(string root)
    {
        Directory.CreateDirectory(Path.Combine(root, "dir", "deep"));
        for (var i = 0; i < 5; i++)
            File.WriteAllBytes(Path.Combine(root, "dir", $"small{i}"), LargeFile.Random(1_000 * i + 1, i));
        File.WriteAllBytes(Path.Combine(root, "dir", "large0"), LargeFile.Random(2 * MiB, 10));
        File.WriteAllBytes(Path.Combine(root, "dir", "deep", "large1"), LargeFile.Random(MiB, 11));
        File.WriteAllBytes(Path.Combine(root, "dir", "deep", "almost"), LargeFile.Random(MiB - 1, 12));
    }

    private static byte[] Edited(Edit edit) => edit switch
    {
        Edit.OneByteInserted => [.. Before[..Half], 42, .. Before[Half..]],
        Edit.OneByteInFront => [42, .. Before],
        Edit.OneByteRemoved => [.. Before[..Half], .. Before[(Half + 1)..]],
        Edit.Appended => [.. Before, .. LargeFile.Random(300_000, 3)],
        Edit.Overwritten => [.. Before[..Half], .. LargeFile.Random(400_000, 3), .. Before[(Half + 400_000)..]],
        Edit.HalvesSwapped => [.. Before[Half..], .. Before[..Half]],
        Edit.Doubled => [.. Before, .. Before],
        Edit.CutShort => Before[..(2 * MiB)],
        _ => [.. Before[..500_000], 1, .. Before[500_000..MiB], .. Before[Half..(2 * MiB)], .. new byte[300_000], .. Before[(2 * MiB)..]],
    };

    /// <summary>Bytes of the chunks that the file did not have before, each counted as often as it comes.</summary>
    private static long NewBytes(byte[] after)
    {
        var known = LargeFile.ChunksOf(Before).Select(chunk => chunk.Hash).ToHashSet();
        return LargeFile.ChunksOf(after).Where(chunk => !known.Contains(chunk.Hash)).Sum(chunk => (long)chunk.Length);
    }

    /// <summary>How many bytes of it the file did not have before, zeros counted for what they are.</summary>
    private static int Fresh(Edit edit) => edit switch
    {
        Edit.OneByteInserted or Edit.OneByteInFront => 1,
        Edit.Appended or Edit.Several => 300_000,
        Edit.Overwritten => 400_000,
        _ => 0,
    };

    /// <summary>What is new, and at each seam a few pieces.</summary>
    private static void AssertLittleMore(int fresh, long bytes) => Assert.InRange(bytes, Math.Max(fresh, 1), fresh + (48 << 10));

    private static void Spoil(Cache cache, string list)
    {
        var bytes = File.ReadAllBytes(list);
        bytes[bytes.Length / 2] ^= 1;
        File.Delete(list);
        switch (cache)
        {
            case Cache.Deleted: break;
            case Cache.Corrupted: File.WriteAllBytes(list, bytes); break;
            case Cache.OfAnotherFile: File.WriteAllText(list, "something else"); break;
            default: Directory.CreateDirectory(list); break;
        }
    }

    private static void Damage(string file, int at)
    {
        using var open = File.OpenWrite(file);
        open.Position = at;
        open.WriteByte((byte)~Before[at]);
    }

    private static void Meet(Fate fate, string file)
    {
        if (fate == Fate.Damaged)
        {
            Damage(file, 0);
            return;
        }
        if (fate == Fate.Shortened)
        {
            using var open = File.OpenWrite(file);
            open.SetLength(open.Length / 2);
            return;
        }
        var length = new FileInfo(file).Length;
        File.Delete(file);
        switch (fate)
        {
            case Fate.Deleted: break;
            case Fate.Replaced: File.WriteAllBytes(file, new byte[length]); break;
            case Fate.BecameALink: File.CreateSymbolicLink(file, "/dev/zero"); break;
            case Fate.BecameAFifo: OddFiles.Fifo(file); break;
            default: Directory.CreateDirectory(file); break;
        }
    }
}
