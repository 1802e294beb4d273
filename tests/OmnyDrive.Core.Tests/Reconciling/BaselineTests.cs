using CsCheck;
using OmnyDrive.Reconciling;
using OmnyDrive.Snapshots;
using OmnyDrive.Testing.Trees;
using Xunit;

namespace OmnyDrive.Core.Tests.Reconciling;

public class BaselineTests
{
    private static readonly long Many = Iterations.Of(4_000);

    // Base, local, origin, what was applied (items; -path was removed), the baseline afterwards.
    public static TheoryData<string, string, string, string, string, string> Advances { get; } = new()
    {
        { "nothing happened", "a=1", "a=1", "a=1", "", "a=1" },
        { "an applied push is taken", "a=1", "a=2", "a=1", "a=2", "a=2" },
        { "an applied pull is taken", "a=1", "a=1", "a=2", "a=2", "a=2" },
        { "an applied deletion is taken", "a=1 b=1", "b=1", "a=1 b=1", "-a", "b=1" },
        { "an applied addition is taken", "", "", "a/b=1", "a/ a/b=1", "a/b=1" },
        { "what was planned but not applied keeps the old entry", "a=1 b=1", "a=1 b=1", "a=2 b=2", "a=2", "a=2 b=1" },
        { "an addition that was not applied is not taken", "", "", "a=1 b=1", "b=1", "b=1" },
        { "a deletion that was not applied is not taken", "a=1 b=1", "a=1 b=1", "", "-b", "a=1" },
        { "a directory of which a part was applied has that part", "", "", "a/b=1 a/c=1 a/d/e=1", "a/ a/c=1", "a/c=1" },
        { "a directory that was made and not filled is empty", "", "", "a/b=1", "a/", "a/" },
        { "a directory that was not made takes nothing with it", "", "", "a/b=1", "a/b=1", "" },
        { "a removed directory of which a part was applied keeps the rest", "a/b=1 a/c=1", "a/b=1 a/c=1", "", "-a/b", "a/c=1" },
        { "a removed directory is gone", "a/b=1 a/c/d=1 e=1", "e=1", "a/b=1 a/c/d=1 e=1", "-a -a/b -a/c -a/c/d", "e=1" },
        { "a directory in place of a file is taken", "a=1", "a/b=2", "a=1", "a/ a/b=2", "a/b=2" },
        { "a directory in place of a file that was not applied keeps the file", "a=1", "a/b=2", "a=1", "", "a=1" },
        { "a file in place of a directory is taken", "a/b=1", "a=2", "a/b=1", "-a/b a=2", "a=2" },
        { "a file in place of a directory that was half applied keeps the rest of the directory", "a/b=1 a/c=1", "a=2", "a/b=1 a/c=1", "-a/b", "a/c=1" },
        { "paths on which both agree are taken", "a=1", "a=2", "a=2", "", "a=2" },
        { "additions on which both agree are taken", "", "a/b=1 c/", "a/b=1 c/", "", "a/b=1 c/" },
        { "deletions on which both agree are taken", "a=1 b=1", "b=1", "b=1", "", "b=1" },
        { "paths on which both agree are taken beside what was not applied", "a=1 b=1", "a=2 b=2", "a=2 b=1", "", "a=2 b=1" },
        { "a directory on which both agree takes only what they agree on or was applied", "", "a/b=1 a/c=1 a/e=1", "a/c=1 a/d=1 a/e=1", "a/d=1", "a/c=1 a/d=1 a/e=1" },
        { "a conflict keeps the old entry", "a=1 b=1", "a=2 b=2", "a=3 b=1", "b=2", "a=1 b=2" },
        { "a conflict over a directory keeps all that was in it", "a/b=1 c=1", "a=2 c=2", "a->x c=1", "c=2", "a/b=1 c=2" },
        { "a conflict over a directory that one side removed keeps all that was in it", "a/b=1", "a=2", "", "", "a/b=1" },
        { "a conflict over something new is in no baseline", "", "a=1", "a=2", "", "" },
        { "something the mount could not read keeps the last known entry", "a=1", "a?", "a=1", "", "a=1" },
        { "something the origin could not read keeps the last known entry", "a=1", "a=2", "a?", "", "a=1" },
        { "something neither could read keeps the last known entry", "a=1 b=1", "a? b=2", "a? b=1", "b=2", "a=1 b=2" },
        { "a directory that could not be read keeps all that is known of it", "a/b=1 a/c/d=1 e=1", "a? e=2", "a/b=1 a/c/d=1 e=1", "e=2", "a/b=1 a/c/d=1 e=2" },
        { "a directory that could not be read keeps what the other side deleted in it meanwhile", "a/b=1 a/c=1", "a?", "a/b=2", "", "a/b=1 a/c=1" },
        { "something new that could not be read is in no baseline", "", "a? b=1", "", "b=1", "b=1" },
        { "something that neither can read is in no new directory's baseline", "", "a/b? a/c=1", "a/b? a/c=1", "", "a/c=1" },
        { "a removed directory that keeps something unreadable keeps it", "a/b=1 a/c=1", "", "a/b? a/c=1", "-a/c", "a/b=1" },
        { "something unknown in an old baseline gives way to what both hold", "a?", "a=1", "a=1", "", "a=1" },
        { "what was applied counts, not what was planned", "a=1", "a=1", "a=2", "a=3", "a=3" },
        { "an executable bit is taken", "a=1", "a*=1", "a=1", "a*=1", "a*=1" },
        { "a link is taken", "a->b", "a->b", "a->c", "a->c", "a->c" },
    };

