using OmnyDrive.Engine.History;
using OmnyDrive.Errors;
using OmnyDrive.History;
using OmnyDrive.Reconciling;
using OmnyDrive.Testing;

namespace OmnyDrive.Engine.Tests.History;

public sealed class UndoTests
{
    public static TheoryData<string> Edits => [.. SampleEdits.ByName.Keys];

    [Theory, MemberData(nameof(Edits))]
    public async Task A_pull_that_is_taken_back_leaves_bytes_modes_and_times_as_they_were(string edit)
    {
        await using var sides = await StartAsync();
        SampleEdits.ByName[edit](sides.Origin);
        var before = Exactly(sides.Mount);
        await SyncAsync(sides, SyncStatus.Pulled);

        var undone = await sides.Beta.UndoAsync(sides.Id);

        Assert.Equal(before, Exactly(sides.Mount));
        Assert.All(undone.Changes, change => Assert.Equal(Side.Local, change.Side));
        Assert.Equal(GenerationKind.Pull, undone.Generation.Kind);
        // It is a change of the origin that has not come yet.
        await SyncAsync(sides, SyncStatus.Pulled);
        sides.AssertSame();
    }

    [Theory, MemberData(nameof(Edits))]
    public async Task A_push_that_is_taken_back_leaves_the_origin_as_it_was_and_the_mount_as_it_is(string edit)
    {
        await using var sides = await StartAsync();
        SampleEdits.ByName[edit](sides.Mount);
        var (before, mine) = (Exactly(sides.Origin), Exactly(sides.Mount));
        await SyncAsync(sides, SyncStatus.Pushed);

        await sides.Beta.UndoAsync(sides.Id);

        Assert.Equal((before, mine), (Exactly(sides.Origin), Exactly(sides.Mount)));
        await SyncAsync(sides, SyncStatus.Pushed);
        sides.AssertSame();
    }

    [Fact]
    public async Task A_push_that_cannot_be_taken_back_because_the_origin_moved_stays_agreed_on()
    {
        await using var sides = await StartAsync();
        File.WriteAllText(sides.InMount("a.txt"), "mine");
        await SyncAsync(sides, SyncStatus.Pushed);
        sides.Steps.OnStep = at =>
        {
            if (at == OriginStep.BeforeCommit)
                File.WriteAllText(sides.AtOrigin("a.txt"), "theirs");
            return Task.CompletedTask;
        };

        Assert.Equal(ErrorCode.Conflict, (await Assert.ThrowsAsync<DriveException>(() => sides.Beta.UndoAsync(sides.Id))).Code);

        sides.Steps.OnStep = null;
        await SyncAsync(sides, SyncStatus.Pulled);
        Assert.Equal("theirs", File.ReadAllText(sides.InMount("a.txt")));
    }

    [Theory, MemberData(nameof(Edits))]
    public async Task A_push_is_taken_back_at_the_origin_itself_and_the_mount_pulls_that(string edit)
    {
        await using var sides = await StartAsync();
        SampleEdits.ByName[edit](sides.Mount);
        var before = Exactly(sides.Origin);
        await SyncAsync(sides, SyncStatus.Pushed);

        await sides.Alpha.UndoAsync(TwoSides.Drive);

        Assert.Equal(before, Exactly(sides.Origin));
        await SyncAsync(sides, SyncStatus.Pulled);
        sides.AssertSame();
    }

    [Fact]
    public async Task What_was_edited_since_a_pull_is_not_overwritten()
    {
        await using var sides = await TwoSides.StartAsync();
        File.WriteAllText(sides.AtOrigin("a.txt"), "theirs");
        File.WriteAllText(sides.AtOrigin("dir/b.txt"), "theirs too");
        await sides.SyncAsync();
        File.WriteAllText(sides.InMount("a.txt"), "mine");
        var before = Exactly(sides.Mount);

        var refused = await Assert.ThrowsAsync<DriveException>(() => sides.Beta.UndoAsync(sides.Id));

        Assert.Equal(ErrorCode.Conflict, refused.Code);
        Assert.Contains("\"a.txt\"", refused.Message, StringComparison.Ordinal);
        Assert.Equal(before, Exactly(sides.Mount));
        Assert.Equal(SyncStatus.Pushed, (await sides.SyncAsync()).Status);
        sides.AssertSame();
    }

