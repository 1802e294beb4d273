using OmnyDrive.Engine.Origins;
using OmnyDrive.Errors;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.Tests;

public sealed class AnnouncedTreesTests
{
    private static readonly Tree Below = Tree.Of([new NamedEntry("link", Entry.Symlink("there"))]);
    private static readonly Tree Top = Tree.Of([new NamedEntry("dir", Entry.Directory(Below.Hash))]);
    private static readonly DrivePath Dir = DrivePath.Parse("dir");

    [Fact]
    public void A_tree_is_taken_once_and_only_where_something_before_it_named_it()
    {
        var trees = Announced(withDescendants: true);
        Refused(() => trees.Take(Dir, Below));
        trees.Take(DrivePath.Root, Top);
        Refused(() => trees.Take(DrivePath.Root, Top));
        Refused(() => trees.Take(DrivePath.Parse("other"), Below));
        trees.Take(Dir, Below);
        Refused(() => trees.Take(Dir, Below));
    }

    [Fact]
    public void A_tree_of_another_hash_is_not_taken() => Refused(() => Announced(withDescendants: true).Take(DrivePath.Root, Below));

    [Fact]
    public void What_lies_below_is_taken_only_where_it_was_asked_for()
    {
        var trees = Announced(withDescendants: false);
        trees.Take(DrivePath.Root, Top);
        Refused(() => trees.Take(Dir, Below));
    }

    private static AnnouncedTrees Announced(bool withDescendants)
    {
        var trees = new AnnouncedTrees();
        trees.Announce(DrivePath.Root, Top.Hash, withDescendants);
        return trees;
    }

    private static void Refused(Action act) => Assert.Equal(ErrorCode.Protocol, Assert.Throws<DriveException>(act).Code);
}
