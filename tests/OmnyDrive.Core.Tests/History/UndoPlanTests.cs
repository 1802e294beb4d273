using OmnyDrive.History;
using OmnyDrive.Snapshots;
using OmnyDrive.Testing.Trees;
using Xunit;

namespace OmnyDrive.Core.Tests.History;

public sealed class UndoPlanTests
{
    [Theory]
    [InlineData("taken back", "a=1 b=1", "a=2 c=1", "a=2 c=1", "a=1 b=1", "")]
    [InlineData("already as before", "a=1", "a=2", "a=1", "a=1", "")]
    [InlineData("edited since", "a=1 b=1", "a=2 b=2", "a=3 b=2", null, "a")]
    [InlineData("deleted since", "a=1", "a=2", "", null, "a")]
    [InlineData("what came elsewhere stays", "a=1", "a=2", "a=2 x=1", "a=1 x=1", "")]
    [InlineData("something new in a directory that is to go", "a=1", "a=1 d/b=1", "a=1 d/b=1 d/x=1", null, "d/x")]
    [InlineData("a directory that was emptied and is to come back", "d/b=1 d/c=1", "", "", "d/b=1 d/c=1", "")]
    [InlineData("a file took the place of a directory that is to come back", "d/b=1", "", "d=1", null, "d")]
    [InlineData("the directory of what is to come back is gone", "d/b=1 d/c=1", "d/b=2 d/c=1", "", null, "d/b")]
    public void Leads_back_and_overwrites_nothing_else(string why, string before, string after, string now, string? result, string touched)
    {
        var there = TreeText.Snapshot(now);
        var plan = UndoPlan.Of([.. TreeDiff.Compare(TreeText.Snapshot(before), TreeText.Snapshot(after))], there);
        Assert.True(touched == string.Join(' ', plan.Touched), $"{why}: {string.Join(' ', plan.Touched)}");
        if (result is not null)
            Assert.Equal(TreeText.Snapshot(result).Root, TreePatch.Apply(there, plan.Changes).Root);
    }
}
