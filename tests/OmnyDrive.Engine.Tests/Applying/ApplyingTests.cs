using System.Text;
using OmnyDrive.Engine.Applying;
using OmnyDrive.Engine.Files;
using OmnyDrive.Engine.Scanning;
using OmnyDrive.Engine.Tests.Scanning;
using OmnyDrive.Errors;
using OmnyDrive.Origins;
using OmnyDrive.Reconciling;
using OmnyDrive.Snapshots;
using OmnyDrive.Testing;

namespace OmnyDrive.Engine.Tests.Applying;

/// <summary>What an apply meets when somebody works in the directory between the scan and the changes.</summary>
public sealed class ApplyingTests : IDisposable
{
    private readonly ScannedRoot _root = new();

    public void Dispose() => _root.Dispose();

    [Theory]
    [InlineData("a/file", "theirs")]
    [InlineData("a/new", "new")]
    [InlineData("a/file", null)]
    public async Task A_parent_that_became_a_link_after_the_scan_is_not_followed(string path, string? content)
    {
        _root.Write("a/file", "mine");
        _root.Write("b", "b");
        var scan = _root.Scan();
        Directory.Move(_root.At("a"), _root.Scratch.At("outside"));
        Directory.CreateSymbolicLink(_root.At("a"), _root.Scratch.At("outside"));
        var before = (Inventory.Of(_root.Path), Inventory.Of(_root.Scratch.At("outside")));
        var changes = new[] { Change(scan, "b", "B"), Change(scan, path, content) };

        await Assert.ThrowsAnyAsync<DriveException>(() => ApplyAsync(scan, changes, applier => applier.ApplyAll(Plans.Singly(changes), SampleApply.Generation, CancellationToken.None)));
        Assert.Equal(before, (Inventory.Of(_root.Path), Inventory.Of(_root.Scratch.At("outside"))));

        var outcome = await ApplyAsync(scan, changes, applier => applier.ApplyEach(Plans.Singly(changes)));
        Assert.Equal((path, "b"), (Assert.Single(outcome.Problems).Path, Assert.Single(outcome.Applied).Path.ToString()));
        Assert.Equal(before.Item2, Inventory.Of(_root.Scratch.At("outside")));
    }

    [Fact]
    public async Task A_directory_that_keeps_left_out_names_makes_no_room_for_a_file_and_everything_else_is_applied()
    {
        _root.Write("dir/file", "mine");
        _root.Write("dir/.git/config", "private");
        _root.Write("gone", "gone");
        var scan = _root.Scan();
        var file = Of("theirs");
        Change[] changes =
        [
            Change(scan, "gone", null),
            Change(scan, "dir/file", null),
            new(DrivePath.Parse("dir"), scan.Snapshot.Find(DrivePath.Parse("dir")), file),
        ];
        var outcome = await ApplyAsync(scan, changes, applier => applier.ApplyEach(Plans.Singly(changes)), "theirs");
        Assert.Equal("dir", Assert.Single(outcome.Problems).Path);
        Assert.Equal("gone", Assert.Single(outcome.Applied).Path.ToString());
        Assert.Equal((true, false), (File.Exists(_root.At("dir/file")), File.Exists(_root.At("gone"))));
        Assert.Equal("private", File.ReadAllText(_root.At("dir/.git/config")));
    }

    [Fact]
    public async Task A_directory_of_left_out_names_alone_is_no_reason_to_fail_where_a_file_should_come()
    {
        _root.Write("dir/.git/config", "private");
        Directory.CreateDirectory(_root.At("other"));
        var scan = _root.Scan();
        // As an older scan saw it, before the repository was made.
        Change[] changes = [new(DrivePath.Parse("dir"), Entry.Directory(Tree.Empty.Hash), Of("theirs"))];
        var outcome = await ApplyAsync(scan, changes, applier => applier.ApplyEach(Plans.Singly(changes)), "theirs");
        Assert.Equal("dir", Assert.Single(outcome.Problems).Path);
        Assert.Equal("private", File.ReadAllText(_root.At("dir/.git/config")));
    }

