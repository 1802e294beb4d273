using CsCheck;
using OmnyDrive.Reconciling;
using OmnyDrive.Snapshots;
using OmnyDrive.Testing.Trees;
using Xunit;

namespace OmnyDrive.Core.Tests.Reconciling;

public class ReconcilePropertyTests
{
    private static readonly long Many = Iterations.Of(4_000);

    [Fact]
    public void The_walk_finds_what_the_model_says() =>
        TreeGen.ThreeWithUnknown.Sample(trees => Assert.Equal(ReconcilerTests.Lines(ReconcileModel.Reconcile(trees)), ReconcilerTests.Lines(Reconcile(trees))), iter: Many);

    [Fact]
    public void Exchanging_the_sides_mirrors_the_result() =>
        TreeGen.ThreeWithUnknown.Sample(trees => Assert.Equal(
            ReconcilerTests.Lines(Reconcile(trees)),
            ReconcilerTests.Lines(ReconcilerTests.Mirror(Reconcile(trees.Swapped)))), iter: Many);

    [Fact]
    public void Without_conflicts_applying_makes_both_sides_equal_and_a_second_sync_has_nothing_to_do() =>
        TreeGen.Three.Where(trees => Reconcile(trees).Conflicts.Count == 0).Sample(trees =>
        {
            var after = Sync(trees, Reconcile(trees));
            Assert.Equal(after.Local.ToSnapshot().Root, after.Origin.ToSnapshot().Root);
            Assert.Equal(after.Local.ToSnapshot().Root, after.Base.ToSnapshot().Root);
            Assert.Equal("", ReconcilerTests.Lines(Reconcile(after)));
        }, iter: Many);

    [Fact]
    public void With_conflicts_and_unknowns_a_second_sync_has_nothing_to_do_but_the_same_conflicts_and_unknowns() =>
        TreeGen.ThreeWithUnknown.Sample(trees =>
        {
            var first = Reconcile(trees);
            var second = Reconcile(Sync(trees, first));
            Assert.Empty(second.ToLocal);
            Assert.Empty(second.ToOrigin);
            Assert.Equal(first.Conflicts.Select(one => one.Path), second.Conflicts.Select(one => one.Path));
            Assert.Equal(first.Unknown, second.Unknown);
        }, iter: Many);

    [Fact]
    public void What_a_side_changed_stays_as_it_is_on_that_side() =>
        TreeGen.ThreeWithUnknown.Sample(trees =>
        {
            var found = Reconcile(trees);
            foreach (var (side, changes) in new[] { (trees.Local, found.ToLocal), (trees.Origin, found.ToOrigin) })
            {
                var after = TreeApplier.Apply(side, changes);
                foreach (var path in side.Keys.Union(trees.Base.Keys).Where(path => !Equals(side.At(path), trees.Base.At(path))))
                    Assert.Equal(side.At(path), after.At(path));
            }
        }, iter: Many);

    [Fact]
    public void What_one_side_changed_reaches_the_other_unless_a_conflict_or_something_unknown_says_why_not() =>
        TreeGen.ThreeWithUnknown.Sample(trees =>
        {
            var found = Reconcile(trees);
            var reasons = found.Conflicts.Select(one => one.Path).Concat(found.Unknown)
                .Concat(trees.Local.Concat(trees.Origin).Where(pair => pair.Value.Kind == EntryKind.Unknown).Select(pair => pair.Key)).ToList();
            var (ours, theirs) = (TreeApplier.Apply(trees.Local, found.ToLocal), TreeApplier.Apply(trees.Origin, found.ToOrigin));
            foreach (var path in trees.Base.Keys.Union(trees.Local.Keys).Union(trees.Origin.Keys))
            {
                Entry? before = trees.Base.At(path), local = trees.Local.At(path), origin = trees.Origin.At(path);
                if (Equals(before, local) == Equals(before, origin) || reasons.Any(reason => reason.IsAtOrBelow(path) || path.IsAtOrBelow(reason)))
                    continue;
                Assert.Equal(Equals(before, local) ? origin : local, ours.At(path));
                Assert.Equal(Equals(before, local) ? origin : local, theirs.At(path));
            }
        }, iter: Many);

    [Fact]
    public void Every_path_that_both_sides_changed_differently_is_in_conflict_or_below_one_or_below_something_unknown() =>
        TreeGen.ThreeWithUnknown.Sample(trees =>
        {
            var found = Reconcile(trees);
            foreach (var path in trees.Local.Keys.Union(trees.Origin.Keys))
            {
                Entry? before = trees.Base.At(path), local = trees.Local.At(path), origin = trees.Origin.At(path);
                if (Equals(local, origin) || Equals(local, before) || Equals(origin, before))
                    continue;
                Assert.Contains(found.Conflicts.Select(one => one.Path).Concat(found.Unknown), path.IsAtOrBelow);
            }
        }, iter: Many);

