using OmnyDrive.Drives;
using OmnyDrive.Engine.Files;
using OmnyDrive.Engine.Origins;
using OmnyDrive.Engine.Providers.Directory;
using OmnyDrive.Engine.Roots;
using OmnyDrive.Engine.Scanning;
using OmnyDrive.Errors;
using OmnyDrive.Filtering;
using OmnyDrive.Origins;
using OmnyDrive.Snapshots;
using OmnyDrive.Testing;

namespace OmnyDrive.Engine.Tests;

public sealed class LiveDirectoryOriginTests : IDisposable
{
    private readonly ScratchDirectory _scratch = new();
    private readonly ShiftedTime _time = new();

    public LiveDirectoryOriginTests() => File.WriteAllText(_scratch.At("a.txt"), "first");

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public async Task A_push_that_landed_holds_no_lock_while_others_are_told()
    {
        var taken = false;
        await using var origin = Open(_ =>
        {
            using var root = RootDirectory.OpenAt(_scratch.Path);
            RootLock.Take(root, RootLayout.ApplyLock).Dispose();
            taken = true;
            return Task.CompletedTask;
        });

        Assert.True((await (await Draft.OfAsync(origin)).File("a.txt", "mine").PushAsync(origin)).Landed);
        Assert.True(taken);
    }

    [Fact]
    public async Task A_push_that_landed_has_landed_whatever_becomes_of_telling_others()
    {
        await using var failing = Open(_ => throw new InvalidOperationException("Nobody listens."));
        Assert.True((await (await Draft.OfAsync(failing)).File("a.txt", "mine").PushAsync(failing)).Landed);

        await using var silent = Open(_ => new TaskCompletionSource().Task);
        Assert.True((await (await Draft.OfAsync(silent)).File("a.txt", "yours").PushAsync(silent).WaitAsync(TimeSpan.FromSeconds(20))).Landed);
    }

    [Fact]
    public async Task An_origin_that_told_nobody_where_it_stands_says_so_and_not_that_every_content_is_gone()
    {
        await using var origin = Open(_ => Task.CompletedTask);

        var refused = await Assert.ThrowsAsync<DriveException>(async () => await origin.FetchAsync([new ContentRequest(DrivePath.Parse("a.txt"), ContentHash.Of("first"u8), 5)]).CountAsync());

        Assert.Equal(ErrorCode.Conflict, refused.Code);
    }

    [Fact]
    public async Task A_push_that_is_still_being_sent_is_not_dropped_however_long_it_takes()
    {
        await using var origin = Open(_ => Task.CompletedTask);
        var draft = (await Draft.OfAsync(origin)).File("a.txt", "mine");
        var slow = draft.Intent();
        var needs = await origin.BeginPushAsync(slow, draft.Trees());
        var go = new TaskCompletionSource();
        var staging = origin.StageAsync(slow.Id, WaitAsync(go.Task, draft.Content(needs, 0)));

        _time.Advance(TimeSpan.FromMinutes(61));
        var other = draft.Intent();
        await origin.BeginPushAsync(other, draft.Trees());
        go.SetResult();
        await staging;
        _time.Advance(TimeSpan.FromMinutes(59));
        var another = (await Draft.OfAsync(origin)).File("a.txt", "another's");
        await origin.BeginPushAsync(another.Intent(), another.Trees());

        Assert.True((await origin.CommitPushAsync(slow.Id)).Landed);
        _time.Advance(TimeSpan.FromMinutes(2));
        await origin.BeginPushAsync((await Draft.OfAsync(origin)).Intent(), (await Draft.OfAsync(origin)).Trees());
        Assert.Equal(ErrorCode.Invalid, (await Assert.ThrowsAsync<DriveException>(() => origin.CommitPushAsync(other.Id))).Code);
    }

