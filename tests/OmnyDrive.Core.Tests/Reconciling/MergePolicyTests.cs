using OmnyDrive.Drives;
using OmnyDrive.Reconciling;
using OmnyDrive.Snapshots;
using OmnyDrive.Testing.Trees;
using Xunit;

namespace OmnyDrive.Core.Tests.Reconciling;

public class MergePolicyTests
{
    private static readonly DriveId Docs = DriveId.Parse("alpha/docs");

    // Every combination of kinds at a path: what strict refuses and what merge holds back are the same paths.
    private static readonly string[] Kinds = ["", "x=1", "x=2", "x*=1", "x->t", "x->u", "x/", "x/y=1", "x/y=2", "x/y=1 x/z=1", "x?"];

    [Fact]
    public void Of_every_combination_of_kinds_merge_applies_what_does_not_overlap_and_holds_the_rest_back()
    {
        foreach (var before in Kinds)
        foreach (var ours in Kinds)
        foreach (var theirs in Kinds)
        {
            var found = ReconcilerTests.Reconcile($"{before} k=1 l=1", $"{ours} k=2 l=1", $"{theirs} k=1 l=2");
            var plan = Plan(found, AccessMode.ReadWrite);
            Assert.Equal((found.ToLocal, found.ToOrigin, null), (plan.ToLocal, plan.ToOrigin, plan.Conflict));
            Assert.Contains(plan.ToOrigin, change => change.Path.ToString() == "k");
            Assert.Contains(plan.ToLocal, change => change.Path.ToString() == "l");
            Assert.Equal(found.Conflicts, plan.HeldBack?.Paths ?? []);
            Assert.Equal(found.Conflicts.Count > 0 ? ConflictKind.ContentDivergence : null, plan.HeldBack?.Kind);
            Assert.Equal(ConflictKind.RefMoved, StrictPolicy.Plan(found with { Conflicts = [] }, Docs, default, AccessMode.ReadWrite).Conflict?.Kind);
            Assert.Null(StrictPolicy.Plan(found with { Conflicts = [] }, Docs, default, AccessMode.ReadWrite, isSettled: true).Conflict);
            Assert.Equal(found.Conflicts.Count > 0, StrictPolicy.Plan(found, Docs, default, AccessMode.ReadWrite, isSettled: true).Conflict is not null);
        }
    }

    [Fact]
    public void A_read_only_mount_pulls_what_it_did_not_change_and_holds_its_own_changes_back()
    {
        var found = ReadOnlyPolicy.Apply(ReconcilerTests.Reconcile("a=1 b=1 c=1", "a=2 b=1 n=1 c=1", "a=1 b=2 c=1"));
        var plan = Plan(found, AccessMode.ReadOnly);
        Assert.Equal("b", Assert.Single(plan.ToLocal).Path.ToString());
        Assert.Empty(plan.ToOrigin);
        Assert.Equal(ConflictKind.LocalDivergence, plan.HeldBack!.Kind);
        Assert.Equal(["a", "n"], plan.HeldBack.Paths.Select(path => path.Path.ToString()));
        Assert.Equal(plan.HeldBack.Paths[0].Base, plan.HeldBack.Paths[0].Theirs);
        Assert.False(plan.IsClean);
    }

    [Fact]
    public void A_name_that_the_mount_cannot_hold_is_held_back_with_all_below_it()
    {
        var local = TreeText.Snapshot("readme=1");
        var found = Reconciler.Reconcile(local, local, TreeText.Snapshot("readme=1", "README/a=1", "b=1"));
        var plan = TargetPolicy.Apply(Plan(found, AccessMode.ReadWrite), Docs, local, new TargetTraits { IsCaseInsensitive = true }, SyncPolicy.Merge);
        Assert.Equal(["b"], plan.ToLocal.Select(change => change.Path.ToString()));
        Assert.Equal((ConflictKind.NameRefused, "README"), (plan.HeldBack!.Kind, Assert.Single(plan.HeldBack.Paths).Path.ToString()));
    }

    public static TheoryData<string, string, string, string, bool> Touched { get; } = new()
    {
        { "as it was", "a=1 l=1", "a=2 l=1", "a=1 l=1", true },
        { "changed elsewhere", "a=1 l=1", "a=2 l=1", "a=1 l=2 n=1", true },
        { "changed there", "a=1", "a=2", "a=3", false },
        { "gone", "a=1", "a=2", "", false },
        { "made there", "", "a=2", "a=3", false },
        { "its directory is gone", "d/k=1", "d/k=1 d/a=1", "", false },
        { "its directory comes with it", "", "d/a=1", "l=1", true },
        { "a directory goes that got something", "d/a=1", "", "d/a=1 d/n=1", false },
        { "a directory goes, and elsewhere something came", "d/a=1", "", "d/a=1 n=1", true },
    };

    [Theory, MemberData(nameof(Touched))]
    public void A_combined_push_lands_where_the_paths_that_it_touches_are_as_the_plan_saw_them(string name, string before, string target, string now, bool lands)
    {
        Assert.NotEmpty(name);
        var changes = TreeDiff.Compare(TreeText.Snapshot(TreeText.Split(before)), TreeText.Snapshot(TreeText.Split(target)));
        Assert.Equal(lands, TouchedPaths.AreAsSeen(TreeText.Snapshot(TreeText.Split(now)), changes));
    }

    [Theory]
    [InlineData("plan.txt", "plan.from-beta.txt")]
    [InlineData("docs/plan.tar.gz", "docs/plan.tar.from-beta.gz")]
    [InlineData("Makefile", "Makefile.from-beta")]
    [InlineData(".bashrc", ".bashrc.from-beta")]
    public void A_version_beside_another_has_the_name_of_its_endpoint(string path, string beside) =>
        Assert.Equal(beside, BesideName.Of(DrivePath.Parse(path), EndpointId.Parse("beta"), _ => false).ToString());

    [Fact]
    public void A_name_beside_that_is_taken_gets_a_number_and_a_long_one_is_shortened()
    {
        Assert.Equal("a.from-beta-3.txt", BesideName.Of(DrivePath.Parse("a.txt"), EndpointId.Parse("beta"), path => path.ToString() is "a.from-beta.txt" or "a.from-beta-2.txt").ToString());
        var longest = BesideName.Of(DrivePath.Parse(new string('ä', 127)), EndpointId.Parse("beta"), _ => false).Name;
        Assert.EndsWith("ä.from-beta", longest, StringComparison.Ordinal);
        Assert.True(System.Text.Encoding.UTF8.GetByteCount(longest) <= NameRules.MaxBytes);
    }

    private static SyncPlan Plan(Reconciliation found, AccessMode mode) => MergePolicy.Plan(found, Docs, default, mode);
}
