using OmnyDrive.Drives;
using OmnyDrive.Engine;
using OmnyDrive.Errors;
using OmnyDrive.Origins;
using OmnyDrive.Snapshots;
using OmnyDrive.Testing;
using Xunit;
using static OmnyDrive.Server.Tests.Origins.PushOutcome;

namespace OmnyDrive.Server.Tests.Origins;

public abstract partial class OriginConformance
{
    [Fact]
    public async Task A_push_that_expects_another_head_does_not_land_and_changes_nothing()
    {
        var origin = await SampleAsync();
        var draft = (await Draft.OfAsync(origin)).File("a.txt", "mine");
        var id = await draft.StageAsync(origin);
        Write("dir/theirs", "theirs");
        var before = Inventory.Of(Root);

        var result = await origin.CommitPushAsync(id);

        Assert.Equal((false, (await origin.GetHeadAsync()).Ref), Outcome(result));
        Assert.Equal(before, Inventory.Of(Root));
        AssertOnlyLeftovers();
        Assert.Equal(result, await origin.CommitPushAsync(id));
    }

    [Theory]
    [InlineData("added")]
    [InlineData("edited")]
    [InlineData("deleted")]
    [InlineData("made executable")]
    [InlineData("rewritten with its old size and time")]
    public async Task Whatever_happens_at_the_origin_between_begin_and_commit_refuses_the_push(string what)
    {
        var origin = await SampleAsync();
        var id = await (await Draft.OfAsync(origin)).File("new", "new").StageAsync(origin);
        var time = File.GetLastWriteTimeUtc(At("a.txt"));
        switch (what)
        {
            case "added": Write("dir/extra", ""); break;
            case "edited": Write("a.txt", "other"); break;
            case "deleted": File.Delete(At("a.txt")); break;
            case "made executable": File.SetUnixFileMode(At("a.txt"), Mode("755")); break;
            default:
                Write("a.txt", "FIRST");
                File.SetLastWriteTimeUtc(At("a.txt"), time);
                break;
        }
        var before = Inventory.Of(Root);
        Assert.False((await origin.CommitPushAsync(id)).Landed);
        Assert.Equal(before, Inventory.Of(Root));
    }

    [Fact]
    public async Task A_push_from_a_state_that_the_origin_never_had_is_a_conflict()
    {
        var origin = await SampleAsync();
        var draft = (await Draft.OfAsync(origin)).File("a.txt", "mine");
        draft.From = SyncRef.OfTree(Hash256.Of("never"u8));
        await RefusedUntouchedAsync(ErrorCode.Conflict, () => draft.StageAsync(origin));
        Assert.Empty(Staged());
    }

    [Fact]
    public async Task A_push_whose_contents_have_not_all_arrived_is_refused_and_can_be_completed()
    {
        var origin = await SampleAsync();
        var draft = (await Draft.OfAsync(origin)).File("a.txt", "mine").File("b.txt", "too");
        var intent = draft.Intent();
        var needs = await origin.BeginPushAsync(intent, draft.Trees());
        await origin.StageAsync(intent.Id, MemoryContent.Stream(draft.Content(needs, 1)));
        await RefusedUntouchedAsync(ErrorCode.Invalid, () => origin.CommitPushAsync(intent.Id));

        await origin.StageAsync(intent.Id, MemoryContent.Stream(draft.Content(needs, 0)));
        Assert.True((await origin.CommitPushAsync(intent.Id)).Landed);
    }

    [Theory]
    [InlineData("miNe", ContentOutcome.Complete)]
    [InlineData("min", ContentOutcome.Complete)]
    [InlineData("mine!", ContentOutcome.Complete)]
    [InlineData("", ContentOutcome.Complete)]
    [InlineData("mine", ContentOutcome.Unavailable)]
    public async Task A_content_that_is_not_what_was_announced_is_refused_and_never_visible(string sent, ContentOutcome end)
    {
        var origin = await SampleAsync();
        var draft = (await Draft.OfAsync(origin)).File("a.txt", "mine");
        var intent = draft.Intent();
        await origin.BeginPushAsync(intent, draft.Trees());
        var wrong = new MemoryContent(0, System.Text.Encoding.UTF8.GetBytes(sent), 1, end);

        await RefusedUntouchedAsync(ErrorCode.ContentMismatch, () => origin.StageAsync(intent.Id, MemoryContent.Stream(wrong)));

        await RefusedUntouchedAsync(ErrorCode.Invalid, () => origin.CommitPushAsync(intent.Id));
        await origin.AbandonPushAsync(intent.Id);
        Assert.Empty(Staged());
    }

