using CsCheck;
using OmnyDrive.History;
using OmnyDrive.Snapshots;
using OmnyDrive.Testing.Trees;
using Xunit;

namespace OmnyDrive.Core.Tests.History;

public sealed class RewindTests
{
    private static readonly long Many = Iterations.Of(4_000);

    [Fact]
    public void Whatever_happened_the_way_back_leads_to_the_state_before_it() => Gen.Select(TreeGen.Tree, TreeGen.Tree, TreeGen.Tree).Sample((first, second, third) =>
    {
        var (one, two, three) = (first.ToSnapshot(), second.ToSnapshot(), third.ToSnapshot());
        var rewind = new Rewind();
        rewind.Add(TreeDiff.Compare(two, three));
        Assert.Equal(two.Root, TreePatch.Apply(three, rewind.From(three, DrivePath.Root)).Root);
        rewind.Add(TreeDiff.Compare(one, two));
        Assert.Equal(one.Root, TreePatch.Apply(three, rewind.From(three, DrivePath.Root)).Root);
    }, iter: Many);

    [Fact]
    public void From_any_other_state_each_path_that_changed_holds_what_it_held() => Gen.Select(TreeGen.Tree, TreeGen.Tree, TreeGen.Tree).Sample((first, second, other) =>
    {
        var (one, two, now) = (first.ToSnapshot(), second.ToSnapshot(), other.ToSnapshot());
        var changes = TreeDiff.Compare(one, two).ToList();
        var rewind = new Rewind();
        rewind.Add(changes);
        var back = TreePatch.Apply(now, rewind.From(now, DrivePath.Root)).Over(now);
        Assert.All(changes.Where(change => change.From is not { IsDirectory: true }), change =>
        {
            // A path that lies below one that held a file then is not there.
            var isBelow = changes.Any(above => above.Path != change.Path && change.Path.IsAtOrBelow(above.Path) && above.From is not { IsDirectory: true });
            Assert.Equal(isBelow ? null : change.From, back.Find(change.Path));
        });
    }, iter: Many);

    [Fact]
    public void Only_what_was_asked_for_is_led_back()
    {
        var (before, after) = (TreeText.Snapshot("a=1 d/b=1 d/e/c=1"), TreeText.Snapshot("a=2 d/b=2 d/e/x=1"));
        var rewind = new Rewind();
        rewind.Add(TreeDiff.Compare(before, after));
        Assert.Equal(TreeText.Snapshot("a=2 d/b=2 d/e/c=1").Root, TreePatch.Apply(after, rewind.From(after, DrivePath.Parse("d/e"))).Root);
        Assert.Empty(rewind.From(after, DrivePath.Parse("nothing")));
    }

    [Fact]
    public void The_directory_of_what_comes_back_comes_along()
    {
        var rewind = new Rewind();
        rewind.Add(TreeDiff.Compare(TreeText.Snapshot("d/b=1"), TreeText.Snapshot("d/b=2")));
        Assert.Equal(TreeText.Snapshot("d/b=1 x=1").Root, TreePatch.Apply(TreeText.Snapshot("x=1"), rewind.From(TreeText.Snapshot("x=1"), DrivePath.Root)).Root);
    }
}
