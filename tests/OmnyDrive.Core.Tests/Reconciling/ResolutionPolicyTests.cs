using CsCheck;
using OmnyDrive.Drives;
using OmnyDrive.Reconciling;
using OmnyDrive.Snapshots;
using OmnyDrive.Testing.Trees;
using Xunit;

namespace OmnyDrive.Core.Tests.Reconciling;

public class ResolutionPolicyTests
{
    private static readonly long Many = Iterations.Of(3_000);
    private static readonly EndpointId Beta = EndpointId.Parse("beta");

    // Base, mount, origin; how each conflict is settled; what both sides hold afterwards.
    public static TheoryData<string, string, string, string, ResolutionKind, string> Table { get; } = new()
    {
        { "both edited, ours", "a=1", "a=2", "a=3", ResolutionKind.Ours, "a=2" },
        { "both edited, theirs", "a=1", "a=2", "a=3", ResolutionKind.Theirs, "a=3" },
        { "both edited, both", "a=1", "a=2", "a=3", ResolutionKind.Both, "a=3 a.from-beta=2" },
        { "both edited, merged", "a=1", "a=2", "a=3", ResolutionKind.Merged, "a=9" },
        { "both added, ours", "", "a=2", "a=3", ResolutionKind.Ours, "a=2" },
        { "both added, theirs", "", "a=2", "a=3", ResolutionKind.Theirs, "a=3" },
        { "both added, both", "", "d/a.txt=2", "d/a.txt=3", ResolutionKind.Both, "d/a.txt=3 d/a.from-beta.txt=2" },
        { "edit against deletion, ours", "a=1", "a=2", "", ResolutionKind.Ours, "a=2" },
        { "edit against deletion, theirs", "a=1", "a=2", "", ResolutionKind.Theirs, "" },
        { "deletion against edit, ours", "a=1", "", "a=3", ResolutionKind.Ours, "" },
        { "deletion against edit, theirs", "a=1", "", "a=3", ResolutionKind.Theirs, "a=3" },
        { "edit below a directory that is gone, ours", "d/a=1 d/b=1", "d/a=2 d/b=1", "", ResolutionKind.Ours, "d/a=2" },
        { "edit below a directory that is gone, theirs", "d/a=1 d/b=1", "d/a=2 d/b=1", "", ResolutionKind.Theirs, "" },
        { "a directory that is gone against a new file in it, ours", "d/a=1", "", "d/a=1 d/n=1", ResolutionKind.Ours, "" },
        { "a directory that is gone against a new file in it, theirs", "d/a=1", "", "d/a=1 d/n=1", ResolutionKind.Theirs, "d/n=1" },
        { "file against directory, ours", "x=1", "x=2", "x/y=1 x/z=1", ResolutionKind.Ours, "x=2" },
        { "file against directory, theirs", "x=1", "x=2", "x/y=1 x/z=1", ResolutionKind.Theirs, "x/y=1 x/z=1" },
        { "directory against file, ours", "x=1", "x/y=1 x/s/t=1", "x=2", ResolutionKind.Ours, "x/y=1 x/s/t=1" },
        { "directory that became a file against an edit in it, theirs", "x/y=1", "x=1", "x/y=2", ResolutionKind.Theirs, "x/y=2" },
        { "link against file, ours", "a=1", "a->t", "a=3", ResolutionKind.Ours, "a->t" },
        { "link against file, both", "a=1", "a->t", "a=3", ResolutionKind.Both, "a=3 a.from-beta->t" },
        { "executable bit against content, theirs", "a=1", "a*=1", "a=3", ResolutionKind.Theirs, "a=3" },
        { "executable bit against content, ours", "a=1", "a*=1", "a=3", ResolutionKind.Ours, "a*=1" },
        { "with changes beside it", "a=1 b=1 c=1", "a=2 b=2 c=1", "a=3 b=1 c=3", ResolutionKind.Theirs, "a=3 b=2 c=3" },
        { "a rename against an edit, ours", "old=1", "new=1", "old=2", ResolutionKind.Ours, "new=1" },
        { "a rename against an edit, theirs", "old=1", "new=1", "old=2", ResolutionKind.Theirs, "new=1 old=2" },
        { "two renames to one name, ours", "p=1 q=2", "n=1 q=2", "p=1 n=2", ResolutionKind.Ours, "n=1" },
    };