    [Fact]
    public void Nothing_changes_at_or_below_a_conflict_or_something_unknown() =>
        TreeGen.ThreeWithUnknown.Sample(trees =>
        {
            var found = Reconcile(trees);
            var kept = found.Conflicts.Select(one => one.Path).Concat(found.Unknown).ToList();
            foreach (var change in found.ToLocal.Concat(found.ToOrigin))
                Assert.DoesNotContain(kept, change.Path.IsAtOrBelow);
        }, iter: Many);

    [Fact]
    public void Something_unknown_stays_with_every_directory_above_it() =>
        TreeGen.ThreeWithUnknown.Sample(trees =>
        {
            var found = Reconcile(trees);
            foreach (var (side, changes) in new[] { (trees.Local, found.ToLocal), (trees.Origin, found.ToOrigin) })
            foreach (var unknown in side.Where(pair => pair.Value.Kind == EntryKind.Unknown).Select(pair => pair.Key))
                Assert.DoesNotContain(changes, change => change.Path.IsAtOrBelow(unknown) || (change.From is not null && unknown.IsAtOrBelow(change.Path)));
        }, iter: Many);

    [Fact]
    public void A_path_occurs_once_and_in_order() =>
        TreeGen.ThreeWithUnknown.Sample(trees =>
        {
            var found = Reconcile(trees);
            foreach (var paths in new[] { found.ToLocal.Select(one => one.Path), found.ToOrigin.Select(one => one.Path), found.Conflicts.Select(one => one.Path), found.Unknown })
                Assert.Equal(paths.Distinct().Order(), paths);
            var all = found.ToLocal.Concat(found.ToOrigin).Select(one => one.Path).Concat(found.Conflicts.Select(one => one.Path)).Concat(found.Unknown).ToList();
            Assert.Equal(all.Distinct().Count(), all.Count);
        }, iter: Many);

    [Fact]
    public void Changes_can_be_applied_in_any_order_that_respects_parents_with_one_result() =>
        Gen.Select(TreeGen.ThreeWithUnknown, Gen.Int).Sample((trees, seed) =>
        {
            var found = Reconcile(trees);
            var order = new Random(seed);
            foreach (var (side, changes) in new[] { (trees.Local, found.ToLocal), (trees.Origin, found.ToOrigin) })
            {
                var after = TreeApplier.Apply(side, changes, order.Next);
                Assert.True(after.IsWellFormed());
                Assert.Equal(TreeApplier.Apply(side, changes).ToSnapshot().Root, after.ToSnapshot().Root);
            }
        }, iter: Many);

    [Fact]
    public void Only_directories_in_which_the_sides_differ_are_read() =>
        TreeGen.ThreeWithUnknown.Sample(trees =>
        {
            var snapshots = new[] { trees.Base.ToSnapshot(), trees.Local.ToSnapshot(), trees.Origin.ToSnapshot() };
            var read = snapshots.Select(one => (Snapshot: RecordingTreeReader.Of(one, out var reader), reader)).ToList();
            Reconciler.Reconcile(read[0].Snapshot, read[1].Snapshot, read[2].Snapshot);
            foreach (var path in read.SelectMany(one => one.reader.Paths))
                Assert.NotEqual(snapshots[1].Find(path), snapshots[2].Find(path));
        }, iter: Many);

    [Fact]
    public void Two_equal_sides_are_settled_without_reading_anything()
    {
        var before = RecordingTreeReader.Of(TreeText.Snapshot("a=1"), out var one);
        var sides = RecordingTreeReader.Of(TreeText.Snapshot("a=2 b/c=1"), out var two);
        Reconciler.Reconcile(before, sides, sides);
        Assert.Empty(one.Paths.Concat(two.Paths));
    }

    /// <summary>The three trees after a sync in which everything flows that is not in conflict.</summary>
    internal static ThreeTrees Sync(ThreeTrees trees, Reconciliation found)
    {
        // A decision may change a path on both sides, to the same.
        var applied = found.ToLocal.Concat(found.ToOrigin).DistinctBy(change => change.Path).ToDictionary(change => change.Path, change => change.To);
        return new ThreeTrees(
            BaselineTests.Advance(trees, applied),
            TreeApplier.Apply(trees.Local, found.ToLocal),
            TreeApplier.Apply(trees.Origin, found.ToOrigin));
    }

    internal static Reconciliation Reconcile(ThreeTrees trees) =>
        Reconciler.Reconcile(trees.Base.ToSnapshot(), trees.Local.ToSnapshot(), trees.Origin.ToSnapshot());
}
