using CsCheck;
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
}