    [Fact]
    public async Task What_was_put_into_a_directory_since_it_came_stays()
    {
        await using var sides = await TwoSides.StartAsync();
        Directory.CreateDirectory(sides.AtOrigin("new"));
        File.WriteAllText(sides.AtOrigin("new/theirs"), "theirs");
        await sides.SyncAsync();
        File.WriteAllText(sides.InMount("new/mine"), "mine");

        Assert.Equal(ErrorCode.Conflict, (await Assert.ThrowsAsync<DriveException>(() => sides.Beta.UndoAsync(sides.Id))).Code);

        Assert.Equal("mine", File.ReadAllText(sides.InMount("new/mine")));
        Assert.Equal("theirs", File.ReadAllText(sides.InMount("new/theirs")));
    }

    [Fact]
    public async Task What_the_origin_changed_since_a_push_is_not_overwritten()
    {
        await using var sides = await TwoSides.StartAsync();
        File.WriteAllText(sides.InMount("a.txt"), "mine");
        await sides.SyncAsync();
        File.WriteAllText(sides.AtOrigin("a.txt"), "theirs");

        Assert.Equal(ErrorCode.Conflict, (await Assert.ThrowsAsync<DriveException>(() => sides.Beta.UndoAsync(sides.Id))).Code);

        Assert.Equal("theirs", File.ReadAllText(sides.AtOrigin("a.txt")));
    }

    [Fact]
    public async Task What_the_origin_changed_elsewhere_since_a_push_stays_when_that_is_taken_back()
    {
        await using var sides = await TwoSides.StartAsync();
        File.WriteAllText(sides.InMount("a.txt"), "mine");
        await sides.SyncAsync();
        File.WriteAllText(sides.AtOrigin("dir/b.txt"), "theirs");

        await sides.Beta.UndoAsync(sides.Id);

        Assert.Equal(("first", "theirs"), (File.ReadAllText(sides.AtOrigin("a.txt")), File.ReadAllText(sides.AtOrigin("dir/b.txt"))));
    }

    [Fact]
    public async Task A_sync_is_taken_back_once_and_a_clone_never()
    {
        await using var sides = await TwoSides.StartAsync();
        Assert.Equal(ErrorCode.Invalid, (await Assert.ThrowsAsync<DriveException>(() => sides.Beta.UndoAsync(sides.Id))).Code);
        File.WriteAllText(sides.AtOrigin("a.txt"), "theirs");
        await sides.SyncAsync();
        await sides.Beta.UndoAsync(sides.Id);
        Assert.Equal(ErrorCode.Invalid, (await Assert.ThrowsAsync<DriveException>(() => sides.Beta.UndoAsync(sides.Id))).Code);
        Assert.Equal("first", File.ReadAllText(sides.InMount("a.txt")));
    }

    [Theory]
    [InlineData(true, ErrorCode.OriginUnreachable)]
    [InlineData(true, ErrorCode.Unauthorized)]
    [InlineData(true, ErrorCode.RootMissing)]
    [InlineData(false, ErrorCode.OriginUnreachable)]
    public async Task A_push_whose_end_nobody_heard_of_is_the_one_that_is_taken_back(bool landed, string code)
    {
        await using var sides = await TwoSides.StartAsync();
        File.WriteAllText(sides.AtOrigin("dir/b.txt"), "theirs");
        await sides.SyncAsync();
        File.WriteAllText(sides.InMount("a.txt"), "mine");
        sides.Steps.Once(landed ? OriginStep.AfterCommit : OriginStep.BeforeCommit, () => throw new DriveException(code, "The line went dead."));
        await Assert.ThrowsAsync<DriveException>(sides.SyncAsync);
        sides.Steps.OnStep = null;
        if (landed)
            await sides.SyncAsync();

        var undone = await sides.Beta.UndoAsync(sides.Id);

        Assert.Equal((GenerationKind.Push, landed ? 1 : 0), (undone.Generation.Kind, undone.Changes.Count));
        Assert.Equal(("first", "theirs"), (File.ReadAllText(sides.AtOrigin("a.txt")), File.ReadAllText(sides.InMount("dir/b.txt"))));
        Assert.Equal("mine", File.ReadAllText(sides.InMount("a.txt")));
        await SyncAsync(sides, SyncStatus.Pushed);
        sides.AssertSame();
    }

