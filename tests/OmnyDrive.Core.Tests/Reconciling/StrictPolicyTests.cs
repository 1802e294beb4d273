using OmnyDrive.Drives;
using OmnyDrive.Errors;
using OmnyDrive.Reconciling;
using OmnyDrive.Testing.Trees;
using Xunit;

namespace OmnyDrive.Core.Tests.Reconciling;

public class StrictPolicyTests
{
    private static readonly DriveId Docs = DriveId.Parse("alpha/docs");

    // Base, local, origin, access mode, the conflict or null.
    public static TheoryData<string, string, string, string, AccessMode, ConflictKind?> Table { get; } = new()
    {
        { "nothing changed", "a=1", "a=1", "a=1", AccessMode.ReadWrite, null },
        { "nothing changed, read-only", "a=1", "a=1", "a=1", AccessMode.ReadOnly, null },
        { "only the mount changed", "a=1", "a=2", "a=1", AccessMode.ReadWrite, null },
        { "only the mount changed, read-only", "a=1", "a=2", "a=1", AccessMode.ReadOnly, ConflictKind.LocalDivergence },
        { "only the mount deleted, read-only", "a=1", "", "a=1", AccessMode.ReadOnly, ConflictKind.LocalDivergence },
        { "only the mount added, read-only", "", "a=1", "", AccessMode.ReadOnly, ConflictKind.LocalDivergence },
        { "only the mount made a file executable, read-only", "a=1", "a*=1", "a=1", AccessMode.ReadOnly, ConflictKind.LocalDivergence },
        { "only the mount added an empty directory, read-only", "", "a/", "", AccessMode.ReadOnly, ConflictKind.LocalDivergence },
        { "only the origin changed", "a=1", "a=1", "a=2", AccessMode.ReadWrite, null },
        { "only the origin changed, read-only", "a=1", "a=1", "a=2", AccessMode.ReadOnly, null },
        { "both made the same change", "a=1", "a=2", "a=2", AccessMode.ReadWrite, null },
        { "both made the same change, read-only", "a=1", "a=2", "a=2", AccessMode.ReadOnly, null },
        { "both made the same change and the mount another", "a=1 b=1", "a=2 b=2", "a=2 b=1", AccessMode.ReadWrite, null },
        { "both made the same change and the origin another", "a=1 b=1", "a=2 b=1", "a=2 b=2", AccessMode.ReadWrite, null },
        { "both made the same change and the mount another, read-only", "a=1 b=1", "a=2 b=2", "a=2 b=1", AccessMode.ReadOnly, ConflictKind.LocalDivergence },
        { "both changed, without overlap", "a=1 b=1", "a=2 b=1", "a=1 b=2", AccessMode.ReadWrite, ConflictKind.RefMoved },
        { "both changed, without overlap, read-only", "a=1 b=1", "a=2 b=1", "a=1 b=2", AccessMode.ReadOnly, ConflictKind.LocalDivergence },
        { "both changed one path", "a=1", "a=2", "a=3", AccessMode.ReadWrite, ConflictKind.ContentDivergence },
        { "both changed one path, read-only", "a=1", "a=2", "a=3", AccessMode.ReadOnly, ConflictKind.LocalDivergence },
        { "both changed one path and others", "a=1 b=1", "a=2 b=2", "a=3 b=1", AccessMode.ReadWrite, ConflictKind.ContentDivergence },
        { "a removed directory against a new file in it", "a/b=1", "", "a/b=1 a/c=1", AccessMode.ReadWrite, ConflictKind.ContentDivergence },
        { "a removed directory against a new file in it, read-only", "a/b=1", "a/b=1 a/c=1", "", AccessMode.ReadOnly, ConflictKind.LocalDivergence },
        { "something unreadable is no change", "a=1", "a?", "a=1", AccessMode.ReadWrite, null },
        { "something unreadable is no change, read-only", "a=1", "a?", "a=1", AccessMode.ReadOnly, null },
        { "something unreadable beside a pull", "a=1 b=1", "a? b=1", "a=1 b=2", AccessMode.ReadWrite, null },
    };

