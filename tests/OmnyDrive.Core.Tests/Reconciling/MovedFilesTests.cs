using OmnyDrive.Reconciling;
using OmnyDrive.Snapshots;
using OmnyDrive.Testing.Trees;
using Xunit;

namespace OmnyDrive.Core.Tests.Reconciling;

/// <summary>From where each moved file is said to have come.</summary>
public sealed class MovedFilesTests
{
    [Theory]
    [InlineData("a file renamed", "a=1", "b=1", "b<a")]
    [InlineData("a directory renamed", "a/x=1 a/sub/y=2 a/l->x", "b/x=1 b/sub/y=2 b/l->x", "b/sub/y<a/sub/y b/x<a/x")]
    [InlineData("files of one content in a directory keep their places", "a/s/x=1 a/t/x=1", "b/s/x=1 b/t/x=1", "b/s/x<a/s/x b/t/x<a/t/x")]
    [InlineData("a directory renamed with a file more", "a/x=1", "b/x=1 b/y=2", "b/x<a/x")]
    [InlineData("a directory and a file beside it", "a/x=1 c=2", "b/x=1 d=2", "b/x<a/x d<c")]
    [InlineData("two directories and what lies between their new paths", "a/x=1 c/y=2 e=3", "b/x=1 b.d=3 d/y=2 f=4", "b/x<a/x b.d<e d/y<c/y")]
    [InlineData("what is copied was not moved", "a=1", "a=1 b=1", "")]
    [InlineData("what is changed was not moved", "a=1", "a=2", "")]
    public void Moved(string because, string before, string after, string expected)
    {
        var changes = TreeDiff.Compare(TreeText.Snapshot(before), TreeText.Snapshot(after));
        foreach (var order in new[] { changes, [.. changes.Reverse()] })
            Assert.Equal((because, expected), (because, Told(order)));
    }

    private static string Told(IReadOnlyList<Change> changes)
    {
        var moved = MovedFiles.Of(changes);
        return string.Join(' ', changes.OrderBy(change => change.Path).Select(change => (change.Path, From: moved.SourceOf(change))).Where(told => told.From is not null).Select(told => $"{told.Path}<{told.From}"));
    }
}
