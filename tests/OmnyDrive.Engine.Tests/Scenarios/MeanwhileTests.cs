using OmnyDrive.Errors;
using OmnyDrive.Reconciling;

namespace OmnyDrive.Engine.Tests.Scenarios;

/// <summary>Somebody works on either side while a sync runs. The baseline is what was planned and applied, so nothing of it is lost or looks deleted.</summary>
public sealed class MeanwhileTests
{
    [Theory]
    [InlineData(OriginStep.BeforePush)]
    [InlineData(OriginStep.BeforeStage)]
    [InlineData(OriginStep.AfterStage)]
    [InlineData(OriginStep.BeforeCommit)]
    public async Task A_file_added_at_the_origin_before_a_push_lands_refuses_the_push_and_stays(OriginStep step)
    {
        await using var sides = await TwoSides.StartAsync();
        File.WriteAllText(sides.InMount("a.txt"), "mine");
        sides.Steps.Once(step, () => File.WriteAllText(sides.AtOrigin("new.txt"), "theirs"));

        var refused = await Assert.ThrowsAsync<ConflictDetectedException>(sides.SyncAsync);

        Assert.Equal(ConflictKind.RefMoved, refused.Conflict.Kind);
        Assert.Equal(("first", "theirs"), (File.ReadAllText(sides.AtOrigin("a.txt")), File.ReadAllText(sides.AtOrigin("new.txt"))));
        Assert.Equal("mine", File.ReadAllText(sides.InMount("a.txt")));
        File.WriteAllText(sides.InMount("a.txt"), "first");
        Assert.Equal(SyncStatus.Pulled, (await sides.SyncAsync()).Status);
        Assert.Equal("theirs", File.ReadAllText(sides.InMount("new.txt")));
    }

    [Theory]
    [InlineData(OriginStep.BeforePush)]
    [InlineData(OriginStep.BeforeCommit)]
    public async Task A_file_edited_at_the_origin_before_a_push_of_it_lands_is_not_overwritten(OriginStep step)
    {
        await using var sides = await TwoSides.StartAsync();
        File.WriteAllText(sides.InMount("a.txt"), "mine!");
        sides.Steps.Once(step, () => File.WriteAllText(sides.AtOrigin("a.txt"), "their"));

        var refused = await Assert.ThrowsAsync<ConflictDetectedException>(sides.SyncAsync);

        Assert.Equal("a.txt", Assert.Single(refused.Conflict.Paths).Path.ToString());
        Assert.Equal(("their", "mine!"), (File.ReadAllText(sides.AtOrigin("a.txt")), File.ReadAllText(sides.InMount("a.txt"))));
    }

    [Fact]
    public async Task What_was_added_edited_and_deleted_at_the_origin_right_after_a_commit_is_pulled_by_the_next_sync()
    {
        await using var sides = await TwoSides.StartAsync();
        File.WriteAllText(sides.InMount("a.txt"), "mine");
        File.WriteAllText(sides.InMount("pushed.txt"), "pushed");
        sides.Steps.Once(OriginStep.AfterCommit, () =>
        {
            File.WriteAllText(sides.AtOrigin("new.txt"), "added");
            File.WriteAllText(sides.AtOrigin("a.txt"), "edited");
            File.Delete(sides.AtOrigin("pushed.txt"));
        });

        Assert.Equal(SyncStatus.Pushed, (await sides.SyncAsync()).Status);
        var next = await sides.SyncAsync();

        Assert.Equal(SyncStatus.Pulled, next.Status);
        Assert.Equal(["a.txt", "new.txt", "pushed.txt"], next.Changes.Select(applied => applied.Change.Path.ToString()).Order(StringComparer.Ordinal));
        Assert.Equal(("added", "edited", false), (File.ReadAllText(sides.InMount("new.txt")), File.ReadAllText(sides.InMount("a.txt")), File.Exists(sides.InMount("pushed.txt"))));
        sides.AssertSame();
    }