    [Fact]
    public async Task A_pull_that_was_broken_off_before_it_counted_is_the_one_that_is_taken_back()
    {
        await using var sides = await TwoSides.StartAsync();
        File.WriteAllText(sides.AtOrigin("a.txt"), "theirs");
        await sides.SyncAsync();
        File.WriteAllText(sides.AtOrigin("dir/b.txt"), "theirs");
        await sides.SyncAsync();
        using (var log = File.OpenWrite(sides.InMount(".omnydrive/history/mount/log")))
        {
            log.Position = 2 * GenerationFormat.Size;
            log.WriteByte(GenerationFormat.Pending);
        }

        await sides.Beta.UndoAsync(sides.Id);

        Assert.Equal(("theirs", "second"), (File.ReadAllText(sides.InMount("a.txt")), File.ReadAllText(sides.InMount("dir/b.txt"))));
    }

    [Fact]
    public async Task A_record_that_is_torn_or_damaged_is_none_and_the_next_takes_its_place()
    {
        await using var sides = await TwoSides.StartAsync();
        File.WriteAllText(sides.AtOrigin("a.txt"), "theirs");
        await sides.SyncAsync();
        var path = sides.InMount(".omnydrive/history/mount/log");
        var log = File.ReadAllBytes(path);
        for (var at = GenerationFormat.Size; at < log.Length; at += 13)
        {
            var damaged = log.ToArray();
            damaged[at] ^= 0x40;
            File.WriteAllBytes(path, damaged);
            Assert.Single((await sides.Beta.ReadHistoryAsync(sides.Id)));
            File.WriteAllBytes(path, log[..at]);
            Assert.Single((await sides.Beta.ReadHistoryAsync(sides.Id)));
        }
        File.WriteAllText(sides.AtOrigin("a.txt"), "theirs again");
        await sides.SyncAsync();
        Assert.Equal([2, 1], (await sides.Beta.ReadHistoryAsync(sides.Id)).Select(generation => generation.Number));
    }

    [Fact]
    public async Task An_undo_of_a_push_whose_end_nobody_heard_of_leaves_the_mount_its_files()
    {
        await using var sides = await TwoSides.StartAsync();
        File.WriteAllText(sides.InMount("a.txt"), "mine");
        await sides.SyncAsync();
        sides.Steps.Once(OriginStep.AfterCommit, () => throw new DriveException(ErrorCode.OriginUnreachable, "The line went dead."));
        await Assert.ThrowsAsync<DriveException>(() => sides.Beta.UndoAsync(sides.Id));
        sides.Steps.OnStep = null;
        Assert.Equal(("first", "mine"), (File.ReadAllText(sides.AtOrigin("a.txt")), File.ReadAllText(sides.InMount("a.txt"))));

        await SyncAsync(sides, SyncStatus.Pushed);

        Assert.Equal(("mine", "mine"), (File.ReadAllText(sides.AtOrigin("a.txt")), File.ReadAllText(sides.InMount("a.txt"))));
    }

    [Fact]
    public async Task What_lies_as_deep_as_a_path_may_be_keeps_nothing_else_from_coming_back()
    {
        await using var sides = await TwoSides.StartAsync();
        var deep = string.Join('/', Enumerable.Repeat("d", 127)) + "/file";
        Directory.CreateDirectory(Path.GetDirectoryName(sides.InMount(deep))!);
        File.WriteAllText(sides.InMount(deep), "deep");
        await sides.SyncAsync();
        File.WriteAllText(sides.InMount(deep), "other");
        File.WriteAllText(sides.InMount("a.txt"), "mine");
        await sides.SyncAsync();

        await sides.Beta.RestoreAsync(sides.Id, "1", Snapshots.DrivePath.Parse("a.txt"));

        Assert.Equal("first", File.ReadAllText(sides.InMount("a.txt")));
    }

