using OmnyDrive.Errors;
using OmnyDrive.Snapshots;
using OmnyDrive.Testing.Trees;
using Xunit;

namespace OmnyDrive.Core.Tests.Snapshots;

public class TreeTests
{
    private static readonly Entry One = TreeText.File("1");

    [Fact]
    public void Entries_come_in_the_order_of_their_utf8_bytes_whatever_order_they_were_given_in() =>
        Assert.Equal(["Z", "a", "a-", "a.", "b", "é", "\uffee", "\U0001F600"],
            Tree.Of(new[] { "\U0001F600", "b", "a.", "é", "a", "\uffee", "a-", "Z" }.Select(name => new NamedEntry(name, One))).Entries.Select(entry => entry.Name));

    [Fact]
    public void Every_entry_is_found_by_its_name_and_no_other()
    {
        string[] names = ["Z", "a", "a-", "a.", "b", "é", "\uffee", "\U0001F600"];
        var tree = Tree.Of(names.Select(name => new NamedEntry(name, TreeText.File(name))));
        foreach (var name in names)
            Assert.Equal(TreeText.File(name), tree.Find(name));
        foreach (var name in new[] { "", "A", "a,", "aa", "c", "\uffef", "\U0001F601" })
            Assert.Null(tree.Find(name));
    }

    [Theory]
    [InlineData("..")]
    [InlineData("a/b")]
    [InlineData("")]
    [InlineData(".git")]
    [InlineData(".omnydrive")]
    public void A_name_that_no_tree_holds_is_refused(string name) =>
        Assert.Equal(ErrorCode.Invalid, Assert.Throws<DriveException>(() => Tree.Of([new(name, One)])).Code);

    [Fact]
    public void A_name_twice_is_refused() => Assert.Throws<DriveException>(() => Tree.Of([new("a", One), new("b", One), new("a", Entry.Unknown)]));

    [Fact]
    public void A_path_is_found_from_the_root_down()
    {
        var snapshot = TreeText.Snapshot("a/b/c=1 d->e f/");
        Assert.Equal(TreeText.File("1"), snapshot.Find(DrivePath.Parse("a/b/c")));
        Assert.Equal(Entry.Symlink("e"), snapshot.Find(DrivePath.Parse("d")));
        Assert.Equal(Entry.Directory(Tree.Empty.Hash), snapshot.Find(DrivePath.Parse("f")));
        Assert.Equal(Entry.Directory(snapshot.Root), snapshot.Find(DrivePath.Root));
        foreach (var absent in new[] { "x", "a/x", "a/b/c/d", "d/e", "f/x" })
            Assert.Null(snapshot.Find(DrivePath.Parse(absent)));
    }

    [Theory]
    [InlineData("a=1", "a=2")]
    [InlineData("a=1", "b=1")]
    [InlineData("a=1", "a*=1")]
    [InlineData("a=1", "a->1")]
    [InlineData("a->b", "a->c")]
    [InlineData("a=", "a/")]
    [InlineData("a=1", "a=1 b/")]
    [InlineData("a/b=1", "a/b=2")]
    [InlineData("a=1", "a?")]
    [InlineData("", "a/")]
    public void Whatever_differs_makes_another_ref(string one, string other) =>
        Assert.NotEqual(TreeText.Snapshot(one).Ref, TreeText.Snapshot(other).Ref);

    [Fact]
    public void A_tree_that_was_not_loaded_is_a_mistake_of_the_caller()
    {
        var trees = new TreeMap();
        trees.Add(DrivePath.Root, Tree.Of([new("a", One)]));
        Assert.Throws<InvalidOperationException>(() => trees.Read(DrivePath.Root, Hash256.Of("other"u8)));
        Assert.Throws<InvalidOperationException>(() => trees.Read(DrivePath.Parse("a"), Hash256.Of("other"u8)));
        Assert.Same(Tree.Empty, trees.Read(DrivePath.Parse("never/added"), Tree.Empty.Hash));
    }
}