    [Theory, MemberData(nameof(Table))]
    public void A_sync_is_permitted_or_refused_whole(string name, string before, string ours, string theirs, AccessMode mode, ConflictKind? expected)
    {
        Assert.NotEmpty(name);
        var found = ReconcilerTests.Reconcile(before, ours, theirs);
        var plan = Plan(before, ours, theirs, mode);
        Assert.Equal(expected, plan.Conflict?.Kind);
        Assert.Equal(found.Unknown, plan.Unknown);
        if (plan.Conflict is not { } conflict)
        {
            Assert.Equal(found.ToLocal, plan.On(Side.Local));
            Assert.Equal(found.ToOrigin, plan.On(Side.Origin));
            Assert.Equal(found.ToLocal.Count + found.ToOrigin.Count == 0, plan.IsClean);
            Assert.True(plan.ToLocal.Count == 0 || plan.ToOrigin.Count == 0);
            return;
        }
        Assert.Empty(plan.ToLocal);
        Assert.Empty(plan.ToOrigin);
        Assert.False(plan.IsClean);
        Assert.Equal(found.Conflicts, conflict.Paths);
        Assert.Equal(found.ToOrigin, conflict.LocalChanges);
        Assert.Equal(found.ToLocal, conflict.OriginChanges);
        Assert.Equal((Docs, plan.Baseline, plan.Origin), (conflict.Drive, conflict.Baseline, conflict.Actual));
    }

    [Fact]
    public void A_plan_carries_the_refs_it_was_made_with()
    {
        var plan = Plan("a=1", "a=2", "a=3", AccessMode.ReadWrite);
        Assert.Equal(TreeText.Snapshot("a=1").Ref, plan.Baseline);
        Assert.Equal(TreeText.Snapshot("a=2").Ref, plan.Local);
        Assert.Equal(TreeText.Snapshot("a=3").Ref, plan.Origin);
    }

    [Fact]
    public void The_message_of_an_overlap_names_the_paths_on_which_both_sides_differ_and_what_else_changed()
    {
        var (message, hint) = Say("config=1 b=1 c=1", "config=2 b=2 c=1", "config=3 b=1 c=2", AccessMode.ReadWrite);
        Assert.Equal("Both sides of alpha/docs changed \"config\" since the last sync, differently. Besides, the mount changed \"b\"; the origin changed \"c\". Nothing was applied.", message);
        Assert.Contains("omnydrive sync", hint, StringComparison.Ordinal);
    }

    [Fact]
    public void The_message_of_an_overlap_alone_speaks_of_nothing_else() =>
        Assert.Equal("Both sides of alpha/docs changed \"d/config\" since the last sync, differently. Nothing was applied.",
            Say("d/config=1", "d/config=2", "", AccessMode.ReadWrite).Message.Replace(", \"d\"", "", StringComparison.Ordinal));

    [Fact]
    public void The_message_of_a_moved_origin_names_what_each_side_changed() =>
        Assert.Equal("Both sides of alpha/docs changed since the last sync: the mount changed \"a\"; the origin changed \"b\". No path overlaps. Nothing was applied.",
            Say("a=1 b=1", "a=2 b=1", "a=1 b=2", AccessMode.ReadWrite).Message);

    [Fact]
    public void The_message_of_a_changed_read_only_mount_names_the_edits_and_says_that_they_are_kept()
    {
        var (message, hint) = Say("a=1 b=1", "a=2 b=2", "a=1 b=3", AccessMode.ReadOnly);
        Assert.Equal("This mount of alpha/docs is read-only and has local changes: \"a\", \"b\". Nothing was applied, and your edits are kept.", message);
        Assert.Contains("omnydrive sync", hint, StringComparison.Ordinal);
    }

    [Fact]
    public void A_message_names_three_paths_and_counts_the_others() =>
        Assert.Contains("the mount changed \"a\", \"b\", \"c\" and 2 more;", Say("x=1", "x=1 a=1 b=1 c=1 d=1 e=1", "x=2", AccessMode.ReadWrite).Message, StringComparison.Ordinal);

    [Fact]
    public void The_exception_carries_the_conflict_its_message_and_its_code()
    {
        var conflict = Plan("a=1", "a=2", "a=3", AccessMode.ReadWrite).Conflict!;
        var thrown = new ConflictDetectedException(conflict);
        Assert.Equal((ConflictMessage.Of(conflict), ConflictMessage.HintOf(conflict), ErrorCode.Conflict), (thrown.Message, thrown.Hint, thrown.Code));
        Assert.Same(conflict, thrown.Conflict);
    }

    private static (string Message, string Hint) Say(string before, string ours, string theirs, AccessMode mode)
    {
        var conflict = Plan(before, ours, theirs, mode).Conflict!;
        return (ConflictMessage.Of(conflict), ConflictMessage.HintOf(conflict));
    }

    private static SyncPlan Plan(string before, string ours, string theirs, AccessMode mode) => StrictPolicy.Plan(
        ReconcilerTests.Reconcile(before, ours, theirs), Docs,
        new SyncRefs(TreeText.Snapshot(before).Ref, TreeText.Snapshot(ours).Ref, TreeText.Snapshot(theirs).Ref), mode);
}
