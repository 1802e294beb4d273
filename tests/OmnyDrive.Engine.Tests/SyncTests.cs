using OmnyDrive.Errors;
using OmnyDrive.Reconciling;
using OmnyDrive.Testing;

namespace OmnyDrive.Engine.Tests;

public sealed class SyncTests
{
    /// <summary>Edits that each must flow in either direction.</summary>
    public static TheoryData<string> Edits => [.. SampleEdits.ByName.Keys];

    [Theory, MemberData(nameof(Edits))]
    public async Task A_change_in_the_mount_is_pushed(string edit)
    {
        await using var sides = await TwoSides.StartAsync();
        SampleEdits.ByName[edit](sides.Mount);

        var result = await sides.SyncAsync();

        Assert.Equal(SyncStatus.Pushed, result.Status);
        Assert.NotEmpty(result.Changes);
        sides.AssertSame();
        Assert.Equal(SyncStatus.Clean, (await sides.SyncAsync()).Status);
    }

    [Theory, MemberData(nameof(Edits))]
    public async Task A_change_at_the_origin_is_pulled(string edit)
    {
        await using var sides = await TwoSides.StartAsync();
        SampleEdits.ByName[edit](sides.Origin);

        var result = await sides.SyncAsync();

        Assert.Equal(SyncStatus.Pulled, result.Status);
        Assert.Empty(result.Problems);
        sides.AssertSame();
        Assert.Equal(SyncStatus.Clean, (await sides.SyncAsync()).Status);
    }

    [Theory, MemberData(nameof(Edits))]
    public async Task The_same_change_on_both_sides_is_no_conflict(string edit)
    {
        await using var sides = await TwoSides.StartAsync();
        SampleEdits.ByName[edit](sides.Mount);
        SampleEdits.ByName[edit](sides.Origin);

        var result = await sides.SyncAsync();

        Assert.Equal(SyncStatus.Clean, result.Status);
        Assert.Empty(result.Changes);
        File.WriteAllText(Path.Combine(sides.Mount, "later.txt"), "later");
        Assert.Equal("later.txt", Assert.Single((await sides.SyncAsync()).Changes).Change.Path.ToString());
    }

    [Fact]
    public async Task A_clone_equals_its_origin()
    {
        await using var sides = await TwoSides.StartAsync();

        sides.AssertSame();
        Assert.Contains("empty/", DiskTree.Describe(sides.Mount));
        Assert.Equal(MountStatus.Ready, sides.Beta.FindMount(sides.Mount).Status);
    }

    [Fact]
    public async Task A_sync_without_changes_writes_nothing()
    {
        await using var sides = await TwoSides.StartAsync();
        var before = DiskTree.Describe(sides.Mount, times: true);
        var reference = sides.Beta.FindMount(sides.Mount).Ref;

        var result = await sides.SyncAsync();

        Assert.Equal((SyncStatus.Clean, reference), (result.Status, (Drives.SyncRef?)result.Ref));
        Assert.Equal(before, DiskTree.Describe(sides.Mount, times: true));
    }

    [Fact]
    public async Task Changes_on_both_sides_are_refused_and_nothing_is_touched()
    {
        await using var sides = await TwoSides.StartAsync();
        File.WriteAllText(Path.Combine(sides.Mount, "mine.txt"), "mine");
        File.WriteAllText(Path.Combine(sides.Origin, "theirs.txt"), "theirs");
        var (mount, origin) = (DiskTree.Describe(sides.Mount, times: true), DiskTree.Describe(sides.Origin, times: true));

        var refused = await Assert.ThrowsAsync<ConflictDetectedException>(sides.SyncAsync);

        Assert.Equal(ConflictKind.RefMoved, refused.Conflict.Kind);
        Assert.Contains("mine.txt", refused.Message, StringComparison.Ordinal);
        Assert.Contains("theirs.txt", refused.Message, StringComparison.Ordinal);
        Assert.Equal((mount, origin), (DiskTree.Describe(sides.Mount, times: true), DiskTree.Describe(sides.Origin, times: true)));
    }

