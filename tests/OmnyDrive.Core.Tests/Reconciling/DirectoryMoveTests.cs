using OmnyDrive.Reconciling;
using OmnyDrive.Snapshots;
using OmnyDrive.Testing.Trees;
using Xunit;

namespace OmnyDrive.Core.Tests.Reconciling;

/// <summary>Which changes amount to a directory changing its path with all that it holds.</summary>
public sealed class DirectoryMoveTests
{
    [Theory]
    [InlineData("a directory renamed", "a/x=1 a/sub/y=2 a/l->x", "b/x=1 b/sub/y=2 b/l->x", "a>b")]
    [InlineData("one that goes into a new directory", "a/x=1", "n/deep/a/x=1", "a>n/deep/a")]
    [InlineData("one that comes out of a directory that goes", "o/a/x=1 o/a/y=2", "a/x=1 a/y=2", "o/a>a")]
    [InlineData("into a sibling of its own subdirectory", "a/b/x=1 a/c/y=2", "a/c/b/x=1 a/c/y=2", "a/b>a/c/b")]
    [InlineData("the outermost that is the same", "a/s/x=1 a/t/y=2", "b/s/x=1 b/t/y=2", "a>b")]
    [InlineData("what is the same in one that is not", "a/s/x=1 a/t/y=2", "b/s/x=1 b/t/y=3", "a/s>b/s")]
    [InlineData("a file more is another directory", "a/x=1", "b/x=1 b/y=1", "")]
    [InlineData("a file less is another directory", "a/x=1 a/y=2", "b/x=1", "")]
    [InlineData("an executable bit more is another directory", "a/x=1", "b/x*=1", "")]
    [InlineData("what stays is copied", "a/x=1", "a/x=1 b/x=1", "")]
    [InlineData("what is replaced by another of its name stays a directory", "a/x=1 a/y=2", "b/x=1 b/y=2 a/z=3", "")]
    [InlineData("what becomes a file goes file by file", "a/x=1", "a=2 b/x=1", "")]
    [InlineData("what lies in something that becomes a file goes with it", "a/s/x=1", "a=2 s/x=1", "")]
    [InlineData("where a file was it is made anew", "a/x=1 b=2", "b/x=1", "")]
    [InlineData("an empty one has nothing to move", "a/ x=1", "b/ x=1", "")]
    [InlineData("one that holds but empty ones is moved", "a/s/ x=1", "b/s/ x=1", "a>b")]
    [InlineData("two that are the same keep their names", "o/p/x=1 o/q/x=1", "n/q/x=1 n/p/x=1 n/z=1", "o/p>n/p o/q>n/q")]
    [InlineData("one goes to one path", "a/x=1", "b/x=1 c/x=1", "a>b")]
    [InlineData("of two that are the same and go one is moved", "a/x=1 b/x=1", "c/x=1", "a>c")]
    [InlineData("what lies in another that moves moves with it", "a/s/x=1", "b/s/x=1 s/x=1", "a>b")]
    [InlineData("a name of other case is made anew", "dir/x=1", "Dir/x=1", "")]
    [InlineData("a name of other composition is made anew", "\u00e9/x=1", "e\u0301/x=1", "")]
    [InlineData("nothing moves where a directory comes that differs by case from something that goes", "a/x=1 it=2", "b/x=1 IT/y=3", "")]
    [InlineData("nor where that lies deeper", "a/x=1 p/it/z=2 p/q=3", "b/x=1 p/IT/y=4 p/q=3", "")]
    [InlineData("nor where it lies in a directory that comes", "a/x=1 p/q/it=2", "b/x=1 p/Q/IT/y=3 p/r=4", "")]
    [InlineData("the same name elsewhere is another", "a/x=1 p/it=2", "b/x=1 q/IT/y=3", "a>b")]
    [InlineData("so is a longer one", "a/x=1 p/it=2 p/q=3", "b/x=1 p/its/y=3 p/q=3", "a>b")]
    public void Moves(string because, string before, string after, string expected)
    {
        var changes = TreeDiff.Compare(TreeText.Snapshot(before), TreeText.Snapshot(after));
        var moves = DirectoryMove.Of(changes, _ => true, out var rest);
        Assert.Equal((because, expected), (because, string.Join(' ', moves.Select(move => $"{move.Removed.Path}>{move.Added.Path}"))));
        RequireEachOnce(changes, moves, rest);
    }

    [Fact]
    public void One_that_is_said_to_hold_more_is_not_moved_but_what_lies_in_it_may_be()
    {
        var changes = TreeDiff.Compare(TreeText.Snapshot("a/s/x=1 a/t/y=2"), TreeText.Snapshot("b/s/x=1 b/t/y=2"));
        var moves = DirectoryMove.Of(changes, path => path != DrivePath.Parse("a") && path != DrivePath.Parse("a/t"), out var rest);
        Assert.Equal("a/s", Assert.Single(moves).Removed.Path.ToString());
        RequireEachOnce(changes, moves, rest);
    }

    [Fact]
    public void One_whose_files_shall_have_other_times_is_not_moved()
    {
        FlatTree before = TreeText.Flat("a/x=1 a/y=2"), after = TreeText.Flat("b/x=1 b/y=2");
        var path = DrivePath.Parse("b/y");
        after[path] = after[path].WithModified(1);
        var changes = TreeDiff.Compare(before.ToSnapshot(), after.ToSnapshot());
        Assert.Empty(DirectoryMove.Of(changes, _ => true, out var rest));
        Assert.Equal(changes, rest);
        Assert.Equal(2, Move.Of(rest, _ => false).Count);
    }

    // What a filter took out of a plan is no part of it, whatever the hashes of the directories say.
    [Theory]
    [InlineData("a/y")]
    [InlineData("b/y")]
    [InlineData("b/s/z")]
    [InlineData("a")]
    [InlineData("b")]
    public void One_of_which_the_plan_leaves_something_out_is_not_moved(string missing)
    {
        var changes = TreeDiff.Compare(TreeText.Snapshot("a/x=1 a/y=2 a/s/z=3"), TreeText.Snapshot("b/x=1 b/y=2 b/s/z=3")).Where(change => change.Path != DrivePath.Parse(missing)).ToList();
        Assert.DoesNotContain(DirectoryMove.Of(changes, _ => true, out _), move => move.Removed.Path == DrivePath.Parse("a"));
    }

    [Fact]
    public void Very_many_directories_that_are_the_same_are_paired_in_time_that_does_not_explode()
    {
        const int many = 20_000;
        FlatTree before = [], after = [];
        for (var i = 0; i < many; i++)
        {
            before.Add(DrivePath.Parse($"from{i:D5}"), FlatTree.Directory);
            before.Add(DrivePath.Parse($"from{i:D5}/x"), TreeText.File("1"));
            after.Add(DrivePath.Parse($"to{i:D5}"), FlatTree.Directory);
            after.Add(DrivePath.Parse($"to{i:D5}/x"), TreeText.File("1").WithModified(i % 2));
        }
        Assert.Equal(many / 2, DirectoryMove.Of(TreeDiff.Compare(before.ToSnapshot(), after.ToSnapshot()), _ => true, out _).Count);
    }

    private static void RequireEachOnce(IReadOnlyList<Change> changes, IReadOnlyList<DirectoryMove> moves, IReadOnlyList<Change> rest) =>
        Assert.Equal(changes, moves.SelectMany(move => move.Below.Append(move.Removed).Append(move.Added)).Concat(rest).OrderBy(change => change.Path));
}