    [Theory]
    [InlineData(OriginStep.BeforeCommit)]
    [InlineData(OriginStep.AfterCommit)]
    public async Task An_edit_in_the_mount_while_its_push_lands_is_pushed_by_the_next_sync(OriginStep step)
    {
        await using var sides = await TwoSides.StartAsync();
        File.WriteAllText(sides.InMount("a.txt"), "mine");
        sides.Steps.Once(step, () =>
        {
            File.WriteAllText(sides.InMount("a.txt"), "newer");
            File.WriteAllText(sides.InMount("dir/late.txt"), "late");
        });

        Assert.Equal(SyncStatus.Pushed, (await sides.SyncAsync()).Status);
        Assert.Equal(("mine", false), (File.ReadAllText(sides.AtOrigin("a.txt")), File.Exists(sides.AtOrigin("dir/late.txt"))));

        Assert.Equal(SyncStatus.Pushed, (await sides.SyncAsync()).Status);
        Assert.Equal(("newer", "late"), (File.ReadAllText(sides.AtOrigin("a.txt")), File.ReadAllText(sides.AtOrigin("dir/late.txt"))));
        sides.AssertSame();
    }

    [Theory]
    [InlineData("other, and longer", "gone")]
    [InlineData("mime", ErrorCode.ContentMismatch)]
    public async Task A_file_that_changes_before_it_is_sent_fails_the_push_and_changes_nothing_at_the_origin(string edit, string code)
    {
        await using var sides = await TwoSides.StartAsync();
        File.WriteAllText(sides.InMount("a.txt"), "mine");
        File.WriteAllText(sides.InMount("b.txt"), "mine too");
        var before = Testing.DiskTree.Describe(sides.Origin, times: true);
        sides.Steps.Once(OriginStep.BeforeStage, () => File.WriteAllText(sides.InMount("a.txt"), edit));

        var failed = await Assert.ThrowsAsync<DriveException>(sides.SyncAsync);

        Assert.Equal(code == "gone" ? failed.Code : code, failed.Code);
        Assert.Contains("omnydrive sync", failed.Hint, StringComparison.Ordinal);
        Assert.Equal(before, Testing.DiskTree.Describe(sides.Origin, times: true));
        Assert.Empty(Directory.GetFileSystemEntries(sides.AtOrigin(".omnydrive/staging")));
        Assert.Equal(SyncStatus.Pushed, (await sides.SyncAsync()).Status);
        Assert.Equal(edit, File.ReadAllText(sides.AtOrigin("a.txt")));
    }

    [Theory]
    [InlineData(OriginStep.BeforeTrees)]
    [InlineData(OriginStep.BeforeFetch)]
    public async Task An_edit_in_the_mount_during_a_pull_is_overwritten_neither_by_it_nor_by_the_next(OriginStep step)
    {
        await using var sides = await TwoSides.StartAsync();
        File.WriteAllText(sides.AtOrigin("a.txt"), "their");
        File.WriteAllText(sides.AtOrigin("other.txt"), "other");
        sides.Steps.Once(step, () => File.WriteAllText(sides.InMount("a.txt"), "mine!"));

        var pulled = await sides.SyncAsync();

        Assert.Equal("a.txt", Assert.Single(pulled.Problems).Path);
        Assert.Equal(("mine!", "other"), (File.ReadAllText(sides.InMount("a.txt")), File.ReadAllText(sides.InMount("other.txt"))));
        for (var again = 0; again < 2; again++)
        {
            var refused = await Assert.ThrowsAsync<ConflictDetectedException>(sides.SyncAsync);
            Assert.Equal("a.txt", Assert.Single(refused.Conflict.Paths).Path.ToString());
            Assert.Equal(("mine!", "their"), (File.ReadAllText(sides.InMount("a.txt")), File.ReadAllText(sides.AtOrigin("a.txt"))));
        }
    }

    /// <summary>What somebody does in the mount where a pull is about to change the same place, and how it must look afterwards.</summary>
    public static TheoryData<string> EditsInTheWay => [.. Ways.Keys];