    [Fact]
    public async Task Different_edits_of_one_file_are_refused_and_the_path_is_named()
    {
        await using var sides = await TwoSides.StartAsync();
        File.WriteAllText(Path.Combine(sides.Mount, "a.txt"), "mine");
        File.WriteAllText(Path.Combine(sides.Origin, "a.txt"), "theirs");

        var refused = await Assert.ThrowsAsync<ConflictDetectedException>(sides.SyncAsync);

        Assert.Equal(ConflictKind.ContentDivergence, refused.Conflict.Kind);
        var path = Assert.Single(refused.Conflict.Paths);
        Assert.Equal("a.txt", path.Path.ToString());
        Assert.Equal((5, 4, 6), (path.Base!.Size, path.Ours!.Size, path.Theirs!.Size));
        Assert.Equal("mine", File.ReadAllText(Path.Combine(sides.Mount, "a.txt")));
        Assert.Equal("theirs", File.ReadAllText(Path.Combine(sides.Origin, "a.txt")));
    }

    [Fact]
    public async Task A_read_only_mount_with_local_edits_is_refused_and_the_edits_are_kept()
    {
        await using var sides = await TwoSides.StartAsync(clone: new CloneOptions { ReadOnly = true });
        File.WriteAllText(Path.Combine(sides.Mount, "a.txt"), "mine");
        File.WriteAllText(Path.Combine(sides.Origin, "other.txt"), "theirs");

        var refused = await Assert.ThrowsAsync<ConflictDetectedException>(sides.SyncAsync);

        Assert.Equal(ConflictKind.LocalDivergence, refused.Conflict.Kind);
        Assert.Equal("mine", File.ReadAllText(Path.Combine(sides.Mount, "a.txt")));
        Assert.False(File.Exists(Path.Combine(sides.Mount, "other.txt")));
    }

    [Fact]
    public async Task A_read_only_mount_pulls()
    {
        await using var sides = await TwoSides.StartAsync(clone: new CloneOptions { ReadOnly = true });
        File.WriteAllText(Path.Combine(sides.Origin, "a.txt"), "theirs");

        Assert.Equal(SyncStatus.Pulled, (await sides.SyncAsync()).Status);
        sides.AssertSame();
    }

    [Fact]
    public async Task A_push_to_a_drive_that_became_read_only_is_refused()
    {
        await using var sides = await TwoSides.StartAsync();
        await sides.Alpha.PublishDirectoryAsync(sides.Origin, new PublishOptions { Name = "docs", ReadOnly = true });
        File.WriteAllText(Path.Combine(sides.Mount, "a.txt"), "mine");

        var refused = await Assert.ThrowsAsync<DriveException>(sides.SyncAsync);

        Assert.Equal(ErrorCode.ReadOnly, refused.Code);
        Assert.Equal("first", File.ReadAllText(Path.Combine(sides.Origin, "a.txt")));
    }

    [Fact]
    public async Task An_origin_that_cannot_be_read_is_not_supported()
    {
        await using var sides = await TwoSides.StartAsync();
        File.WriteAllText(Path.Combine(sides.Origin, "a.txt"), "theirs");
        sides.Steps.OnHead = head => head with { Capabilities = Drives.Capabilities.Push };

        Assert.Equal(ErrorCode.NotSupported, (await Assert.ThrowsAsync<DriveException>(sides.SyncAsync)).Code);
        Assert.Equal("first", File.ReadAllText(Path.Combine(sides.Mount, "a.txt")));
    }

    [Fact]
    public async Task A_stream_of_a_push_that_fails_ends_the_others()
    {
        await using var sides = await TwoSides.StartAsync();
        File.WriteAllText(Path.Combine(sides.Mount, "one"), "one");
        File.WriteAllText(Path.Combine(sides.Mount, "two"), "two");
        var streams = 0;
        sides.Steps.OnStage = ended => Interlocked.Increment(ref streams) == 1
            ? Task.Delay(Timeout.Infinite, ended)
            : throw new DriveException(ErrorCode.OriginUnreachable, "The second stream breaks.");

        var failed = await Assert.ThrowsAsync<DriveException>(() => sides.SyncAsync().WaitAsync(TimeSpan.FromSeconds(20)));

        Assert.Equal((ErrorCode.OriginUnreachable, 2), (failed.Code, streams));
    }

    [Fact]
    public async Task A_replaced_file_keeps_its_mode_and_what_it_displaced_is_in_the_trash()
    {
        await using var sides = await TwoSides.StartAsync();
        File.SetUnixFileMode(Path.Combine(sides.Origin, "a.txt"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.WriteAllText(Path.Combine(sides.Mount, "a.txt"), "mine");

        await sides.SyncAsync();

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(sides.Origin, "a.txt")));
        var trashed = Assert.Single(Directory.GetFiles(Path.Combine(sides.Origin, ".omnydrive", "trash"), "*.txt", SearchOption.AllDirectories));
        Assert.Equal("first", File.ReadAllText(trashed));
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(sides.Origin, ".omnydrive", "staging")));
    }
}
