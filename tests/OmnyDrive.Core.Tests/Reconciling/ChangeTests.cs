using OmnyDrive.Reconciling;
using OmnyDrive.Snapshots;
using OmnyDrive.Testing.Trees;
using Xunit;

namespace OmnyDrive.Core.Tests.Reconciling;

public class ChangeTests
{
    // From, to (the part of an item behind the path; nothing: absent), kind, removes a directory, needs content.
    [Theory]
    [InlineData("", "=1", ChangeKind.Add, false, true)]
    [InlineData("", "*=1", ChangeKind.Add, false, true)]
    [InlineData("", "->t", ChangeKind.Add, false, false)]
    [InlineData("", "/", ChangeKind.Add, false, false)]
    [InlineData("=1", "=2", ChangeKind.Modify, false, true)]
    [InlineData("=1", "*=1", ChangeKind.Modify, false, false)]
    [InlineData("*=1", "=2", ChangeKind.Modify, false, true)]
    [InlineData("->t", "->u", ChangeKind.Modify, false, false)]
    [InlineData("=1", "", ChangeKind.Delete, false, false)]
    [InlineData("/", "", ChangeKind.Delete, true, false)]
    [InlineData("/", "=1", ChangeKind.Type, true, true)]
    [InlineData("/", "->t", ChangeKind.Type, true, false)]
    [InlineData("=1", "/", ChangeKind.Type, false, false)]
    [InlineData("->t", "=1", ChangeKind.Type, false, true)]
    public void A_change_knows_its_kind_and_what_it_takes(string from, string to, ChangeKind kind, bool removesDirectory, bool needsContent)
    {
        var change = new Change(DrivePath.Parse("x"), Entry(from), Entry(to));
        Assert.Equal((kind, removesDirectory, needsContent), (change.Kind, change.RemovesDirectory, change.NeedsContent));
    }

    private static Entry? Entry(string text) => text.Length == 0 ? null : TreeText.Item("x" + text).Entry;
}
