using OmnyDrive.Engine.Applying;
using OmnyDrive.Snapshots;
using OmnyDrive.Testing.Trees;

namespace OmnyDrive.Engine.Tests.Applying;

/// <summary>Which directories of a plan are new altogether.</summary>
public sealed class NewDirectoriesTests
{
    [Theory]
    [InlineData("", "a/x=1 a/b/y=1", "a")]
    [InlineData("", "x=1", "")]
    [InlineData("", "a/ a.b/ a-b/x=1 a/b/", "a a-b a.b")]
    [InlineData("a/x=1", "a/x=1 a/b/c/y=1 a/d/z=1", "a/b a/d")]
    [InlineData("a/x=1", "a/x=2 a/y=1", "")]
    [InlineData("a=1", "a/b/x=1", "")]
    [InlineData("a->b", "a/b/x=1", "")]
    [InlineData("a/b/x=1", "a/c/x=1", "a/c")]
    public void A_directory_that_was_not_there_in_one_that_was_is_new_with_all_that_it_holds(string before, string after, string expected)
    {
        var found = Of(before, after);
        Assert.Equal(expected, string.Join(' ', Enumerable.Range(0, found.Count).Select(i => found[i])));
        var flat = TreeText.Flat(after);
        Assert.Equal(flat.Keys.Where(path => expected.Split(' ').Any(top => top.Length > 0 && path.IsAtOrBelow(DrivePath.Parse(top)))).Order(), found.Changes.Select(change => change.Path));
        foreach (var path in flat.Keys)
            Assert.Equal(found.Changes.Any(change => change.Path == path), found.IndexOf(path) >= 0);
    }

    [Theory]
    [InlineData("a", 0)]
    [InlineData("a/x", 0)]
    [InlineData("a/not there", 0)]
    [InlineData("a-b", -1)]
    [InlineData("a!", -1)]
    [InlineData("ab", -1)]
    [InlineData("b/x", 1)]
    [InlineData("A", -1)]
    [InlineData("z", -1)]
    public void A_path_lies_in_one_when_its_names_say_so(string path, int index) => Assert.Equal(index, Of("", "a/x=1 b/x=1").IndexOf(DrivePath.Parse(path)));

    [Fact]
    public void One_that_a_file_is_moved_into_is_none()
    {
        var changes = TreeDiff.Compare(TreeText.Snapshot("old/a=1"), TreeText.Snapshot("new/a=1 new/sub/b=2 other/c=3")).ToList();
        var planned = Plans.FileByFile(changes);
        Assert.Single(planned.Moves);
        Assert.Equal("other", NewDirectories.Of(planned, path => path.IsRoot)[0].ToString());
    }

    [Fact]
    public void One_in_a_directory_that_may_not_get_it_is_none()
    {
        var changes = TreeDiff.Compare(TreeText.Snapshot("a/x=1 b/x=1"), TreeText.Snapshot("a/x=1 a/c/y=1 b/x=1 b/c/y=1")).ToList();
        var found = NewDirectories.Of(Plans.Singly(changes), path => path != DrivePath.Parse("a"));
        Assert.Equal((1, "b/c"), (found.Count, found[0].ToString()));
    }

    // What is a directory before can hold new ones, as on a disk.
    private static NewDirectories Of(string before, string after)
    {
        var flat = TreeText.Flat(before);
        return NewDirectories.Of(Plans.Singly([.. TreeDiff.Compare(TreeText.Snapshot(before), TreeText.Snapshot(after))]), path => path.IsRoot || flat.TryGetValue(path, out var entry) && entry.IsDirectory);
    }
}
