using System.Text;
using OmnyDrive.Engine.Applying;
using OmnyDrive.Engine.Files;
using OmnyDrive.Engine.Tests.Scanning;
using OmnyDrive.Errors;
using OmnyDrive.Origins;
using OmnyDrive.Reconciling;
using OmnyDrive.Snapshots;
using OmnyDrive.Testing;
using OmnyDrive.Testing.Trees;
using TreeApplier = OmnyDrive.Engine.Applying.TreeApplier;

namespace OmnyDrive.Engine.Tests.Applying;

/// <summary>New directories are built in the staging area and come to their places whole.</summary>
public sealed class BuiltDirectoriesTests : IDisposable
{
    private const long Modified = 1_100_000_000_000_000_000;

    private readonly ScannedRoot _root = new(ScratchDirectory.InMemory());
    private readonly FlatTree _plan = [];
    private readonly Dictionary<ContentHash, byte[]> _contents = [];
    private Snapshot? _target;

    public void Dispose() => _root.Dispose();

    [Fact]
    public async Task A_directory_is_placed_with_all_that_it_holds_and_nothing_of_it_is_there_before()
    {
        Plan("new/a", "1");
        Plan("new/sub/b", "1");
        Plan("new/sub/run", "2", executable: true);
        Plan("new/large", new string('x', 2 << 20));
        _plan.Put(DrivePath.Parse("new/link"), Entry.Symlink("a"));
        _plan.Put(DrivePath.Parse("new/empty"), FlatTree.Directory);
        Plan("beside", "1");
        ulong built = 0;
        var outcome = await ApplyAsync(area =>
        {
            Assert.Equal([".omnydrive"], Directory.GetFileSystemEntries(_root.Path).Select(Path.GetFileName));
            built = Inode(Path.Combine(area, "tree/new/sub"));
        });
        Assert.Empty(outcome.Problems);
        Assert.Equal(outcome.Files.Keys.Order(), _plan.Where(item => item.Value.IsFile).Select(item => item.Key).Order());
        AssertAsPlanned();
        Assert.Equal(built, Inode(_root.At("new/sub")));
        Assert.Empty(Directory.GetFileSystemEntries(_root.At(".omnydrive/staging")));
        // What the apply tells the index is what a scan sees.
        Assert.All(outcome.Files, file => Assert.Equal(file.Value!.Value.Fingerprint, Stat(_root.At(file.Key.ToString())).Fingerprint));
    }

    [Fact]
    public async Task Files_get_the_mode_that_a_new_file_gets_and_directories_too()
    {
        Plan("new/plain", "1");
        Plan("new/run", "2", executable: true);
        await ApplyAsync();
        File.WriteAllText(_root.At("made"), "");
        Directory.CreateDirectory(_root.At("made directory"));
        var plain = File.GetUnixFileMode(_root.At("made"));
        Assert.Equal(plain, File.GetUnixFileMode(_root.At("new/plain")));
        Assert.Equal((UnixFileMode)FileModes.WithExecutable((uint)plain, executable: true), File.GetUnixFileMode(_root.At("new/run")));
        Assert.Equal(File.GetUnixFileMode(_root.At("made directory")), File.GetUnixFileMode(_root.At("new")));
    }

    [Fact]
    public async Task Where_a_directory_of_left_out_names_is_the_files_are_placed_one_by_one()
    {
        Plan("new/a", "1");
        Plan("new/sub/b", "2");
        _root.Write("new/.git/config", "private");
        var outcome = await ApplyAsync();
        Assert.Empty(outcome.Problems);
        AssertAsPlanned();
        Assert.Equal("private", File.ReadAllText(_root.At("new/.git/config")));
        Assert.Empty(Directory.GetFileSystemEntries(_root.At(".omnydrive/staging")));
    }

    [Fact]
    public async Task What_appeared_meanwhile_stays_and_of_a_directory_the_rest_is_placed()
    {
        Plan("new/a", "1");
        Plan("new/b", "2");
        Plan("other/c", "3");
        var outcome = await ApplyAsync(_ =>
        {
            _root.Write("new/a", "mine");
            _root.Write("other", "mine");
        });
        Assert.Equal(["new/a", "other", "other/c"], outcome.Problems.Select(problem => problem.Path).Order(StringComparer.Ordinal));
        Assert.Equal(("mine", "2", "mine"), (File.ReadAllText(_root.At("new/a")), File.ReadAllText(_root.At("new/b")), File.ReadAllText(_root.At("other"))));
    }