    [Theory, MemberData(nameof(Table))]
    public void A_decided_conflict_becomes_changes_that_make_both_sides_equal(string name, string before, string ours, string theirs, ResolutionKind kind, string expected)
    {
        Assert.NotEmpty(name);
        var trees = new ThreeTrees(TreeText.Flat(TreeText.Split(before)), TreeText.Flat(TreeText.Split(ours)), TreeText.Flat(TreeText.Split(theirs)));
        Assert.NotEmpty(ReconcilePropertyTests.Reconcile(trees).Conflicts);

        var after = SyncUntilSettled(trees, Decide(trees, _ => kind));

        Assert.Equal(TreeText.Snapshot(TreeText.Split(expected)).Root, after.Local.ToSnapshot().Root);
        Assert.Equal(after.Local.ToSnapshot().Root, after.Origin.ToSnapshot().Root);
    }

    [Fact]
    public void A_decision_holds_for_the_three_versions_that_it_was_made_for()
    {
        var resolution = new Resolution(Conflict("a=1", "a=2", "a=3"), ResolutionKind.Ours);
        Assert.True(resolution.Settles(Conflict("a=1", "a=2", "a=3")));
        foreach (var (before, ours, theirs) in new[] { ("a=0", "a=2", "a=3"), ("a=1", "a=4", "a=3"), ("a=1", "a=2", "a=4"), ("a=1", "a=2", ""), ("b=1", "b=2", "b=3") })
            Assert.False(resolution.Settles(Conflict(before, ours, theirs)));
        var merged = new Resolution(Conflict("a=1", "a=2", "a=3"), ResolutionKind.Merged) { Result = TreeText.File("9") };
        Assert.True(merged.Settles(Conflict("a=1", "a=9", "a=3")));
        Assert.False(merged.Settles(Conflict("a=1", "a=9", "a=4")));
    }

    [Fact]
    public void What_was_decided_about_others_changes_nothing()
    {
        var trees = new ThreeTrees(TreeText.Flat("a=1", "b=1"), TreeText.Flat("a=2", "b=2"), TreeText.Flat("a=3", "b=3"));
        var found = ReconcilePropertyTests.Reconcile(trees);
        var resolved = ResolutionPolicy.Apply(found, [new Resolution(found.Conflicts[0], ResolutionKind.Ours)], trees.Local.ToSnapshot(), trees.Origin.ToSnapshot(), Beta);
        Assert.Equal("b", Assert.Single(resolved.Found.Conflicts).Path.ToString());
        Assert.Equal("a", Assert.Single(resolved.Found.ToOrigin).Path.ToString());
        Assert.Empty(resolved.Found.ToLocal);
    }

    [Fact]
    public void A_place_beside_that_is_taken_by_now_is_another()
    {
        var trees = new ThreeTrees(TreeText.Flat("a=1"), TreeText.Flat("a=2", "a.from-beta=7"), TreeText.Flat("a=3"));
        var found = ReconcilePropertyTests.Reconcile(trees);
        var resolution = new Resolution(found.Conflicts[0], ResolutionKind.Both) { Beside = DrivePath.Parse("a.from-beta") };
        var resolved = ResolutionPolicy.Apply(found, [resolution], trees.Local.ToSnapshot(), trees.Origin.ToSnapshot(), Beta);
        Assert.Contains(resolved.Found.ToOrigin, change => change.Path.ToString() == "a.from-beta-2");
        Assert.Equal("a", Assert.Single(resolved.Later).ToString());
    }