    [Fact]
    public async Task A_large_content_with_one_wrong_bit_is_refused_while_more_is_on_its_way()
    {
        var origin = await SampleAsync();
        byte[] large = Noise(5 * Mebibyte), wrong = Noise(5 * Mebibyte), more = Noise(20 * Mebibyte, 2);
        wrong[3 * Mebibyte] ^= 1;
        var draft = (await Draft.OfAsync(origin)).File("large", large).File("more", more);
        var intent = draft.Intent();
        var needs = await origin.BeginPushAsync(intent, draft.Trees());
        var (first, second) = needs[0].Size == large.Length ? (0, 1) : (1, 0);
        await RefusedUntouchedAsync(ErrorCode.ContentMismatch, () => origin.StageAsync(intent.Id, MemoryContent.Stream(new MemoryContent(first, wrong), new MemoryContent(second, more))));
        await origin.AbandonPushAsync(intent.Id);
        Assert.Empty(Staged());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(int.MaxValue)]
    public async Task A_content_that_was_not_asked_for_is_refused(int index)
    {
        var origin = await SampleAsync();
        var draft = (await Draft.OfAsync(origin)).File("a.txt", "mine");
        var intent = draft.Intent();
        await origin.BeginPushAsync(intent, draft.Trees());
        await RefusedUntouchedAsync(ErrorCode.Protocol, () => origin.StageAsync(intent.Id, MemoryContent.Stream(new MemoryContent(index, "mine"u8.ToArray()))));
    }

    [Fact]
    public async Task One_hash_with_two_sizes_is_refused()
    {
        var origin = await SampleAsync();
        var draft = (await Draft.OfAsync(origin)).File("a.txt", "mine").Entry("b.txt", Entry.File(3, ContentHash.Of("mine"u8)));
        await RefusedUntouchedAsync(ErrorCode.Protocol, () => draft.StageAsync(origin));
        Assert.Empty(Staged());
    }

    [Fact]
    public async Task A_push_that_makes_something_unknown_is_refused()
    {
        var origin = await SampleAsync();
        var draft = (await Draft.OfAsync(origin)).Entry("a.txt", Entry.Unknown);
        await RefusedUntouchedAsync(ErrorCode.Protocol, () => draft.StageAsync(origin));
    }

    [Fact]
    public async Task An_abandoned_push_cannot_be_committed_and_what_it_sent_is_there_for_the_next()
    {
        var origin = await SampleAsync();
        var draft = (await Draft.OfAsync(origin)).File("a.txt", "mine").File("large", Noise(2 * Mebibyte));
        var id = await draft.StageAsync(origin);
        await origin.AbandonPushAsync(id);
        AssertOnlyLeftovers();
        var large = Assert.Single(await origin.BeginPushAsync(draft.Intent(), draft.Trees()));
        Assert.Equal(2 * Mebibyte, large.Size);
        await RefusedUntouchedAsync(ErrorCode.Invalid, () => origin.CommitPushAsync(id));
        await origin.AbandonPushAsync(id);
        await origin.AbandonPushAsync(PushId.New());
    }

    [Fact]
    public async Task A_push_that_is_abandoned_while_its_contents_arrive_leaves_nothing()
    {
        var origin = await SampleAsync();
        var other = await Served.ConnectAsync();
        var draft = (await Draft.OfAsync(origin)).File("large", Noise(2 * Mebibyte));
        var intent = draft.Intent();
        await origin.BeginPushAsync(intent, draft.Trees());
        var slow = new HeldContent(Noise(2 * Mebibyte), Mebibyte);
        var staging = origin.StageAsync(intent.Id, MemoryContent.Stream(slow));
        await UntilAsync(() => Staged().SelectMany(Directory.GetFiles).Any(file => new FileInfo(file).Length > 0), "the first half has arrived");

        await other.AbandonPushAsync(intent.Id);
        slow.Release();

        await RefusedAsync(ErrorCode.Invalid, () => staging.WaitAsync(Patience));
        await UntilAsync(() => !Staged().SelectMany(Directory.GetFiles).Any(), "the half content is gone");
        await RefusedUntouchedAsync(ErrorCode.Invalid, () => origin.CommitPushAsync(intent.Id));
    }