    [Fact]
    public async Task A_push_that_finds_something_there_changes_nothing()
    {
        Plan("a/x", "1");
        Plan("b/y", "2");
        var before = "";
        var refused = await Assert.ThrowsAsync<DriveException>(() => ApplyAsync(_ =>
        {
            _root.Write("b", "mine");
            before = DiskTree.Describe(_root.Path, times: true);
        }, all: true));
        Assert.Equal(ErrorCode.Conflict, refused.Code);
        Assert.Equal(before, DiskTree.Describe(_root.Path, times: true));
        // What was placed for a moment is kept: somebody may have written to it.
        Assert.Single(Directory.GetFiles(_root.At(".omnydrive/trash"), "x*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task What_a_directory_hands_down_new_ones_in_it_get()
    {
        _root.Write("team/old", "1");
        File.SetUnixFileMode(_root.At("team"), File.GetUnixFileMode(_root.At("team")) | UnixFileMode.SetGroup);
        Plan("team/new/x", "1");
        Plan("new/x", "1");
        await ApplyAsync(area => Assert.Equal(["new"], Directory.GetDirectories(Path.Combine(area, "tree")).Select(Path.GetFileName)));
        AssertAsPlanned();
        Assert.True(File.GetUnixFileMode(_root.At("team/new")).HasFlag(UnixFileMode.SetGroup));
        Assert.False(File.GetUnixFileMode(_root.At("new")).HasFlag(UnixFileMode.SetGroup));
    }

    [Fact]
    public async Task A_root_that_hands_something_down_gets_no_built_directories()
    {
        File.SetUnixFileMode(_root.Path, File.GetUnixFileMode(_root.Path) | UnixFileMode.SetGroup);
        Plan("new/sub/x", "1");
        await ApplyAsync(area => Assert.False(Directory.Exists(Path.Combine(area, "tree"))));
        AssertAsPlanned();
        Assert.True(File.GetUnixFileMode(_root.At("new/sub")).HasFlag(UnixFileMode.SetGroup));
    }

    [Fact]
    public void An_access_control_list_for_what_is_made_in_a_directory_is_handed_down()
    {
        using var root = RootDirectory.OpenAt(_root.Path);
        Assert.False(root.Top.HandsDown());
        OddFiles.SetDefaultAcl(_root.Path);
        Assert.True(root.Top.HandsDown());
    }

    [Fact]
    public async Task A_content_that_does_not_come_is_lacking_where_it_should_be_and_nowhere_else()
    {
        Plan("new/a", "1");
        Plan("new/b", "2");
        var outcome = await ApplyAsync(lacking: "2");
        Assert.Empty(outcome.Problems);
        Assert.Equal(["a"], Directory.GetFiles(_root.At("new")).Select(Path.GetFileName));
    }

    private void Plan(string path, string content, bool executable = false)
    {
        var bytes = Encoding.ASCII.GetBytes(content);
        _plan.Put(DrivePath.Parse(path), Entry.File(bytes.Length, Hash(bytes), executable, Modified));
        _contents[Hash(bytes)] = bytes;
    }

    private static ContentHash Hash(byte[] bytes)
    {
        using var hasher = new OmnyDrive.Chunking.ContentHasher();
        hasher.Append(bytes);
        return hasher.Finish();
    }

    private void AssertAsPlanned()
    {
        Assert.Equal(_target!.Root, _root.Scan().Snapshot.Root);
        Assert.All(_plan.Where(item => item.Value.IsFile), item => Assert.Equal(Modified, Stat(_root.At(item.Key.ToString())).Modified));
    }

    private async Task<ApplyOutcome> ApplyAsync(Action<string>? beforehand = null, bool all = false, string? lacking = null)
    {
        var scan = _root.Scan();
        var target = FlatTree.Of(scan.Snapshot);
        foreach (var (path, entry) in _plan)
            target.Put(path, entry);
        _target = target.ToSnapshot();
        List<Change> changes = [.. TreeDiff.Compare(scan.Snapshot, _target)];
        using var root = RootDirectory.OpenAt(_root.Path);
        using var staging = StagingArea.Create(root, "apply", TimeProvider.System);
        staging.Expect(root, Plans.Singly(changes));
        using var buffer = new StagingBuffer();
        foreach (var (hash, bytes) in _contents.Where(content => lacking is null || content.Key != Hash(Encoding.ASCII.GetBytes(lacking))))
            Assert.Null(await staging.StageAsync(new MemoryContent(0, bytes), new ContentNeed(hash, bytes.Length), buffer, null, CancellationToken.None));
        changes = [.. changes.Where(change => !change.NeedsContent || staging.Has(change.To!.ContentHash))];
        staging.SetUses([.. changes.Where(change => change.NeedsContent)]);
        staging.Flush();
        beforehand?.Invoke(staging.Directory.Path);
        using var trash = new TrashArea(root, "apply");
        var applier = new TreeApplier(root, scan, staging, trash);
        var outcome = all ? applier.ApplyAll(Plans.Singly(changes), SampleApply.Generation, CancellationToken.None) : applier.ApplyEach(Plans.Singly(changes));
        staging.Complete();
        return outcome;
    }

    private static ulong Inode(string path) => Stat(path).Inode;

    private static FileStat Stat(string path)
    {
        using var holder = RootDirectory.OpenAt(Path.GetDirectoryName(path)!);
        return holder.Top.Stat(Path.GetFileName(path))!.Value;
    }
}
