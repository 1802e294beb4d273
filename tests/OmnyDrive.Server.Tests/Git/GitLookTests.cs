using System.Text;
using OmnyDrive.Drives;
using OmnyDrive.Engine;
using OmnyDrive.Errors;
using OmnyDrive.History;
using OmnyDrive.Reconciling;
using OmnyDrive.Snapshots;
using Xunit;
using static OmnyDrive.Testing.GitTool;

namespace OmnyDrive.Server.Tests.Git;

/// <summary>What a person is shown of a git drive: its history, and what both sides changed.</summary>
public sealed class GitLookTests
{
    private static readonly DrivePath A = DrivePath.Parse("a");

    [Fact]
    public async Task The_history_is_that_of_the_commits_the_newest_first()
    {
        await using var sides = await GitSides.StartAsync(Way.Near);
        var first = sides.AtOrigin("main")!;
        Run(sides.Mount, "switch", "--quiet", "--create", "side");
        Commit(sides.Mount, ("b", "x\n"), ("c", "y\n"));
        Run(sides.Mount, "switch", "--quiet", "main");
        Run(sides.Mount, "merge", "--quiet", "--no-ff", "--message", "Take the side in", "side");
        File.Delete(Path.Combine(sides.Mount, "dir/b"));
        var last = Commit(sides.Mount, ("a", "two\n"));
        Run(sides.Mount, "commit", "--quiet", "--allow-empty", "--message", $"\x01 A\tsubject that goes on {new string('x', 100_000)}\n\nand a body");

        var history = await sides.Beta.ReadHistoryAsync(sides.Id);
        Assert.Equal([4, 3, 2, 1], history.Select(generation => generation.Number));
        Assert.All(history, generation => Assert.Equal((GenerationKind.Commit, "Somebody", null), (generation.Kind, generation.Commit!.Person, generation.Author)));
        Assert.Equal([new ChangeCounts(0, 0, 0), new ChangeCounts(0, 1, 1), new ChangeCounts(2, 0, 0), new ChangeCounts(3, 0, 0)], history.Select(generation => generation.Counts!.Value));
        Assert.Equal([history[1].Ref, history[2].Ref, history[3].Ref, SyncRef.OfCommit(new string('0', 40))], history.Select(generation => generation.Parent));
        Assert.Equal((SyncRef.OfCommit(last), SyncRef.OfCommit(first), "Take the side in"), (history[1].Ref, history[3].Ref, history[2].Commit!.Subject));
        Assert.InRange(history[0].Commit!.Subject.Length, 100, 210);
        Assert.Equal([4, 3], (await sides.Beta.ReadHistoryAsync(sides.Id, most: 2)).Select(generation => generation.Number));
        Assert.Equal(first, Assert.Single(await sides.Alpha.ReadHistoryAsync(GitSides.Drive)).Ref.ToString()["git:".Length..]);
    }

    [Theory]
    [InlineData("author Somebody <x@example.org> 300000000000 +0000", "")]
    [InlineData("author Somebody <x@example.org> 1 +0000", "encoding UTF-16\n")]
    public async Task What_a_commit_says_of_itself_can_be_anything(string author, string header)
    {
        await using var sides = await GitSides.StartAsync(Way.Near);
        var tree = Run(sides.Origin, "rev-parse", "HEAD^{tree}");
        var file = sides.Scratch.At("commit");
        await File.WriteAllTextAsync(file, $"tree {tree}\nparent {sides.AtOrigin("main")}\n{author}\ncommitter Somebody <x@example.org> 1 +0000\n{header}\nodd\n", TestContext.Current.CancellationToken);
        Run(sides.Origin, "reset", "--quiet", "--soft", Run(sides.Origin, "hash-object", "-t", "commit", "-w", file));
        await sides.SyncAsync();
        Assert.Equal([2, 1], (await sides.Beta.ReadHistoryAsync(sides.Id)).Select(generation => generation.Number));
    }

    [Fact]
    public async Task Where_there_is_no_commit_there_is_no_history_and_of_a_shallow_mount_what_it_has()
    {
        await using var sides = await GitSides.StartAsync(Way.Http, cloned: false, prepare: work => Run(work, "init", "--quiet", "."));
        Assert.Empty(await sides.Alpha.ReadHistoryAsync(GitSides.Drive));
        Commit(sides.Origin, ("a", "one\n"));
        Commit(sides.Origin, ("a", "two\n"));
        await sides.CloneAsync(new CloneOptions { ReadOnly = true });
        Assert.Equal("a changed", Assert.Single(await sides.Beta.ReadHistoryAsync(sides.Id)).Commit!.Subject);
        Directory.Delete(sides.Origin, recursive: true);
        Assert.Equal(ErrorCode.RootMissing, (await Assert.ThrowsAsync<DriveException>(() => sides.Alpha.ReadHistoryAsync(GitSides.Drive))).Code);
        Run(sides.Scratch.Path, "init", "--quiet", sides.Origin);
    }

