using OmnyDrive.Snapshots;
using OmnyDrive.Testing.Trees;
using Xunit;

namespace OmnyDrive.Core.Tests.Snapshots;

public class EntryTests
{
    private static readonly Entry[] Different =
    [
        TreeText.File("1"), TreeText.File("2"), TreeText.File("1", executable: true), Entry.Symlink("1"), Entry.Symlink("2"), Entry.Unknown,
        Entry.Directory(Tree.Empty.Hash), Entry.Directory(Hash256.Of("x"u8)), Entry.File(2, TreeText.File("1").ContentHash),
    ];

    [Fact]
    public void Entries_are_equal_only_to_the_same_content()
    {
        foreach (var (i, one) in Different.Index())
        foreach (var (j, other) in Different.Index())
            Assert.Equal(i == j, one.Equals(other));
        Assert.False(Entry.Unknown.Equals(null));
    }

    [Fact]
    public void The_modification_time_does_not_count()
    {
        var file = TreeText.File("1");
        Assert.Equal(file, file.WithModified(5));
        Assert.Equal(file.GetHashCode(), file.WithModified(5).GetHashCode());
        Assert.Equal(5, file.WithModified(5).ModifiedNanoseconds);
        Assert.True(TreeText.File("1", executable: true).WithModified(5).IsExecutable);
        Assert.Throws<InvalidOperationException>(() => Entry.Unknown.WithModified(5));
    }

    [Fact]
    public void Two_directories_are_the_same_here_and_nothing_else_is_that_differs()
    {
        foreach (var one in Different.Append(null))
        foreach (var other in Different.Append(null))
            Assert.Equal(Equals(one, other) || (one?.Kind == EntryKind.Directory && other?.Kind == EntryKind.Directory), Entry.SameHere(one, other));
    }

    [Fact]
    public void What_a_kind_does_not_have_is_not_given()
    {
        Assert.Throws<InvalidOperationException>(() => TreeText.File("1").TreeHash);
        Assert.Throws<InvalidOperationException>(() => Entry.Unknown.ContentHash);
        Assert.Throws<InvalidOperationException>(() => Entry.Symlink("a").ContentHash);
    }
}
