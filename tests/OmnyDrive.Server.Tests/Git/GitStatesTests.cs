using OmnyDrive.Engine;
using OmnyDrive.Git;
using OmnyDrive.Reconciling;
using OmnyDrive.Testing.Trees;
using Xunit;
using static OmnyDrive.Testing.GitTool;

namespace OmnyDrive.Server.Tests.Git;

/// <summary>How the branch of a mount stands to that of its origin.</summary>
public enum Standing
{
    /// <summary>Both have the same commits.</summary>
    Equal,
    /// <summary>The mount has one more.</summary>
    Ahead,
    /// <summary>The origin has one more.</summary>
    Behind,
    /// <summary>Each has one more.</summary>
    Diverged,
    /// <summary>The origin has no branch of that name.</summary>
    Absent,
}

/// <summary>How much of the history a mount has, and what it may do.</summary>
public enum Depth
{
    /// <summary>All of it.</summary>
    Full,
    /// <summary>The newest commit, in a mount that may not push.</summary>
    ShallowReadOnly,
    /// <summary>The newest commit, because its user cut it off.</summary>
    ShallowByUser,
}

/// <summary>
/// A sync in each state that a git drive can be in: clean or not, the branch equal, ahead, behind, diverged or absent at the origin, protected or not, the whole history or a part. What is expected is written down here once
/// more, apart from how it is decided. In each, git finds both repositories sound, no branch and no tag goes back, and what the user wrote is in the mount.
/// </summary>
public abstract class GitStatesTests(bool bare)
{
    private static readonly Depth[] Depths = Iterations.All ? Enum.GetValues<Depth>() : [Depth.Full, Depth.ShallowReadOnly];

    public static MatrixTheoryData<bool, Standing, bool, Depth> States => new([false, true], Enum.GetValues<Standing>(), [false, true], Depths);

    [Theory]
    [MemberData(nameof(States))]
    public async Task A_sync_does_what_is_right_and_no_branch_goes_back(bool dirty, Standing standing, bool isProtected, Depth depth)
    {
        var branch = standing == Standing.Absent ? "fresh" : "main";
        await using var sides = await GitSides.StartAsync(Way.Near, bare, publish: new PublishOptions { ProtectedBranches = isProtected ? [branch] : [] }, clone: new CloneOptions { ReadOnly = depth == Depth.ShallowReadOnly });
        if (depth == Depth.ShallowByUser)
            Run(sides.Mount, "fetch", "--quiet", "--depth=1", $"file://{sides.Origin}", "main");
        Prepare(sides, standing, dirty);
        var (atOrigin, inMount) = (Refs(sides.Origin), Refs(sides.Mount));
        var (expected, target) = Expected(dirty, standing, isProtected, depth);

        var (status, branches) = await SyncAsync(sides);

        Assert.Equal(expected, status);
        Assert.Equal(branch, branches!.Branch);
        if (target == "new")
            Assert.StartsWith($"omnydrive/beta/{branch}-", branches.PushedTo, StringComparison.Ordinal);
        else
            Assert.Equal(target, branches.PushedTo);
        RequireForward(sides.Origin, atOrigin);
        RequireForward(sides.Mount, inMount);
        if (dirty)
            Assert.Equal("written\n", File.ReadAllText(Path.Combine(sides.Mount, "written")));
        if (branches.PushedTo is { } pushed)
        {
            Assert.Equal(GitSides.CommitOf(sides.Mount, "HEAD"), sides.AtOrigin(pushed));
            if (dirty)
                Assert.Equal("written", Run(sides.Origin, "show", $"refs/heads/{pushed}:written"));
            Assert.Equal("", Run(sides.Mount, "status", "--porcelain"));
        }
        if (!bare)
            Assert.Equal("", Run(sides.Origin, "status", "--porcelain"));
        // A second one finds nothing to do, or what the first found.
        var (again, _) = await SyncAsync(sides);
        Assert.Equal(status is "pushed" or "pulled" ? "clean" : status, again);
    }

    // In words of docs/git.md.
    private static (string Status, string? PushedTo) Expected(bool dirty, Standing standing, bool isProtected, Depth depth)
    {
        var hasWork = dirty || standing is Standing.Ahead or Standing.Diverged or Standing.Absent;
        var isNewer = standing is Standing.Behind or Standing.Diverged;
        if (hasWork && (isNewer || depth == Depth.ShallowReadOnly))
            return ("refused", null);
        if (isNewer)
            return ("pulled", null);
        if (!hasWork)
            return ("clean", null);
        // What the origin does not have yet is not protected.
        return ("pushed", standing == Standing.Absent ? "fresh" : isProtected ? "new" : "main");
    }

    private static void Prepare(GitSides sides, Standing standing, bool dirty)
    {
        if (standing is Standing.Behind or Standing.Diverged)
        {
            var other = sides.Scratch.At("other");
            Run(sides.Scratch.Path, "clone", "--quiet", sides.Origin, other);
            Commit(other, ("theirs", "theirs\n"));
            // Into what is checked out, as its owner would by committing there.
            Run(other, "push", "--quiet", "--receive-pack=git -c receive.denyCurrentBranch=updateInstead receive-pack", "origin", "main");
        }
        if (standing == Standing.Absent)
            Run(sides.Mount, "switch", "--quiet", "--create", "fresh");
        if (standing is Standing.Ahead or Standing.Diverged or Standing.Absent)
            Commit(sides.Mount, ("ours", "ours\n"));
        if (dirty)
            File.WriteAllText(Path.Combine(sides.Mount, "written"), "written\n");
    }

    private static async Task<(string Status, BranchSync? Branches)> SyncAsync(GitSides sides)
    {
        try
        {
            var result = await sides.SyncAsync();
            return (result.Status.ToString().ToLowerInvariant(), result.Branches);
        }
        catch (ConflictDetectedException e)
        {
            return ("refused", new BranchSync(e.Conflict.Branches!.Branch, e.Conflict.Branches.Ahead, e.Conflict.Branches.Behind, BranchAction.Refuse, false, null, null));
        }
    }

    private static List<(string Name, string Commit)> Refs(string repository) =>
        [.. Run(repository, "for-each-ref", "--format=%(refname) %(objectname)").Split('\n').Select(line => line.Split(' ')).Select(parts => (parts[0], parts[1]))];

    private static void RequireForward(string repository, IEnumerable<(string Name, string Commit)> before)
    {
        foreach (var (name, commit) in before)
            Assert.True(Try(repository, "merge-base", "--is-ancestor", commit, name).ExitCode == 0, $"{name} went back from {commit}");
    }
}

/// <summary>Where the origin has its branch checked out.</summary>
public sealed class GitStatesOfWorkTreeTests() : GitStatesTests(bare: false);

/// <summary>Where the origin has no work tree.</summary>
public sealed class GitStatesOfBareTests() : GitStatesTests(bare: true);
