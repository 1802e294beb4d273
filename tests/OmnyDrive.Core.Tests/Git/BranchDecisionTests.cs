using OmnyDrive.Drives;
using OmnyDrive.Errors;
using OmnyDrive.Git;
using Xunit;

namespace OmnyDrive.Core.Tests.Git;

/// <summary>What a sync of a git drive does, by how the branches stand.</summary>
public sealed class BranchDecisionTests
{
    private const string Here = "1111111111111111111111111111111111111111", There = "2222222222222222222222222222222222222222";

    private static readonly BranchStanding InStep = new("topic", Here, Here, 0, 0);
    private static readonly BranchStanding Ahead = new("topic", Here, There, 2, 0);
    private static readonly BranchStanding Behind = new("topic", Here, There, 0, 3);
    private static readonly BranchStanding Diverged = new("topic", Here, There, 2, 3);
    private static readonly BranchStanding Absent = new("topic", Here, null, 0, 0);
    private static readonly BranchStanding Unborn = new("main", null, null, 0, 0);

    public static TheoryData<string, BranchStanding, string> Decisions => new()
    {
        { "both in step", InStep, "None" },
        { "both in step on a protected branch", Protected(InStep), "None" },
        { "behind", Behind, "Pull" },
        { "behind on a protected branch", Protected(Behind), "Pull" },
        { "ahead", Ahead, "Push" },
        { "changes that are not committed", Dirty(InStep), "Push commits" },
        { "ahead with changes that are not committed", Dirty(Ahead), "Push commits" },
        { "a branch that the origin lacks", Absent, "Push" },
        { "a branch that the origin lacks, with changes", Dirty(Absent), "Push commits" },
        { "diverged", Diverged, "Refuse Diverged" },
        { "diverged on a protected branch", Protected(Diverged), "Refuse Diverged" },
        { "behind with changes that are not committed", Dirty(Behind), "Refuse Diverged" },
        { "ahead of a protected branch", Protected(Ahead), "PushToNewBranch" },
        { "changes on a protected branch", Protected(Dirty(InStep)), "PushToNewBranch commits" },
        { "its work branch has all of it", Protected(Ahead, new WorkBranch("w", Here, 0, 0)), "None" },
        { "its work branch has all but what is not committed", Protected(Dirty(Ahead), new WorkBranch("w", Here, 0, 0)), "PushToWorkBranch commits" },
        { "its work branch lacks a commit", Protected(Ahead, new WorkBranch("w", There, 1, 0)), "PushToWorkBranch" },
        { "its work branch is gone", Protected(Ahead, new WorkBranch("w", null, 0, 0)), "PushToNewBranch" },
        { "its work branch was moved by somebody else", Protected(Ahead, new WorkBranch("w", There, 1, 1)), "PushToNewBranch" },
        { "a protected branch that nobody has made", Protected(Absent), "Push" },
        { "nothing on either side", Protected(Unborn), "None" },
        { "the first files of an empty drive", Protected(Dirty(Unborn)), "Push commits" },
        { "the first commits of the origin", new BranchStanding("main", null, There, 0, 1), "Pull" },
        { "files here, the first commits there", Dirty(new BranchStanding("main", null, There, 0, 1)), "Refuse Diverged" },
        { "no branch and no work", new BranchStanding(null, Here, null, 0, 0), "None" },
        { "no branch and commits", new BranchStanding(null, Here, null, 1, 0), "Refuse Detached" },
        { "no branch and changes", Dirty(new BranchStanding(null, Here, null, 0, 0)), "Refuse Detached" },
        { "the origin's history was written anew", Behind with { HoldsAgreed = false }, "Refuse OriginRewritten" },
        { "the origin's branch was deleted", Absent with { HoldsAgreed = false }, "Refuse OriginRewritten" },
        { "a merge is going on", Dirty(Ahead) with { Unfinished = "merge" }, "Refuse Unfinished" },
        { "a rebase is going on, and nothing else is", InStep with { Branch = null, Unfinished = "rebase" }, "Refuse Unfinished" },
    };

    [Theory]
    [MemberData(nameof(Decisions))]
    public void Decides(string because, BranchStanding at, string expected) => Assert.Equal((because, expected), (because, Text(BranchDecision.Of(at, AccessMode.ReadWrite, mayCommit: true))));

    [Theory]
    [MemberData(nameof(Decisions))]
    public void A_mount_that_may_not_push_only_pulls(string because, BranchStanding at, string expected)
    {
        var text = Text(BranchDecision.Of(at, AccessMode.ReadOnly, mayCommit: true));
        var hasWork = at.IsDirty || at.Ahead > 0;
        var allowed = expected is "None" or "Pull" || expected.StartsWith("Refuse", StringComparison.Ordinal) ? expected.Replace("Diverged", "ReadOnly", StringComparison.Ordinal) : hasWork ? "Refuse ReadOnly" : "None";
        if (expected == "None" && hasWork)
            allowed = "Refuse ReadOnly";
        Assert.Equal((because, allowed), (because, text));
    }

    [Theory]
    [MemberData(nameof(Decisions))]
    public void Where_nothing_may_be_committed_nothing_is(string because, BranchStanding at, string expected) =>
        Assert.Equal((because, expected.EndsWith(" commits", StringComparison.Ordinal) ? "Refuse Uncommitted" : expected), (because, Text(BranchDecision.Of(at, AccessMode.ReadWrite, mayCommit: false))));

    [Fact]
    public void The_branch_for_the_work_of_a_mount_is_named_after_it_and_drawn_at_random() =>
        Assert.Equal("omnydrive/beta/release-1.0-000102030405", ProtectedBranches.WorkBranchOf("beta", "release/1.0", [0, 1, 2, 3, 4, 5, 6]));

    [Theory]
    [InlineData("main", true)]
    [InlineData("release/1.0", true)]
    [InlineData("-x", false)]
    [InlineData("", false)]
    [InlineData("@", false)]
    [InlineData("a b", false)]
    [InlineData("a..b", false)]
    [InlineData("a@{1}", false)]
    [InlineData("a/", false)]
    [InlineData("/a", false)]
    [InlineData("a//b", false)]
    [InlineData(".a", false)]
    [InlineData("a/.b", false)]
    [InlineData("a.lock", false)]
    [InlineData("a.", false)]
    [InlineData("a\\b", false)]
    [InlineData("a:b", false)]
    [InlineData("a*", false)]
    [InlineData("a\nb", false)]
    [InlineData("a\u007f", false)]
    public void A_name_of_a_branch_is_one_that_git_takes(string name, bool isName)
    {
        if (isName)
            Assert.Equal([name], ProtectedBranches.Checked([name, name]));
        else
            Assert.Equal("invalid", Assert.Throws<DriveException>(() => ProtectedBranches.Checked([name])).Code);
    }

    private static BranchStanding Dirty(BranchStanding at) => at with { IsDirty = true };

    private static BranchStanding Protected(BranchStanding at, WorkBranch? work = null) => at with { IsProtected = true, Work = work };

    private static string Text(BranchDecision decision) => $"{decision.Action}{(decision.Commits ? " commits" : "")}{(decision.Conflict is { } why ? $" {why}" : "")}";
}
