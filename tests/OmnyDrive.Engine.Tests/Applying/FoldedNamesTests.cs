using System.Text;
using OmnyDrive.Engine.Applying;
using OmnyDrive.Engine.Files;
using OmnyDrive.Engine.Files.Linux;
using OmnyDrive.Engine.Tests.Files;
using OmnyDrive.Engine.Tests.Scanning;
using OmnyDrive.Errors;
using OmnyDrive.Origins;
using OmnyDrive.Reconciling;
using OmnyDrive.Snapshots;
using OmnyDrive.Testing;
using OmnyDrive.Testing.Trees;
using TreeApplier = OmnyDrive.Engine.Applying.TreeApplier;

namespace OmnyDrive.Engine.Tests.Applying;

/// <summary>What an apply does where names that differ only by case are one name.</summary>
public sealed class FoldedNamesTests : IDisposable
{
    private readonly ScannedRoot _root = new(ScratchDirectory.InMemory());

    public void Dispose() => _root.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_rename_that_changes_only_the_case_is_made(bool all)
    {
        _root.Write("readme", "1");
        _root.Write("dir/deep/x", "2");
        var outcome = await ApplyAsync("README=1 Dir/deep/X=2", all);
        Assert.Empty(outcome.Problems);
        Assert.Equal(["Dir/", "Dir/deep/", "Dir/deep/X", "README"], Names());
        Assert.Equal(("1", "2"), (File.ReadAllText(_root.At("README")), File.ReadAllText(_root.At("Dir/deep/X"))));
    }

    [Fact]
    public async Task A_file_that_turns_into_a_directory_of_another_case_is_made()
    {
        _root.Write("it", "1");
        Assert.Empty((await ApplyAsync("IT/x=1", all: false)).Problems);
        Assert.Equal(["IT/", "IT/x"], Names());
    }

    [Fact]
    public async Task A_pull_does_not_merge_a_directory_with_one_of_another_spelling()
    {
        _root.Write("dir/mine", "1");
        var before = DiskTree.Describe(_root.Path, times: true);
        var outcome = await ApplyAsync("dir/mine=1 DIR/theirs=2 DIR/sub/x=2", all: false);
        Assert.Equal(["DIR", "DIR/sub", "DIR/sub/x", "DIR/theirs"], outcome.Problems.Select(problem => problem.Path).Order(StringComparer.Ordinal));
        Assert.Equal(before, DiskTree.Describe(_root.Path, times: true));
    }

    [Fact]
    public async Task A_push_does_not_merge_a_directory_with_one_of_another_spelling()
    {
        _root.Write("dir/mine", "1");
        var before = DiskTree.Describe(_root.Path, times: true);
        var refused = await Assert.ThrowsAsync<DriveException>(() => ApplyAsync("dir/mine=1 DIR/theirs=2", all: true));
        Assert.Equal(ErrorCode.Conflict, refused.Code);
        Assert.Equal(before, DiskTree.Describe(_root.Path, times: true));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_directory_is_not_moved_onto_one_of_another_spelling(bool all)
    {
        _root.Write("dir/mine", "1");
        _root.Write("from/theirs", "2");
        var before = DiskTree.Describe(_root.Path, times: true);
        if (all)
            Assert.Equal(ErrorCode.Conflict, (await Assert.ThrowsAsync<DriveException>(() => ApplyAsync("dir/mine=1 DIR/theirs=2", all))).Code);
        else
            Assert.Contains((await ApplyAsync("dir/mine=1 DIR/theirs=2", all)).Problems, problem => problem.Path == "DIR");
        Assert.Equal(before, DiskTree.Describe(_root.Path, times: true));
    }

    [Fact]
    public async Task A_file_of_another_spelling_is_not_replaced()
    {
        _root.Write("readme", "1");
        var outcome = await ApplyAsync("readme=1 README=2", all: false);
        Assert.Equal("README", Assert.Single(outcome.Problems).Path);
        Assert.Equal(("readme", "1"), (Assert.Single(Names()), File.ReadAllText(_root.At("readme"))));
    }

    private IEnumerable<string> Names() => DiskTree.Describe(_root.Path).Split('\n').Select(line => line.Split(' ')[0]);

    private async Task<ApplyOutcome> ApplyAsync(string planned, bool all)
    {
        var scan = _root.Scan();
        List<Change> changes = [.. TreeDiff.Compare(scan.Snapshot, TreeText.Snapshot(planned))];
        using var root = RootDirectory.Over(new FoldingDirectory(LinuxDirectory.OpenRoot(_root.Path)));
        using var staging = StagingArea.Create(root, "apply", TimeProvider.System);
        staging.Expect(root, Plans.Of(changes, root, scan));
        using var trash = new TrashArea(root, "apply");
        using var buffer = new StagingBuffer();
        foreach (var content in new[] { "1", "2" }.Select(Encoding.ASCII.GetBytes))
            Assert.Null(await staging.StageAsync(new MemoryContent(0, content), new ContentNeed(ContentHash.Of(content), content.Length), buffer, null, CancellationToken.None));
        staging.SetUses([.. changes.Where(change => change.NeedsContent)]);
        var applier = new TreeApplier(root, scan, staging, trash);
        return all ? applier.ApplyAll(Plans.Of(changes, root, scan), SampleApply.Generation, CancellationToken.None) : applier.ApplyEach(Plans.Of(changes, root, scan));
    }
}