    [Fact]
    public async Task A_push_that_nobody_ends_is_dropped_after_an_hour()
    {
        var origin = await SampleAsync();
        var lost = await (await Draft.OfAsync(origin)).File("a.txt", "lost").StageAsync(origin);
        Served.Time.Advance(TimeSpan.FromMinutes(61));
        var draft = (await Draft.OfAsync(origin)).File("a.txt", "mine");
        var id = await draft.StageAsync(origin);
        Assert.Contains(id.ToString(), Assert.Single(Staged()), StringComparison.Ordinal);
        await RefusedAsync(ErrorCode.Invalid, () => origin.CommitPushAsync(lost));
        Assert.True((await origin.CommitPushAsync(id)).Landed);
        AssertOnlyLeftovers();
    }

    [Fact]
    public async Task A_read_only_drive_takes_no_push()
    {
        var origin = await SampleAsync();
        var draft = (await Draft.OfAsync(origin)).File("a.txt", "mine");
        var id = await draft.StageAsync(origin);
        await Served.PublishAsync(new PublishOptions { ReadOnly = true });
        await RefusedUntouchedAsync(ErrorCode.ReadOnly, () => draft.StageAsync(origin));
        var later = await Served.ConnectAsync();
        await RefusedUntouchedAsync(ErrorCode.ReadOnly, () => draft.StageAsync(later));
        var refused = await Assert.ThrowsAsync<DriveException>(() => later.CommitPushAsync(id));
        Assert.True(refused.Code is ErrorCode.ReadOnly or ErrorCode.Invalid, refused.Code);
        Assert.Equal("first", Read("a.txt"));
    }

    [Fact]
    public async Task A_push_that_turns_a_directory_holding_a_name_of_no_tree_into_a_file_is_taken_back_whole()
    {
        Write("A-odd/text", "text");
        OddFiles.FileNamed(Path.GetDirectoryName(At("A-odd/text"))!, [0xFF, (byte)'x', 0xFE]);
        var origin = await ManifoldAsync();
        var draft = Rework(await Draft.OfAsync(origin)).File("A-odd", "in the way");
        await RefusedUntouchedAsync(ErrorCode.Conflict, () => draft.PushAsync(origin));
        AssertOnlyLeftovers();
    }