    private static readonly Dictionary<string, (Action<TwoSides> Origin, Action<TwoSides> Mount, Func<TwoSides, bool> Kept)> Ways = new()
    {
        ["a file appears where one is added"] = (
            sides => File.WriteAllText(sides.AtOrigin("new"), "theirs"),
            sides => File.WriteAllText(sides.InMount("new"), "mine"),
            sides => File.ReadAllText(sides.InMount("new")) == "mine"),
        ["a directory appears where a file is added"] = (
            sides => File.WriteAllText(sides.AtOrigin("new"), "theirs"),
            sides => Directory.CreateDirectory(sides.InMount("new")),
            sides => Directory.Exists(sides.InMount("new"))),
        ["a file appears in a directory that is removed"] = (
            sides => Directory.Delete(sides.AtOrigin("dir"), recursive: true),
            sides => File.WriteAllText(sides.InMount("dir/mine"), "mine"),
            sides => File.ReadAllText(sides.InMount("dir/mine")) == "mine"),
        ["a file is edited that is removed"] = (
            sides => File.Delete(sides.AtOrigin("a.txt")),
            sides => File.AppendAllText(sides.InMount("a.txt"), "mine"),
            sides => File.ReadAllText(sides.InMount("a.txt")) == "firstmine"),
        ["a file is made executable that is edited"] = (
            sides => File.WriteAllText(sides.AtOrigin("a.txt"), "theirs"),
            sides => File.SetUnixFileMode(sides.InMount("a.txt"), (UnixFileMode)0b111_101_101),
            sides => File.ReadAllText(sides.InMount("a.txt")) == "first" && File.GetUnixFileMode(sides.InMount("a.txt")).HasFlag(UnixFileMode.UserExecute)),
        ["a link is pointed elsewhere that is pointed elsewhere"] = (
            sides => Relink(sides.AtOrigin("link"), "theirs"),
            sides => Relink(sides.InMount("link"), "mine"),
            sides => new FileInfo(sides.InMount("link")).LinkTarget == "mine"),
        ["a file is edited that becomes a directory"] = (
            sides => { File.Delete(sides.AtOrigin("a.txt")); Directory.CreateDirectory(sides.AtOrigin("a.txt/below")); },
            sides => File.WriteAllText(sides.InMount("a.txt"), "mine"),
            sides => File.ReadAllText(sides.InMount("a.txt")) == "mine"),
        ["a file is edited with its old size and time"] = (
            sides => File.WriteAllText(sides.AtOrigin("a.txt"), "theirs"),
            sides =>
            {
                var time = File.GetLastWriteTimeUtc(sides.InMount("a.txt"));
                File.WriteAllText(sides.InMount("a.txt"), "FIRST");
                File.SetLastWriteTimeUtc(sides.InMount("a.txt"), time);
            },
            sides => File.ReadAllText(sides.InMount("a.txt")) == "FIRST"),
    };

    [Theory, MemberData(nameof(EditsInTheWay))]
    public async Task What_gets_in_the_way_of_a_pull_is_kept_and_becomes_a_conflict(string way)
    {
        var (origin, mount, kept) = Ways[way];
        await using var sides = await TwoSides.StartAsync();
        origin(sides);
        sides.Steps.Once(OriginStep.BeforeFetch, () => mount(sides));
        // A pull of deletions fetches nothing; then the last chance to get in the way is the listing of trees.
        if (way.Contains("removed", StringComparison.Ordinal) || way.Contains("link", StringComparison.Ordinal) || way.Contains("directory", StringComparison.Ordinal))
            sides.Steps.Once(OriginStep.BeforeTrees, () => mount(sides));

        var pulled = await sides.SyncAsync();

        Assert.NotEmpty(pulled.Problems);
        Assert.True(kept(sides));
        await Assert.ThrowsAsync<ConflictDetectedException>(sides.SyncAsync);
        Assert.True(kept(sides));
    }

    [Fact]
    public async Task A_file_that_changes_at_the_origin_during_a_pull_is_pulled_by_the_next_sync()
    {
        await using var sides = await TwoSides.StartAsync();
        File.WriteAllText(sides.AtOrigin("a.txt"), "newer");
        File.WriteAllText(sides.AtOrigin("other.txt"), "other");
        sides.Steps.Once(OriginStep.BeforeFetch, () => File.WriteAllText(sides.AtOrigin("a.txt"), "later"));

        var first = await sides.SyncAsync();

        Assert.Equal("a.txt", Assert.Single(first.Problems).Path);
        Assert.Equal(("first", "other"), (File.ReadAllText(sides.InMount("a.txt")), File.ReadAllText(sides.InMount("other.txt"))));
        Assert.Equal("a.txt", Assert.Single((await sides.SyncAsync()).Changes).Change.Path.ToString());
        sides.AssertSame();
    }

    private static void Relink(string path, string target)
    {
        File.Delete(path);
        File.CreateSymbolicLink(path, target);
    }
}
