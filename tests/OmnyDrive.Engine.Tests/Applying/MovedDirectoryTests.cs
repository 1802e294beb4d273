using OmnyDrive.Engine.Applying;
using OmnyDrive.Engine.Files;
using OmnyDrive.Engine.Scanning;
using OmnyDrive.Engine.Tests.Files;
using OmnyDrive.Engine.Tests.Scanning;
using OmnyDrive.Errors;
using OmnyDrive.Snapshots;
using OmnyDrive.Testing;
using OmnyDrive.Testing.Trees;
using TreeApplier = OmnyDrive.Engine.Applying.TreeApplier;

namespace OmnyDrive.Engine.Tests.Applying;

/// <summary>A directory whose plan is to be elsewhere as it is, and what an apply meets in it when somebody works there between the scan and the rename.</summary>
public sealed class MovedDirectoryTests : IDisposable
{
    private readonly ScannedRoot _root = new(ScratchDirectory.InMemory());

    public MovedDirectoryTests()
    {
        _root.Write("old/one", "1");
        _root.Write("old/sub/two", "2");
        _root.Write("old/sub/deep/three", "3");
        File.CreateSymbolicLink(_root.At("old/link"), "one");
        _root.Write("other", "4");
    }

    public void Dispose() => _root.Dispose();

    [Theory]
    [InlineData("new", true)]
    [InlineData("new", false)]
    [InlineData("n/deep/old", true)]
    [InlineData("n/deep/old", false)]
    public void It_is_moved_by_one_rename_with_all_that_it_holds(string to, bool all)
    {
        File.SetUnixFileMode(_root.At("old/sub"), (UnixFileMode)0b111_000_000);
        var (scan, planned) = Plan(tree => SampleApply.MoveDirectory(tree, "old", to));
        var inodes = (InodeOf("old"), InodeOf("old/sub/deep/three"));
        var faults = FaultPlan.None();
        var outcome = Apply(scan, planned, all, faults);
        Assert.Equal(inodes, (InodeOf(to), InodeOf($"{to}/sub/deep/three")));
        Assert.Equal((UnixFileMode)0b111_000_000, File.GetUnixFileMode(_root.At($"{to}/sub")));
        Assert.Equal(planned.Changes, outcome.Applied.OrderBy(change => change.Path));
        Assert.Equal((0, 0), (outcome.Problems.Count, outcome.Files.Count));
        Assert.DoesNotContain(outcome.Displacing, change => change.From is not null);
        // The journal's own comes with a push.
        Assert.Equal(all ? 2 : 1, faults.Calls[FileCall.RenameNoReplace]);
        RequireAsPlanned(planned, scan);
    }

    [Theory]
    [InlineData("edited")]
    [InlineData("replaced")]
    [InlineData("removed")]
    [InlineData("link")]
    [InlineData("added")]
    [InlineData("left out")]
    [InlineData("directory gone")]
    public void Something_that_changed_in_it_refuses_a_push_and_all_is_as_it_was(string how)
    {
        var (scan, planned) = Plan(tree => SampleApply.MoveDirectory(tree, "old", "new"));
        Change(how);
        var (before, inode) = (Inventory.Of(_root.Path), InodeOf("old"));
        Assert.Equal(ErrorCode.Conflict, Assert.ThrowsAny<DriveException>(() => Apply(scan, planned, all: true)).Code);
        Assert.Equal((before, inode, false), (Inventory.Of(_root.Path), InodeOf("old"), File.Exists(_root.At(".omnydrive/journal"))));
    }

    [Theory]
    [InlineData("edited", "old/sub/two new/sub/two", "old/sub/two", "new/link new/one new/sub/deep/three")]
    [InlineData("replaced", "old/sub/two new/sub/two", "old/sub/two", "new/link new/one new/sub/deep/three")]
    [InlineData("removed", "old/sub/two new/sub/two", "", "new/link new/one new/sub/deep/three")]
    [InlineData("added", "", "old/sub/added", "new/link new/one new/sub/deep/three new/sub/two")]
    [InlineData("left out", "", "old/sub/.git", "new/link new/one new/sub/deep/three new/sub/two")]
    [InlineData("link", "old/link", "old/link", "new/link new/one new/sub/deep/three new/sub/two")]
    public void Of_a_pull_what_changed_in_it_stays_and_the_rest_moves_file_by_file(string how, string unmoved, string stays, string moves)
    {
        var (scan, planned) = Plan(tree => SampleApply.MoveDirectory(tree, "old", "new"));
        Change(how);
        var content = stays.Length == 0 || how == "link" ? null : File.ReadAllText(_root.At(stays));
        var outcome = Apply(scan, planned, all: false);
        Assert.Subset(outcome.Problems.Select(problem => problem.Path).ToHashSet(), unmoved.Split(' ', StringSplitOptions.RemoveEmptyEntries).ToHashSet());
        Assert.Equal(stays.Split(' ', StringSplitOptions.RemoveEmptyEntries), Files("old"));
        Assert.Equal(moves.Split(' '), Files("new"));
        Assert.True(content is null || content == File.ReadAllText(_root.At(stays)));
        Assert.True(outcome.Applied.Count + outcome.Problems.Count >= planned.Changes.Count);
        // Of the directories, one that holds what is left out stays, and is no entry any more.
        Assert.All(outcome.Applied.Where(change => !(change.RemovesDirectory && how == "left out")), change => Assert.Equal(change.To is null, !Path.Exists(_root.At(change.Path.ToString())) && !IsLink(change.Path)));
    }