    [Fact]
    public async Task What_both_sides_changed_is_listed_and_each_version_of_it_shown_until_git_has_settled_it()
    {
        await using var sides = await GitSides.StartAsync(Way.Near, publish: new PublishOptions { ProtectedBranches = [] });
        Assert.Empty(await sides.Beta.ListConflictsAsync(sides.Id));
        Commit(sides.Origin, ("a", "theirs\n"), ("dir/b", "same\n"), ("theirs-only", "x\n"));
        await File.WriteAllTextAsync(Path.Combine(sides.Mount, "a"), "ours\n", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(sides.Mount, "dir/b"), "same\n", TestContext.Current.CancellationToken);
        // By the last look at the origin nothing is in conflict; a sync looks.
        Assert.Empty(await sides.Beta.ListConflictsAsync(sides.Id));
        await Assert.ThrowsAsync<ConflictDetectedException>(() => sides.SyncAsync());
        var open = Assert.Single(await sides.Beta.ListConflictsAsync(sides.Id));
        Assert.Equal((A, ConflictKind.ContentDivergence), (open.Conflict.Path, open.Kind));
        Assert.Equal(("one\n", "ours\n", "theirs\n"), (await ReadAsync(ConflictVersion.Base), await ReadAsync(ConflictVersion.Ours), await ReadAsync(ConflictVersion.Theirs)));
        var refused = await Assert.ThrowsAsync<DriveException>(() => sides.Beta.WriteVersionAsync(sides.Id, DrivePath.Parse("dir/b"), ConflictVersion.Ours, Stream.Null));
        Assert.Equal(ErrorCode.PathNotFound, refused.Code);

        Run(sides.Mount, "commit", "--quiet", "--all", "--message", "ours");
        Try(sides.Mount, "merge", "--quiet", "origin/main");
        Commit(sides.Mount, ("a", "merged\n"));
        Assert.Equal(SyncStatus.Pushed, (await sides.SyncAsync()).Status);
        Assert.Empty(await sides.Beta.ListConflictsAsync(sides.Id));

        async Task<string> ReadAsync(ConflictVersion version)
        {
            var bytes = new MemoryStream();
            await sides.Beta.WriteVersionAsync(sides.Id, A, version, bytes);
            return Encoding.UTF8.GetString(bytes.ToArray());
        }
    }

    [Fact]
    public async Task What_one_side_deleted_has_no_version_there()
    {
        await using var sides = await GitSides.StartAsync(Way.Near);
        Run(sides.Origin, "rm", "--quiet", "a");
        Run(sides.Origin, "commit", "--quiet", "--message", "gone");
        await File.WriteAllTextAsync(Path.Combine(sides.Mount, "a"), "ours\n", TestContext.Current.CancellationToken);
        await Assert.ThrowsAsync<ConflictDetectedException>(() => sides.SyncAsync());
        Assert.Null(Assert.Single(await sides.Beta.ListConflictsAsync(sides.Id)).Conflict.Theirs);
        Assert.Equal(ErrorCode.PathNotFound, (await Assert.ThrowsAsync<DriveException>(() => sides.Beta.WriteVersionAsync(sides.Id, A, ConflictVersion.Theirs, Stream.Null))).Code);
    }

    [Fact]
    public async Task Looking_at_a_mount_leaves_nothing_in_its_repository()
    {
        await using var sides = await GitSides.StartAsync(Way.Near, publish: new PublishOptions { ProtectedBranches = [] });
        var before = Objects(sides.Mount);
        foreach (var content in new[] { "first\n", "second\n" })
        {
            File.WriteAllText(Path.Combine(sides.Mount, "a"), content);
            Directory.CreateDirectory(Path.Combine(sides.Mount, "new"));
            File.WriteAllText(Path.Combine(sides.Mount, "new/file"), $"untracked {content}");
            Assert.Equal(["a", "new/file"], (await sides.Beta.InspectAsync(sides.Id)).Local.Select(change => change.Path.ToString()));
            Assert.Equal(2, (await sides.Beta.PlanSyncAsync(sides.Id)).ToOrigin.Count);
            Assert.Equal($"+untracked {content}", (await DiffAsync(sides)).Single(diff => diff.Change.Path == DrivePath.Parse("new/file")).Text!.Split('\n', 2)[1]);
        }
        Assert.Equal(before, Objects(sides.Mount));
        Assert.Equal(SyncStatus.Pushed, (await sides.SyncAsync()).Status);
        Assert.Equal("untracked second", Run(sides.Origin, "show", "main:new/file"));
        Run(sides.Mount, "fsck", "--strict");
    }