    [Fact]
    public async Task The_mode_of_one_name_of_a_file_changes_without_the_others()
    {
        _root.Write("one", "linked");
        OddFiles.HardLink(_root.At("one"), _root.At("two"));
        var scan = _root.Scan();
        var was = scan.Snapshot.Find(DrivePath.Parse("one"))!;
        Change[] changes = [new(DrivePath.Parse("one"), was, Entry.File(was.Size, was.ContentHash, executable: true, was.ModifiedNanoseconds))];
        var outcome = await ApplyAsync(scan, changes, applier => applier.ApplyAll(Plans.Singly(changes), SampleApply.Generation, CancellationToken.None));
        Assert.Single(outcome.Applied);
        Assert.Equal("linked", File.ReadAllText(_root.At("one")));
        Assert.True(File.GetUnixFileMode(_root.At("one")).HasFlag(UnixFileMode.UserExecute));
        Assert.False(File.GetUnixFileMode(_root.At("two")).HasFlag(UnixFileMode.UserExecute));
        Assert.Equal(changes[0].To, _root.Scan().Snapshot.Find(DrivePath.Parse("one")));
    }

    [Fact]
    public async Task A_replaced_file_whose_old_version_finds_no_place_in_the_trash_stays_as_it_was()
    {
        _root.Write("a/file", "mine");
        var scan = _root.Scan();
        Change[] changes = [Change(scan, "a/file", "theirs")];
        _root.Write(".omnydrive/trash/apply/a/file", "in the way");
        var before = Inventory.Of(_root.Path);
        await Assert.ThrowsAnyAsync<DriveException>(() => ApplyAsync(scan, changes, applier => applier.ApplyAll(Plans.Singly(changes), SampleApply.Generation, CancellationToken.None)));
        Assert.Equal(before, Inventory.Of(_root.Path));
    }

    [Fact]
    public async Task A_renamed_file_is_moved_with_its_attributes_and_nothing_goes_to_the_trash()
    {
        _root.Write("from/file", "moved");
        File.SetUnixFileMode(_root.At("from/file"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var scan = _root.Scan();
        var inode = InodeOf("from/file");
        var changes = Rename(scan, "from/file", "to/file");
        var outcome = await ApplyAsync(scan, changes, applier => applier.ApplyAll(Plans.FileByFile(changes), SampleApply.Generation, CancellationToken.None));
        Assert.Equal(3, outcome.Applied.Count);
        Assert.Equal((inode, "moved"), (InodeOf("to/file"), File.ReadAllText(_root.At("to/file"))));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_root.At("to/file")));
        Assert.False(Directory.Exists(_root.At(".omnydrive/trash/apply")));
        Assert.DoesNotContain(outcome.Displacing, change => change.From is { IsFile: true });
    }

    [Fact]
    public async Task A_moved_file_takes_the_time_and_the_executable_bit_of_its_new_path()
    {
        _root.Write("file", "moved");
        var scan = _root.Scan();
        var was = scan.Snapshot.Find(DrivePath.Parse("file"))!;
        Change[] changes = [new(DrivePath.Parse("file"), was, null), new(DrivePath.Parse("tool"), null, Entry.File(was.Size, was.ContentHash, executable: true, 1_000_000_000_000_000_000))];
        await ApplyAsync(scan, changes, applier => applier.ApplyAll(Plans.FileByFile(changes), SampleApply.Generation, CancellationToken.None));
        Assert.Equal(changes[1].To, _root.Scan().Snapshot.Find(DrivePath.Parse("tool")));
        Assert.Equal(new DateTime(2001, 9, 9, 1, 46, 40, DateTimeKind.Utc), File.GetLastWriteTimeUtc(_root.At("tool")));
    }

    [Fact]
    public async Task A_file_that_was_edited_after_the_scan_is_not_moved()
    {
        _root.Write("from/file", "before");
        _root.Write("b", "b");
        var scan = _root.Scan();
        _root.Write("from/file", "edited");
        var before = Inventory.Of(_root.Path);
        Change[] changes = [Change(scan, "b", "B"), .. Rename(scan, "from/file", "to/file")];
        var refused = await Assert.ThrowsAnyAsync<DriveException>(() => ApplyAsync(scan, changes, applier => applier.ApplyAll(Plans.FileByFile(changes), SampleApply.Generation, CancellationToken.None)));
        Assert.Equal((ErrorCode.Conflict, before), (refused.Code, Inventory.Of(_root.Path)));

        var outcome = await ApplyAsync(scan, changes, applier => applier.ApplyEach(Plans.FileByFile(changes)));
        Assert.Equal(["from/file", "to/file"], outcome.Problems.Select(problem => problem.Path).Order());
        Assert.Equal(["b", "to"], outcome.Applied.Select(change => change.Path.ToString()).Order());
        Assert.Equal("edited", File.ReadAllText(_root.At("from/file")));
        Assert.False(File.Exists(_root.At("to/file")));
    }

