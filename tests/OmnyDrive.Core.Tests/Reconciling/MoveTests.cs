using System.Text;
using OmnyDrive.Reconciling;
using OmnyDrive.Snapshots;
using Xunit;

namespace OmnyDrive.Core.Tests.Reconciling;

/// <summary>Which changes amount to a file changing its path.</summary>
public sealed class MoveTests
{
    [Theory]
    [InlineData("a file renamed", "-a=1 +b=1", "a>b")]
    [InlineData("a file moved into a new directory", "-a=1 +d/ +d/a=1", "a>d/a")]
    [InlineData("another content is no move", "-a=1 +b=2", "")]
    [InlineData("what stays is not moved but copied", "+b=1", "")]
    [InlineData("what is replaced is not moved", "a=1:2 +b=1", "")]
    [InlineData("what something replaces takes no move", "-a=1 b=2:1", "")]
    [InlineData("one file goes to one path", "-a=1 +b=1 +c=1", "a>b")]
    [InlineData("of two the one of the same name goes", "-a=1 -x/b=1 +y/ +y/b=1", "x/b>y/b")]
    [InlineData("two files of one content keep their names", "-a/x=1 -a/y=1 +b/ +b/x=1 +b/y=1", "a/x>b/x a/y>b/y")]
    [InlineData("what went by its name goes nowhere else", "-x/b=1 +y/ +y/b=1 +z=1", "x/b>y/b")]
    [InlineData("all that there are, whatever their names", "-a=1 -b=1 +c=1 +d=1", "a>c b>d")]
    [InlineData("a name of other case on the same path is not moved to", "-readme=1 +README=1", "")]
    [InlineData("a name of other composition is not moved to", "-\u00e9=1 +e\u0301=1", "")]
    [InlineData("nothing moves where a directory comes that differs by case from one that goes", "-d/=0 -d/a=1 +D/ +D/a=1", "")]
    [InlineData("nothing moves where a directory comes that differs by case from a file that goes", "-it=1 +IT/ +IT/x=1 -z=2 +y=2", "")]
    [InlineData("what makes room for something else is not moved", "d/=0:3 -d/a=1 +b=1", "")]
    [InlineData("what belongs to a file that becomes a directory may come from elsewhere", "d=3:0/ +d/a=1 -a=1", "a>d/a")]
    [InlineData("a link is no file", "-a>1 +b=1", "")]
    [InlineData("a bound name stays out of it", "-bound=1 +b=1 -a=2 +x/ +x/bound=2", "")]
    public void Moves(string because, string changes, string expected) =>
        Assert.Equal((because, expected), (because, string.Join(' ', Move.Of(Parse(changes), name => name == "bound").Select(move => $"{move.Removed.Path}>{move.Added.Path}"))));

    [Fact]
    public void Files_of_one_content_are_paired_in_time_that_does_not_explode()
    {
        const int many = 50_000;
        var changes = Enumerable.Range(0, many).SelectMany(i => Parse($"-from/{i}=1 +to/{many - i}x=1")).ToList();
        Assert.Equal(many, Move.Of(changes, _ => false).Count);
    }

    // "+p=c" comes, "-p=c" goes, "p=c:d" changes; a name with a slash at its end is a directory, "0" or "0/" as a content means a directory.
    private static List<Change> Parse(string text) => [.. text.Split(' ').Select(word =>
    {
        var body = word.TrimStart('+', '-');
        var link = body.Contains('>');
        var parts = body.Split('=', '>');
        var path = DrivePath.Parse(parts[0].TrimEnd('/'));
        var contents = parts.Length == 1 ? ["0"] : parts[1].Split(':');
        Entry first = link ? Entry.Symlink(contents[0]) : EntryOf(contents[0]), last = EntryOf(contents[^1]);
        return word[0] switch
        {
            '+' => new Change(path, null, last),
            '-' => new Change(path, first, null),
            _ => new Change(path, first, last),
        };
    })];

    private static Entry EntryOf(string content) => content.StartsWith('0')
        ? Entry.Directory(Tree.Empty.Hash)
        : Entry.File(content.Length, ContentHash.Of(Encoding.ASCII.GetBytes(content)), executable: false);
}