    [Theory, MemberData(nameof(Advances))]
    public void The_baseline_after_a_sync(string name, string before, string ours, string theirs, string applied, string expected)
    {
        var trees = new ThreeTrees(TreeText.Flat(before), TreeText.Flat(ours), TreeText.Flat(theirs));
        var happened = TreeText.Split(applied).Select(item => item[0] == '-' ? (DrivePath.Parse(item[1..]), (Entry?)null) : TreeText.Item(item))
            .ToDictionary(one => one.Item1, one => one.Item2);
        Assert.Equal(Print(TreeText.Flat(expected)), Print(Advance(trees, happened)));
        // The sides are treated alike.
        Assert.Equal(Print(TreeText.Flat(expected)), Print(Advance(trees.Swapped, happened)));
        Assert.NotEmpty(name);
    }

    [Fact]
    public void The_old_trees_and_the_new_ones_are_the_whole_new_baseline_and_none_is_given_for_nothing() =>
        Gen.Select(TreeGen.ThreeWithUnknown, Gen.Int[0, 12], Gen.Int).Sample((trees, count, seed) =>
        {
            var found = ReconcilePropertyTests.Reconcile(trees);
            var (_, toLocal) = TreeApplier.ApplySome(trees.Local, found.ToLocal, count, new Random(seed).Next);
            var (_, toOrigin) = TreeApplier.ApplySome(trees.Origin, found.ToOrigin, count, new Random(seed).Next);
            var before = trees.Base.ToSnapshot();
            var advanced = Baseline.Advance(before, trees.Local.ToSnapshot(), trees.Origin.ToSnapshot(), toLocal.Concat(toOrigin).ToDictionary());
            var store = TreeByHash.Of(before);
            foreach (var tree in advanced.NewTrees)
            {
                // Each comes before the directory that holds it, so a store is never left with a tree whose own trees it lacks.
                foreach (var (_, entry) in tree.Entries.Where(named => named.Entry.IsDirectory))
                    Assert.True(store.Has(entry.TreeHash));
                store.Add(tree);
            }
            var after = FlatTree.Of(new Snapshot(advanced.Root, store));
            Assert.Equal(advanced.Root, after.ToSnapshot().Root);
            Assert.DoesNotContain(after.Values, entry => entry.Kind == EntryKind.Unknown);
            var now = after.ToSnapshot();
            var lacked = after.Where(pair => pair.Value.IsDirectory).Select(pair => pair.Key).Append(DrivePath.Root)
                .Where(path => !Equals(before.Find(path), now.Find(path))).Select(path => now.Find(path)!.TreeHash.ToString());
            Assert.Equal(lacked.Order(), advanced.NewTrees.Select(tree => tree.Hash.ToString()).Order());
        }, iter: Many);

    [Fact]
    public void At_and_below_something_unknown_the_baseline_keeps_what_it_had() =>
        TreeGen.ThreeWithUnknown.Sample(trees =>
        {
            var after = ReconcilePropertyTests.Sync(trees, ReconcilePropertyTests.Reconcile(trees)).Base;
            foreach (var unknown in trees.Local.Concat(trees.Origin).Where(pair => pair.Value.Kind == EntryKind.Unknown).Select(pair => pair.Key))
            foreach (var path in trees.Base.Keys.Union(after.Keys).Where(path => path.IsAtOrBelow(unknown)))
                Assert.Equal(trees.Base.At(path), after.At(path));
        }, iter: Many);

    [Fact]
    public void At_and_below_a_conflict_in_which_both_sides_changed_the_path_itself_the_baseline_keeps_what_it_had() =>
        TreeGen.ThreeWithUnknown.Sample(trees =>
        {
            var found = ReconcilePropertyTests.Reconcile(trees);
            var after = ReconcilePropertyTests.Sync(trees, found).Base;
            foreach (var conflict in found.Conflicts.Where(one => !Entry.SameHere(one.Base, one.Ours) && !Entry.SameHere(one.Base, one.Theirs)))
            foreach (var path in trees.Base.Keys.Union(after.Keys).Where(path => path.IsAtOrBelow(conflict.Path)))
                Assert.Equal(trees.Base.At(path), after.At(path));
        }, iter: Many);