    [Fact]
    public void Whatever_is_decided_both_sides_are_equal_in_the_end_and_nothing_is_left_to_do() =>
        Gen.Select(TreeGen.Three, Gen.Int).Sample((trees, seed) =>
        {
            var random = new Random(seed);
            var after = SyncUntilSettled(trees, Decide(trees, _ => random.Next(2) == 0 ? ResolutionKind.Ours : ResolutionKind.Theirs));
            Assert.Equal(after.Local.ToSnapshot().Root, after.Origin.ToSnapshot().Root);
            Assert.Equal("", ReconcilerTests.Lines(ReconcilePropertyTests.Reconcile(after)));
        }, iter: Many);

    [Fact]
    public void Ours_is_the_mirror_of_theirs() =>
        TreeGen.Three.Sample(trees =>
        {
            var ours = SyncUntilSettled(trees, Decide(trees, _ => ResolutionKind.Ours));
            var theirs = SyncUntilSettled(trees.Swapped, Decide(trees.Swapped, _ => ResolutionKind.Theirs));
            Assert.Equal(ours.Local.ToSnapshot().Root, theirs.Local.ToSnapshot().Root);
        }, iter: Many);

    [Fact]
    public void What_was_chosen_is_what_both_sides_hold() =>
        TreeGen.Three.Sample(trees =>
        {
            var after = SyncUntilSettled(trees, Decide(trees, _ => ResolutionKind.Ours));
            foreach (var conflict in ReconcilePropertyTests.Reconcile(trees).Conflicts.Where(conflict => conflict.Ours is not { IsDirectory: true }))
                Assert.Equal(conflict.Ours, after.Origin.At(conflict.Path) is { IsDirectory: true } ? FlatTree.Directory : after.Origin.At(conflict.Path));
        }, iter: Many);

    [Fact]
    public void Nothing_unknown_is_taken_away_by_a_decision() =>
        Gen.Select(TreeGen.ThreeWithUnknown, Gen.Int).Sample((trees, seed) =>
        {
            var random = new Random(seed);
            var found = ReconcilePropertyTests.Reconcile(trees);
            var resolved = ResolutionPolicy.Apply(found, Decide(trees, _ => random.Next(2) == 0 ? ResolutionKind.Ours : ResolutionKind.Theirs), trees.Local.ToSnapshot(), trees.Origin.ToSnapshot(), Beta).Found;
            foreach (var (side, changes) in new[] { (trees.Local, resolved.ToLocal), (trees.Origin, resolved.ToOrigin) })
            foreach (var unknown in side.Where(pair => pair.Value.Kind == EntryKind.Unknown).Select(pair => pair.Key))
                Assert.DoesNotContain(changes, change => unknown.IsAtOrBelow(change.Path) && change.To is not { IsDirectory: true });
        }, iter: Many);

    private static PathConflict Conflict(string before, string ours, string theirs) => new(
        DrivePath.Parse(before[..1]), Entry(before), Entry(ours), Entry(theirs));

    private static Entry? Entry(string item) => item.Length == 0 ? null : TreeText.Item(item).Entry;

    private static IReadOnlyList<Resolution> Decide(ThreeTrees trees, Func<PathConflict, ResolutionKind> kind) => [.. ReconcilePropertyTests.Reconcile(trees).Conflicts.Select(conflict => new Resolution(conflict, kind(conflict))
    {
        Result = TreeText.File("9"),
        Beside = BesideName.Of(conflict.Path, Beta, path => trees.Local.At(path) is not null || trees.Origin.At(path) is not null),
    })];

    // As a sync does: what a decision frees is done in the next round.
    private static ThreeTrees SyncUntilSettled(ThreeTrees trees, IReadOnlyList<Resolution> resolutions)
    {
        for (var round = 0; round < 3; round++)
        {
            var resolved = ResolutionPolicy.Apply(ReconcilePropertyTests.Reconcile(trees), resolutions, trees.Local.ToSnapshot(), trees.Origin.ToSnapshot(), Beta);
            Assert.Empty(resolved.Found.Conflicts);
            trees = ReconcilePropertyTests.Sync(trees, resolved.Found);
        }
        return trees;
    }
}