    [Fact]
    public async Task What_was_renamed_and_then_edited_comes_back_under_its_old_name()
    {
        await using var sides = await TwoSides.StartAsync();
        File.Move(sides.InMount("a.txt"), sides.InMount("renamed"));
        await sides.SyncAsync();
        File.WriteAllText(sides.InMount("renamed"), "mine");
        await sides.SyncAsync();

        await sides.Beta.RestoreAsync(sides.Id, "1", Snapshots.DrivePath.Parse("a.txt"));

        Assert.Equal(("first", "mine"), (File.ReadAllText(sides.InMount("a.txt")), File.ReadAllText(sides.InMount("renamed"))));
    }

    [Fact]
    public async Task What_an_owner_changed_in_the_directory_itself_is_not_taken_back()
    {
        await using var sides = await TwoSides.StartAsync();
        File.WriteAllText(sides.AtOrigin("a.txt"), "theirs");
        Assert.Equal(ErrorCode.Invalid, (await Assert.ThrowsAsync<DriveException>(() => sides.Alpha.UndoAsync(TwoSides.Drive))).Code);
        Assert.Equal("theirs", File.ReadAllText(sides.AtOrigin("a.txt")));
        Assert.Equal(GenerationKind.Edit, (await sides.Alpha.ReadHistoryAsync(TwoSides.Drive))[0].Kind);
    }

    [Fact]
    public async Task A_push_whose_old_content_the_origin_does_not_keep_any_more_is_not_taken_back_in_part()
    {
        await using var sides = await TwoSides.StartAsync();
        File.WriteAllText(sides.InMount("a.txt"), "mine");
        File.Delete(sides.InMount("dir/b.txt"));
        await sides.SyncAsync();
        Directory.Delete(sides.AtOrigin(".omnydrive/trash"), recursive: true);
        var before = Exactly(sides.Origin);

        var refused = await Assert.ThrowsAsync<DriveException>(() => sides.Beta.UndoAsync(sides.Id));

        Assert.Equal(ErrorCode.Expired, refused.Code);
        Assert.Contains("\"a.txt\"", refused.Message, StringComparison.Ordinal);
        Assert.Equal(before, Exactly(sides.Origin));
    }

    // What is deleted and comes back shall have the modes that it had, whatever the umask says.
    private static async Task<TwoSides> StartAsync()
    {
        var sides = await TwoSides.StartAsync();
        foreach (var root in new[] { sides.Origin, sides.Mount })
        {
            File.SetUnixFileMode(Path.Combine(root, "a.txt"), (UnixFileMode)0b110_000_000);
            File.SetUnixFileMode(Path.Combine(root, "dir", "b.txt"), (UnixFileMode)0b100_100_000);
            File.SetUnixFileMode(Path.Combine(root, "run.sh"), (UnixFileMode)0b111_100_000);
            File.SetUnixFileMode(Path.Combine(root, "dir", "deep"), (UnixFileMode)0b111_000_000);
            File.SetUnixFileMode(Path.Combine(root, "empty"), (UnixFileMode)0b111_101_000);
        }
        return sides;
    }

    private static async Task SyncAsync(TwoSides sides, SyncStatus status) =>
        Assert.Equal(status, (await sides.Beta.SyncMountAsync(sides.Id, new SyncOptions { Allowed = Enum.GetValues<Brake>() })).Status);

    private static string Exactly(string root) => DiskTree.Describe(root, times: true) + '\n' + string.Join('\n', new DirectoryInfo(root)
        .EnumerateFileSystemInfos("*", SearchOption.AllDirectories).Where(entry => entry.LinkTarget is null && !entry.FullName.Contains(".omnydrive", StringComparison.Ordinal))
        .Select(entry => $"{Path.GetRelativePath(root, entry.FullName)} {Convert.ToString((int)entry.UnixFileMode, 8)}").Order(StringComparer.Ordinal));
}
