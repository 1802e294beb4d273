using CsCheck;
using OmnyDrive.Snapshots;
using OmnyDrive.Testing.Trees;
using Xunit;

namespace OmnyDrive.Core.Tests.Snapshots;

public class TreeDiffTests
{
    private static readonly long Many = Iterations.Of(4_000);

    [Theory]
    [InlineData("", "", "")]
    [InlineData("a=1 b/c=1", "a=1 b/c=1", "")]
    [InlineData("", "a=1", "+a=1")]
    [InlineData("a=1", "", "-a")]
    [InlineData("a=1", "a=2", "~a=2")]
    [InlineData("a=1", "a*=1", "~a*=1")]
    [InlineData("a->b", "a->c", "~a->c")]
    [InlineData("a=1", "a->c", "!a->c")]
    [InlineData("", "a/", "+a/")]
    [InlineData("a/b=1 a.c=1", "", "-a -a/b -a.c")]
    [InlineData("a=1", "a/b=2", "!a/ +a/b=2")]
    [InlineData("a/b=1 a/c/d=1", "a=2", "!a=2 -a/b -a/c -a/c/d")]
    [InlineData("a/b/c=1 d=1", "a/b/c=2 d=1", "~a/b/c=2")]
    [InlineData("a=1", "a?", "")]
    [InlineData("a?", "a=1", "")]
    [InlineData("a/b=1", "a?", "")]
    [InlineData("a?", "", "")]
    [InlineData("", "a?", "")]
    [InlineData("", "a/b? a/c=1", "+a/ +a/c=1")]
    [InlineData("a=1 b=1", "a? b=2", "~b=2")]
    public void The_changes_from_one_tree_to_another(string from, string to, string expected)
    {
        var known = TreeText.Contents(from, to);
        Assert.Equal(expected, string.Join(' ', TreeDiff.Compare(TreeText.Snapshot(from), TreeText.Snapshot(to)).Select(change => TreeText.Print(change, known))));
    }

    [Fact]
    public void Applied_to_the_one_tree_the_changes_give_the_other() =>
        Gen.Select(TreeGen.Tree, TreeGen.Tree).Sample((from, to) =>
        {
            var changes = TreeDiff.Compare(from.ToSnapshot(), to.ToSnapshot()).ToList();
            Assert.Equal(to.ToSnapshot().Root, TreeApplier.Apply(from, changes).ToSnapshot().Root);
            Assert.Equal(changes.Select(change => change.Path).Order(), changes.Select(change => change.Path));
        }, iter: Many);

    [Fact]
    public void Equal_directories_are_not_read() =>
        Gen.Select(TreeGen.TreeWithUnknown, TreeGen.TreeWithUnknown).Sample((from, to) =>
        {
            Snapshot before = from.ToSnapshot(), after = to.ToSnapshot();
            var changes = TreeDiff.Compare(RecordingTreeReader.Of(before, out var reader), RecordingTreeReader.Of(after, out var otherReader)).Count;
            Assert.True(changes == 0 || reader.Paths.Count > 0);
            foreach (var path in reader.Paths.Concat(otherReader.Paths))
                Assert.NotEqual(before.Find(path), after.Find(path));
        }, iter: Many);
}