    [Fact]
    public async Task A_push_that_removes_a_directory_leaves_the_names_in_it_that_no_tree_holds()
    {
        Write("A-odd/text", "text");
        OddFiles.FileNamed(Path.GetDirectoryName(At("A-odd/text"))!, [0xFF, (byte)'x', 0xFE]);
        var origin = await ManifoldAsync();
        var draft = Rework(await Draft.OfAsync(origin)).Remove("A-odd");
        Assert.Equal((true, draft.Target), Outcome(await draft.PushAsync(origin)));
        Assert.Equal(draft.Target, (await origin.GetHeadAsync()).Ref);
        Assert.Contains("A-odd/\u00ffx\u00fe\tf ", Inventory.Of(Root), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_push_whose_last_step_fails_is_taken_back_whole()
    {
        // A directory that holds nothing but private names is in no tree, and in the way of a file of its name.
        Write("zz/.git/config", "[core]");
        var origin = await ManifoldAsync();
        var draft = Rework(await Draft.OfAsync(origin)).File("zz", "in the way");
        await RefusedUntouchedAsync(ErrorCode.Conflict, () => draft.PushAsync(origin));
        AssertOnlyLeftovers();
        // And it was for that alone that it did not land.
        var again = Rework(await Draft.OfAsync(origin));
        Assert.Equal((true, again.Target), Outcome(await again.PushAsync(origin)));
    }

    [Fact]
    public async Task Nothing_outside_the_root_changes_where_a_directory_became_a_link_before_the_commit()
    {
        var origin = await SampleAsync();
        var id = await (await Draft.OfAsync(origin)).File("dir/b.txt", "mine").File("dir/new", "new").Remove("dir/deep").StageAsync(origin);
        var outside = Served.Scratch.At("outside");
        Directory.Move(At("dir"), outside);
        Directory.CreateSymbolicLink(At("dir"), outside);
        var before = Inventory.Of(outside);
        Assert.False((await origin.CommitPushAsync(id)).Landed);
        Assert.Equal(before, Inventory.Of(outside));
    }

    [Fact]
    public async Task A_private_directory_that_is_a_link_is_not_followed()
    {
        var origin = await SampleAsync();
        var draft = (await Draft.OfAsync(origin)).File("a.txt", "mine");
        var outside = Served.Scratch.At("outside");
        Directory.Move(At(".omnydrive"), outside);
        Directory.CreateSymbolicLink(At(".omnydrive"), outside);
        var before = Inventory.Of(outside);
        await Assert.ThrowsAnyAsync<DriveException>(() => draft.PushAsync(origin));
        Assert.Equal(before, Inventory.Of(outside));
        Assert.Equal("first", Read("a.txt"));
    }

    /// <summary>A directory with modes, times and links that a careless taking back would not restore.</summary>
    private async Task<ITreeOrigin> ManifoldAsync()
    {
        foreach (var name in new[] { "m/edit", "m/exec", "m/gone/one", "m/gone/deep/two", "m/kept", "m/todir", "m/tofile/x", "z/last" })
        {
            Write(name, $"content of {name}");
            File.SetLastWriteTimeUtc(At(name), DateTime.UnixEpoch.AddTicks(15_123_456_789_012_345));
        }
        File.CreateSymbolicLink(At("m/link"), "kept");
        File.CreateSymbolicLink(At("m/gone/link"), "/nowhere");
        Directory.CreateDirectory(At("m/hollow"));
        File.SetUnixFileMode(At("m/gone"), Mode("2775"));
        File.SetUnixFileMode(At("m/gone/deep"), Mode("777"));
        File.SetUnixFileMode(At("m/hollow"), Mode("700"));
        File.SetUnixFileMode(At("m/tofile"), Mode("1777"));
        File.SetUnixFileMode(At("m/edit"), Mode("4741"));
        File.SetUnixFileMode(At("m/exec"), Mode("604"));
        return await PublishAsync();
    }

    private static Draft Rework(Draft draft) => draft
        .File("m/edit", "edited").Remove("m/gone").Remove("m/hollow").Link("m/link", "elsewhere").File("m/todir/below/y", "y").File("m/tofile", "now a file")
        .File("m/new/deep/file", "new").Link("m/newlink", "x").Directory("m/newdir").File("z/last", "edited too")
        .Entry("m/exec", Entry.File("content of m/exec".Length, ContentHash.Of("content of m/exec"u8), executable: true));

    private static async Task UntilAsync(Func<bool> condition, string what)
    {
        var deadline = DateTime.UtcNow + Patience;
        while (!condition())
        {
            Assert.True(DateTime.UtcNow < deadline, $"never: {what}");
            await Task.Delay(2);
        }
    }

    /// <summary>A content that stops in the middle until it is released.</summary>
    private sealed class HeldContent(byte[] bytes, int holdAt) : ContentStream
    {
        private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _sent;
        private ContentOutcome _outcome;

        public override int Index => 0;

        public override ContentOutcome Outcome => _outcome;

        internal void Release() => _released.TrySetResult();

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellation)
        {
            if (_sent >= holdAt)
                await _released.Task.WaitAsync(cancellation);
            var count = Math.Min(buffer.Length, (_sent < holdAt ? holdAt : bytes.Length) - _sent);
            bytes.AsMemory(_sent, count).CopyTo(buffer);
            _sent += count;
            if (count == 0)
                _outcome = ContentOutcome.Complete;
            return count;
        }
    }
}