    [Fact]
    public async Task What_a_look_leaves_that_was_killed_or_that_failed_goes_with_the_next_and_no_other_look_is_disturbed()
    {
        await using var sides = await GitSides.StartAsync(Way.Near);
        File.WriteAllText(Path.Combine(sides.Mount, "a"), "mine\n");
        var git = Path.Combine(sides.Mount, ".git");
        Directory.CreateDirectory(Path.Combine(git, "omnydrive-look.killed/12"));
        File.WriteAllText(Path.Combine(git, "omnydrive-look.killed/12/34"), "x");
        File.WriteAllText(Path.Combine(git, "omnydrive-look.killed.lock"), "");
        await using (var diffs = sides.Beta.DiffAsync(sides.Id).GetAsyncEnumerator(TestContext.Current.CancellationToken))
        {
            Assert.True(await diffs.MoveNextAsync());
            Assert.Single(Directory.EnumerateDirectories(git, "omnydrive-look.*"));
            await sides.Beta.InspectAsync(sides.Id);
            Assert.Single(Directory.EnumerateDirectories(git, "omnydrive-look.*"));
        }
        Assert.Empty(Directory.EnumerateFileSystemEntries(git, "omnydrive-*"));
        Run(sides.Mount, "config", "filter.failing.clean", "false");
        Run(sides.Mount, "config", "filter.failing.required", "true");
        File.WriteAllText(Path.Combine(git, "info/attributes"), "new filter=failing\n");
        File.WriteAllText(Path.Combine(sides.Mount, "new"), "x");
        await Assert.ThrowsAsync<DriveException>(() => sides.Beta.InspectAsync(sides.Id));
        Assert.Empty(Directory.EnumerateFileSystemEntries(git, "omnydrive-*"));
    }

    [Theory]
    [InlineData("a:b \"c\" \\d")]
    [InlineData("\"q")]
    [InlineData("line\nbreak")]
    public async Task A_mount_may_lie_anywhere(string name)
    {
        await using var sides = await GitSides.StartAsync(Way.Near, cloned: false);
        var path = Path.Combine(sides.Scratch.Directory(name), "mount");
        var mount = await sides.CloneAsync(sides.Beta, path);
        File.WriteAllText(Path.Combine(path, "a"), "mine\n");
        Assert.Equal("-one\n+mine\n", (await DiffAsync(sides, mount)).Single().Text!.Split('\n', 2)[1]);
        Assert.Single((await sides.Beta.InspectAsync(mount)).Local);
    }

    [Fact]
    public async Task Names_that_read_alike_are_no_obstacle()
    {
        await using var sides = await GitSides.StartAsync(Way.Near);
        // Bytes that are no UTF-8.
        Run(sides.Origin, "-c", "alias.write=!printf x > \"dir/$(printf '\\377')\" && printf y > \"dir/$(printf '\\376')\"", "write");
        Commit(sides.Origin, ("a", "theirs\n"));
        File.WriteAllText(Path.Combine(sides.Mount, "a"), "ours\n");
        await Assert.ThrowsAsync<ConflictDetectedException>(() => sides.SyncAsync());
        Assert.Equal(A, Assert.Single(await sides.Beta.ListConflictsAsync(sides.Id)).Conflict.Path);
    }

    private static async Task<List<PathDiff>> DiffAsync(GitSides sides, MountId? mount = null)
    {
        var diffs = new List<PathDiff>();
        await foreach (var diff in sides.Beta.DiffAsync(mount ?? sides.Id))
            diffs.Add(diff);
        return diffs;
    }

    // Of what a fetch writes, nothing is an object.
    private static IReadOnlyList<string> Objects(string work) =>
        [.. Directory.EnumerateFileSystemEntries(Path.Combine(work, ".git"), "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(work, path)).Where(path => path.StartsWith(".git/objects", StringComparison.Ordinal) || path.StartsWith(".git/omnydrive", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
}