    [Fact]
    public void Recovering_is_advancing_with_nothing_applied_and_reads_no_directory_that_is_wholly_as_it_was_to_become() =>
        TreeGen.ThreeWithUnknown.Where(trees => trees.Origin.Values.All(entry => entry.Kind != EntryKind.Unknown)).Sample(trees =>
        {
            Snapshot before = trees.Base.ToSnapshot(), local = trees.Local.ToSnapshot(), goal = trees.Origin.ToSnapshot();
            var recovered = Baseline.Recover(before, RecordingTreeReader.Of(local, out var read), goal);
            Assert.Equal(Baseline.Advance(before, local, goal, new Dictionary<DrivePath, Entry?>()).Root, recovered.Root);
            var store = TreeByHash.Of(before);
            foreach (var tree in recovered.NewTrees)
                store.Add(tree);
            Assert.Equal(recovered.Root, FlatTree.Of(new Snapshot(recovered.Root, new LayeredTrees(store, TreeByHash.Of(goal)))).ToSnapshot().Root);
            foreach (var path in read.Paths)
                Assert.NotEqual(local.Find(path), goal.Find(path));
        }, iter: Many);

    [Fact]
    public void Nothing_new_is_given_where_nothing_changed() =>
        TreeGen.Tree.Sample(tree => Assert.Empty(Baseline.Advance(tree.ToSnapshot(), tree.ToSnapshot(), tree.ToSnapshot(), new Dictionary<DrivePath, Entry?>()).NewTrees), iter: Many);

    [Fact]
    public void A_sync_that_broke_off_anywhere_is_completed_by_the_next() =>
        Gen.Select(TreeGen.Three, Gen.Int[0, 8], Gen.Int[0, 8], Gen.Int).Sample((trees, here, there, seed) =>
        {
            var found = ReconcilePropertyTests.Reconcile(trees);
            var order = new Random(seed);
            var (local, toLocal) = TreeApplier.ApplySome(trees.Local, found.ToLocal, here, order.Next);
            var (origin, toOrigin) = TreeApplier.ApplySome(trees.Origin, found.ToOrigin, there, order.Next);
            if (TypeChangeHalfDone(found.ToLocal, local) || TypeChangeHalfDone(found.ToOrigin, origin))
                return;
            var second = new ThreeTrees(Advance(trees, toLocal.Concat(toOrigin).ToDictionary()), local, origin);
            var rest = ReconcilePropertyTests.Reconcile(second);
            var whole = ReconcilePropertyTests.Sync(trees, found);
            var parts = ReconcilePropertyTests.Sync(second, rest);
            Assert.Equal(found.Conflicts.Select(one => one.Path), rest.Conflicts.Select(one => one.Path));
            Assert.Equal(whole.Local.ToSnapshot().Root, parts.Local.ToSnapshot().Root);
            Assert.Equal(whole.Origin.ToSnapshot().Root, parts.Origin.ToSnapshot().Root);
        }, iter: Many);

    // A change of type is one step for a file system (exchange) where this applier takes two; between the two nothing may break off.
    private static bool TypeChangeHalfDone(IReadOnlyList<Change> changes, FlatTree side) =>
        changes.Any(change => change.Kind == ChangeKind.Type && side.At(change.Path) is null);

    [Fact]
    public void Only_directories_in_which_the_three_differ_are_read() =>
        TreeGen.ThreeWithUnknown.Sample(trees =>
        {
            var found = ReconcilePropertyTests.Reconcile(trees);
            var snapshots = new[] { trees.Base.ToSnapshot(), trees.Local.ToSnapshot(), trees.Origin.ToSnapshot() };
            var read = snapshots.Select(one => (Snapshot: RecordingTreeReader.Of(one, out var reader), reader)).ToList();
            Baseline.Advance(read[0].Snapshot, read[1].Snapshot, read[2].Snapshot, found.ToLocal.Concat(found.ToOrigin).ToDictionary(one => one.Path, one => one.To));
            foreach (var path in read.SelectMany(one => one.reader.Paths))
                Assert.False(Equals(snapshots[0].Find(path), snapshots[1].Find(path)) && Equals(snapshots[1].Find(path), snapshots[2].Find(path)));
        }, iter: Many);

    /// <summary>The baseline advanced, read back from nothing but the old trees and the new ones.</summary>
    internal static FlatTree Advance(ThreeTrees trees, IReadOnlyDictionary<DrivePath, Entry?> applied)
    {
        var before = trees.Base.ToSnapshot();
        var advanced = Baseline.Advance(before, trees.Local.ToSnapshot(), trees.Origin.ToSnapshot(), applied);
        var store = TreeByHash.Of(before);
        foreach (var tree in advanced.NewTrees)
            store.Add(tree);
        return FlatTree.Of(new Snapshot(advanced.Root, store));
    }

    private static string Print(FlatTree tree) => string.Join('\n', tree.Select(pair => $"{pair.Key}: {pair.Value}"));
}
