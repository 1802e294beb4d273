using CsCheck;
using OmnyDrive.Reconciling;
using OmnyDrive.Snapshots;
using OmnyDrive.Testing.Trees;
using Xunit;

namespace OmnyDrive.Core.Tests.Snapshots;

public sealed class TreePatchTests
{
    [Fact]
    public void The_changes_from_one_tree_to_another_patch_the_one_into_the_other_in_whatever_order_they_are_given() =>
        Gen.Select(TreeGen.Tree, TreeGen.Tree, Gen.Int).Sample((from, to, seed) =>
        {
            var changes = TreeDiff.Compare(from.ToSnapshot(), to.ToSnapshot()).ToArray();
            Assert.Equal(to.ToSnapshot().Root, TreePatch.Apply(from.ToSnapshot(), changes).Root);
            new Random(seed).Shuffle(changes);
            Assert.Equal(to.ToSnapshot().Root, TreePatch.Apply(from.ToSnapshot(), changes).Root);
        }, iter: Iterations.Of(2_000));

    [Fact]
    public void Any_of_the_changes_and_others_beside_them_make_what_they_make_one_by_one_in_the_order_of_their_paths() =>
        Gen.Select(TreeGen.Tree, TreeGen.Tree, TreeGen.Tree, Gen.Int).Sample((from, to, other, seed) =>
        {
            var random = new Random(seed);
            var changes = TreeDiff.Compare(from.ToSnapshot(), to.ToSnapshot()).Concat(other.Select(pair => new Change(pair.Key, from.At(pair.Key), random.Next(3) == 0 ? null : pair.Value)))
                .Where(_ => random.Next(3) > 0).DistinctBy(change => change.Path).ToArray();
            random.Shuffle(changes);

            var patched = TreePatch.Apply(from.ToSnapshot(), changes);

            var expected = new FlatTree(from);
            foreach (var change in changes.OrderBy(change => change.Path))
                Make(change, expected);
            Assert.Equal(expected, FlatTree.Of(patched.Over(from.ToSnapshot())));
            Assert.Equal(expected.ToSnapshot().Root, patched.Root);
        }, iter: Iterations.Of(2_000));

    private static void Make(Change change, FlatTree tree)
    {
        for (var above = change.Path.Parent; !above.IsRoot; above = above.Parent)
        {
            if (tree.At(above) is not { IsDirectory: true })
                return;
        }
        tree.RemoveAll(change.Path);
        if (change.To is { } to)
            tree[change.Path] = to.IsDirectory ? FlatTree.Directory : to;
    }
}