    [Fact]
    public async Task A_path_where_something_appeared_takes_no_moved_file()
    {
        _root.Write("from/file", "mine");
        Directory.CreateDirectory(_root.At("to"));
        var scan = _root.Scan();
        _root.Write("to/file", "appeared");
        var changes = Rename(scan, "from/file", "to/file");
        var outcome = await ApplyAsync(scan, changes, applier => applier.ApplyEach(Plans.FileByFile(changes)));
        Assert.Equal(["from/file", "to/file"], outcome.Problems.Select(problem => problem.Path).Order());
        Assert.Equal(("mine", "appeared"), (File.ReadAllText(_root.At("from/file")), File.ReadAllText(_root.At("to/file"))));
    }

    [Fact]
    public async Task A_file_of_two_names_keeps_the_other_when_one_is_moved()
    {
        _root.Write("one", "linked");
        OddFiles.HardLink(_root.At("one"), _root.At("two"));
        var scan = _root.Scan();
        var changes = Rename(scan, "one", "dir/one");
        await ApplyAsync(scan, changes, applier => applier.ApplyAll(Plans.FileByFile(changes), SampleApply.Generation, CancellationToken.None));
        Assert.Equal(("linked", "linked", false), (File.ReadAllText(_root.At("dir/one")), File.ReadAllText(_root.At("two")), File.Exists(_root.At("one"))));
    }

    [Fact]
    public async Task A_file_of_two_names_gets_no_new_time_under_the_other_when_one_is_moved()
    {
        _root.Write("one", "linked");
        OddFiles.HardLink(_root.At("one"), _root.At("two"));
        var scan = _root.Scan();
        var was = scan.Snapshot.Find(DrivePath.Parse("one"))!;
        Change[] changes = [new(DrivePath.Parse("one"), was, null), new(DrivePath.Parse("tool"), null, Entry.File(was.Size, was.ContentHash, executable: true, 1_000_000_000_000_000_000))];
        await ApplyAsync(scan, changes, applier => applier.ApplyAll(Plans.FileByFile(changes), SampleApply.Generation, CancellationToken.None));
        var after = _root.Scan().Snapshot;
        Assert.Equal((changes[1].To, null, was), (after.Find(DrivePath.Parse("tool")), after.Find(DrivePath.Parse("one")), after.Find(DrivePath.Parse("two"))));
        Assert.NotEqual(InodeOf("two"), InodeOf("tool"));
    }

    private static List<Change> Rename(ScanResult scan, string from, string to)
    {
        DrivePath source = DrivePath.Parse(from), target = DrivePath.Parse(to);
        var entry = scan.Snapshot.Find(source);
        var changes = new List<Change> { new(source, entry, null), new(target, null, entry) };
        if (scan.Snapshot.Find(target.Parent) is null)
            changes.Add(new Change(target.Parent, null, Entry.Directory(Tree.Empty.Hash)));
        return changes;
    }

    private ulong InodeOf(string path)
    {
        using var root = RootDirectory.OpenAt(_root.Path);
        return root.Stat(DrivePath.Parse(path))!.Value.Inode;
    }

    private static Entry Of(string content) => Entry.File(content.Length, ContentHash.Of(Encoding.ASCII.GetBytes(content)));

    private static Change Change(ScanResult scan, string path, string? content) =>
        new(DrivePath.Parse(path), scan.Snapshot.Find(DrivePath.Parse(path)), content is null ? null : Of(content));

    private async Task<ApplyOutcome> ApplyAsync(ScanResult scan, IReadOnlyList<Change> changes, Func<TreeApplier, ApplyOutcome> apply, params string[] more)
    {
        using var root = RootDirectory.OpenAt(_root.Path);
        using var staging = StagingArea.Create(root, "apply", TimeProvider.System);
        staging.Expect(root, Plans.FileByFile(changes));
        using var trash = new TrashArea(root, "apply");
        using var buffer = new StagingBuffer();
        foreach (var content in new[] { "theirs", "new", "B" }.Concat(more).Distinct().Select(Encoding.ASCII.GetBytes))
            Assert.Null(await staging.StageAsync(new MemoryContent(0, content), new ContentNeed(ContentHash.Of(content), content.Length), buffer, null, CancellationToken.None));
        staging.SetUses([.. changes.Where(change => change.NeedsContent)]);
        return apply(new TreeApplier(root, scan, staging, trash));
    }
}