    // Whoever looks before the rename alone would not see it.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_edit_at_the_moment_of_the_rename_is_seen(bool all)
    {
        var (scan, planned) = Plan(tree => SampleApply.MoveDirectory(tree, "old", "new"));
        var edits = 0;
        var faults = FaultPlan.Where((call, path) =>
        {
            if (call == FileCall.RenameNoReplace && path.EndsWith("/old", StringComparison.Ordinal) && edits++ == 0)
                File.AppendAllText(_root.At("old/sub/two"), "edited");
            return false;
        }, FileError.Io);
        if (all)
            Assert.Equal(ErrorCode.Conflict, Assert.ThrowsAny<DriveException>(() => Apply(scan, planned, all, faults)).Code);
        else
            Assert.Equal(["new/sub/two", "old/sub/two"], Apply(scan, planned, all, faults).Problems.Select(problem => problem.Path).Where(path => path.EndsWith("two", StringComparison.Ordinal)).Order());
        Assert.True(edits > 0);
        Assert.Equal("2edited", File.ReadAllText(_root.At("old/sub/two")));
        Assert.Equal(all, File.Exists(_root.At("old/one")));
    }

    [Fact]
    public void A_push_that_fails_afterwards_takes_it_back()
    {
        var (scan, planned) = Plan(tree =>
        {
            SampleApply.MoveDirectory(tree, "old", "n/new");
            tree.RemoveAll(DrivePath.Parse("other"));
            tree.Put(DrivePath.Parse("z"), Entry.Symlink("n"));
        });
        Directory.CreateDirectory(_root.At("z"));
        var (before, inode) = (Inventory.Of(_root.Path), InodeOf("old"));
        Assert.Equal(ErrorCode.Conflict, Assert.ThrowsAny<DriveException>(() => Apply(scan, planned, all: true)).Code);
        Assert.Equal((before, inode), (Inventory.Of(_root.Path), InodeOf("old")));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Something_that_appeared_at_its_new_path_stays_and_so_does_it(bool all)
    {
        var (scan, planned) = Plan(tree => SampleApply.MoveDirectory(tree, "old", "new"));
        _root.Write("new", "appeared");
        var (before, inode) = (Inventory.Of(_root.Path), InodeOf("old"));
        if (all)
            Assert.Equal(ErrorCode.Conflict, Assert.ThrowsAny<DriveException>(() => Apply(scan, planned, all)).Code);
        else
            Assert.Contains(Apply(scan, planned, all).Problems, problem => problem.Path == "new");
        // A link is not moved but made anew; of a pull the old one is in the trash by then.
        Assert.Equal(all ? before : before.Replace("old/link\tl 777 0 0 one\n", "", StringComparison.Ordinal), Inventory.Of(_root.Path));
        Assert.Equal(inode, InodeOf("old"));
    }

    [Theory]
    [InlineData("old/.git/config")]
    [InlineData("old/sub/.omnydrive/x")]
    [InlineData("old/sub/deep/ignored.log")]
    public void One_that_holds_something_left_out_is_moved_file_by_file_and_that_stays(string leftOut)
    {
        _root.Write(".omnyignore", "*.log\n");
        _root.Write(leftOut, "its own");
        var (scan, planned) = Plan(tree => SampleApply.MoveDirectory(tree, "old", "new"));
        Assert.DoesNotContain(planned.Directories, move => DrivePath.Parse(leftOut).IsAtOrBelow(move.Removed.Path));
        Apply(scan, planned, all: true);
        RequireAsPlanned(planned, scan);
        Assert.Equal("its own", File.ReadAllText(_root.At(leftOut)));
    }

    [Fact]
    public void A_file_of_it_that_has_another_name_elsewhere_which_goes_is_still_what_it_was()
    {
        OddFiles.HardLink(_root.At("old/sub/two"), _root.At("alias"));
        var (scan, planned) = Plan(tree =>
        {
            SampleApply.MoveDirectory(tree, "old", "new");
            tree.RemoveAll(DrivePath.Parse("alias"));
        });
        Assert.Single(planned.Directories);
        Apply(scan, planned, all: true);
        RequireAsPlanned(planned, scan);
    }

    [Fact]
    public void Another_that_takes_its_old_name_is_made_there()
    {
        var (scan, planned) = Plan(tree =>
        {
            SampleApply.MoveDirectory(tree, "old", "new");
            tree.Put(DrivePath.Parse("old/other"), tree[DrivePath.Parse("other")]);
            tree.RemoveAll(DrivePath.Parse("other"));
        });
        var inode = InodeOf("old/sub/deep/three");
        Apply(scan, planned, all: false);
        RequireAsPlanned(planned, scan);
        Assert.Equal((inode, "4"), (InodeOf("new/sub/deep/three"), File.ReadAllText(_root.At("old/other"))));
    }

    [Fact]
    public async Task The_index_knows_its_files_at_the_new_path_without_reading_them()
    {
        await ScannedRoot.SettleAsync();
        var scanner = new RootScanner(TimeProvider.System, _root.Cache);
        var scan = _root.Scan(scanner);
        var planned = Plan(scan, tree => SampleApply.MoveDirectory(tree, "old", "n/new"));
        var outcome = Apply(scan, planned, all: true);
        await ScannedRoot.SettleAsync();
        var faults = FaultPlan.None();
        using var root = FaultyRoot.OpenAt(_root.Path, faults);
        scanner.Remember(root, scan, outcome);
        Assert.False(faults.Calls.ContainsKey(FileCall.OpenRead));
        Assert.Equal(_root.Scan().Snapshot.Root, scanner.Scan(root, CancellationToken.None).Snapshot.Root);
        Assert.False(faults.Calls.ContainsKey(FileCall.OpenRead));
    }

    private void Change(string how)
    {
        var file = _root.At("old/sub/two");
        switch (how)
        {
            case "edited":
                // As an editor does that keeps the time.
                var time = File.GetLastWriteTimeUtc(file);
                File.WriteAllText(file, "E");
                File.SetLastWriteTimeUtc(file, time);
                break;
            case "replaced":
                File.WriteAllText(file + "~", "R");
                File.Move(file + "~", file, overwrite: true);
                break;
            case "removed":
                File.Delete(file);
                break;
            case "link":
                File.Delete(_root.At("old/link"));
                File.CreateSymbolicLink(_root.At("old/link"), "two");
                break;
            case "added":
                _root.Write("old/sub/added", "A");
                break;
            case "left out":
                _root.Write("old/sub/.git", "G");
                break;
            default:
                Directory.Delete(_root.At("old/sub/deep"), recursive: true);
                break;
        }
    }

    private (ScanResult Scan, PlannedChanges Planned) Plan(Action<FlatTree> edit)
    {
        var scan = _root.Scan();
        return (scan, Plan(scan, edit));
    }

    private PlannedChanges Plan(ScanResult scan, Action<FlatTree> edit)
    {
        var tree = FlatTree.Of(scan.Snapshot);
        edit(tree);
        using var root = RootDirectory.OpenAt(_root.Path);
        return Plans.Of(TreeDiff.Compare(scan.Snapshot, tree.ToSnapshot()), root, scan);
    }

    private ApplyOutcome Apply(ScanResult scan, PlannedChanges planned, bool all, FaultPlan? faults = null)
    {
        using var root = FaultyRoot.OpenAt(_root.Path, faults ?? FaultPlan.None());
        using var staging = StagingArea.Create(root, "apply", TimeProvider.System);
        staging.Expect(root, planned);
        Assert.Empty(ContentNeeds.Staged(planned));
        staging.SetUses([]);
        using var trash = new TrashArea(root, "apply");
        var applier = new TreeApplier(root, scan, staging, trash);
        return all ? applier.ApplyAll(planned, SampleApply.Generation, CancellationToken.None) : applier.ApplyEach(planned);
    }

    private void RequireAsPlanned(PlannedChanges planned, ScanResult scan) =>
        Assert.Equal(TreePatch.Apply(scan.Snapshot, planned.Changes).Root, _root.Scan().Snapshot.Root);

    private IEnumerable<string> Files(string directory) => !Directory.Exists(_root.At(directory)) ? [] : Directory.EnumerateFiles(_root.At(directory), "*", SearchOption.AllDirectories)
        .Select(path => Path.GetRelativePath(_root.Path, path)).Order(StringComparer.Ordinal);

    private bool IsLink(DrivePath path) => new FileInfo(_root.At(path.ToString())).LinkTarget is not null;

    private ulong InodeOf(string path)
    {
        using var root = RootDirectory.OpenAt(_root.Path);
        return root.Stat(DrivePath.Parse(path))!.Value.Inode;
    }
}