    [Fact]
    public async Task Of_one_push_that_is_begun_several_times_at_once_one_remains()
    {
        await using var origin = Open(_ => Task.CompletedTask);
        var draft = (await Draft.OfAsync(origin)).File("a.txt", "mine");
        for (var round = 0; round < 25; round++)
        {
            var intent = draft.Intent();
            await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => origin.BeginPushAsync(intent, draft.Trees()))));
            await origin.AbandonPushAsync(intent.Id);
            Assert.Empty(Directory.GetFileSystemEntries(_scratch.At(".omnydrive", "staging")));
        }
    }

    [Fact]
    public async Task A_push_of_what_the_drive_leaves_out_is_refused_and_changes_nothing()
    {
        await using var origin = Open(_ => Task.CompletedTask, FilterOptions.Default with { Exclude = ["*.log"] });
        var draft = (await Draft.OfAsync(origin)).File("a.txt", "mine").File("new.log", "hidden");
        Assert.Equal(ErrorCode.Invalid, (await Assert.ThrowsAsync<DriveException>(() => draft.PushAsync(origin))).Code);
        Assert.Equal(("first", false), (File.ReadAllText(_scratch.At("a.txt")), File.Exists(_scratch.At("new.log"))));
    }

    [Fact]
    public async Task A_push_that_finds_no_room_is_refused_before_anything_is_sent()
    {
        await using var origin = Open(_ => Task.CompletedTask);
        var draft = (await Draft.OfAsync(origin)).Entry("one", Entry.File(long.MaxValue, ContentHash.Of("1"u8))).Entry("two", Entry.File(long.MaxValue, ContentHash.Of("2"u8)));
        Assert.Equal(ErrorCode.NoSpace, (await Assert.ThrowsAnyAsync<DriveException>(() => origin.BeginPushAsync(draft.Intent(), draft.Trees()))).Code);
        Assert.Empty(Directory.GetFileSystemEntries(_scratch.At(".omnydrive", "staging")));
    }

    [Fact]
    public async Task What_a_push_has_staged_whose_client_is_gone_is_not_asked_for_again_by_the_next_to_the_same_state()
    {
        await using var origin = Open(_ => Task.CompletedTask);
        var draft = (await Draft.OfAsync(origin)).File("a.txt", "mine").File("b.txt", "too");
        var gone = draft.Intent();
        var needs = await origin.BeginPushAsync(gone, draft.Trees());
        await origin.StageAsync(gone.Id, MemoryContent.Stream(draft.Content(needs, 0)));
        // Somebody else may be about to do the same: only one who has been silent for a while is taken for gone.
        var early = draft.Intent();
        Assert.Equal(2, (await origin.BeginPushAsync(early, draft.Trees())).Count);
        await origin.AbandonPushAsync(early.Id);

        _time.Advance(TimeSpan.FromSeconds(11));
        var next = draft.Intent();
        var left = await origin.BeginPushAsync(next, draft.Trees());

        Assert.Equal(needs[1], Assert.Single(left));
        await origin.StageAsync(next.Id, draft.Contents(left));
        Assert.True((await origin.CommitPushAsync(next.Id)).Landed);
        Assert.Equal(("mine", "too"), (File.ReadAllText(_scratch.At("a.txt")), File.ReadAllText(_scratch.At("b.txt"))));
        Assert.Empty(Directory.GetFileSystemEntries(_scratch.At(".omnydrive", "staging")));
    }

    [Fact]
    public async Task A_root_that_is_being_taken_away_while_it_is_looked_at_has_no_head_and_takes_no_push()
    {
        var (time, identity) = (new ActingTime(), new DirectoryProvider().Mark(_scratch.Path, DriveId.Parse("alpha/docs"), null));
        File.WriteAllText(_scratch.At("b.txt"), "second");
        await using var origin = Open(_ => Task.CompletedTask, identity: identity, time: time);
        var draft = (await Draft.OfAsync(origin)).File("b.txt", "mine");
        var push = await draft.StageAsync(origin);
        var marker = _scratch.At(".omnydrive", "marker.json");
        var kept = File.ReadAllBytes(marker);

        // The first time that the clock is asked is the begin of a scan, and the root has been found to be the drive's by then.
        time.Act = () => File.Delete(marker);
        Assert.Equal(ErrorCode.RootMissing, (await Assert.ThrowsAsync<DriveException>(() => origin.GetHeadAsync())).Code);
        File.WriteAllBytes(marker, kept);
        time.Act = () => File.Delete(marker);
        Assert.Equal(ErrorCode.RootMissing, (await Assert.ThrowsAsync<DriveException>(() => origin.CommitPushAsync(push))).Code);

        Assert.Equal(("first", "second"), (File.ReadAllText(_scratch.At("a.txt")), File.ReadAllText(_scratch.At("b.txt"))));
    }

    private static async IAsyncEnumerable<ContentStream> WaitAsync(Task go, ContentStream content)
    {
        await go;
        yield return content;
    }

    private LiveDirectoryOrigin Open(Func<SyncRef, Task> landed, FilterOptions? filter = null, RootIdentity? identity = null, TimeProvider? time = null)
    {
        using var root = RootDirectory.OpenAt(_scratch.Path);
        var stat = root.Top.Stat();
        var published = new PublishedRoot(DriveId.Parse("alpha/docs"), ProviderNames.Directory, _scratch.Path, AccessMode.ReadWrite, identity ?? new RootIdentity(null, stat.Device, stat.Inode), filter ?? FilterOptions.Default);
        return new LiveDirectoryOrigin(published, new RootScanner(time ?? _time, null, filter), landed, _time);
    }

    private sealed class ActingTime : TimeProvider
    {
        internal Action? Act { get; set; }

        public override DateTimeOffset GetUtcNow()
        {
            var act = Act;
            Act = null;
            act?.Invoke();
            return base.GetUtcNow();
        }
    }
}
