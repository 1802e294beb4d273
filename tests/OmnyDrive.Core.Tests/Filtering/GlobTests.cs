using System.Text;
using CsCheck;
using OmnyDrive.Filtering;
using OmnyDrive.Testing.Trees;
using Xunit;

namespace OmnyDrive.Core.Tests.Filtering;

public class GlobTests
{
    private static readonly Gen<string> Globs = OneOf("a", "b", "*", "*", "**", "/", "/", "**/", "?", "[ab]", "[!a]", "\\/").Array[0, 9].Select(string.Concat);

    private static readonly Gen<string> Texts = OneOf("a", "b", "/", "ab/", "ba").Array[0, 7].Select(string.Concat);

    [Fact]
    public void Giving_more_to_the_last_star_alone_finds_what_trying_everything_finds() =>
        Gen.Select(Globs, Texts).Sample((glob, text) =>
        {
            var parts = GlobReader.Read(Encoding.UTF8.GetBytes(glob))!;
            Assert.Equal(TryEverything(parts, Encoding.UTF8.GetBytes(text)), Glob.Read(Encoding.UTF8.GetBytes(glob))!.Matches(Encoding.UTF8.GetBytes(text)));
        }, iter: Iterations.Of(100_000));

    // Trying everything would take longer than anybody lives.
    [Theory]
    [InlineData("*a", 2000, "")]
    [InlineData("*a", 2000, "*c")]
    [InlineData("*a*/", 800, "c*")]
    [InlineData("**/*a", 600, "c*d")]
    [InlineData("**/", 1000, "*c")]
    [InlineData("*[a]", 900, "?*c*")]
    [InlineData("*?", 1500, "c")]
    public void A_hostile_pattern_is_compared_in_time(string part, int times, string end)
    {
        var glob = Glob.Read(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(part, times)) + end + "x"))!;
        Assert.False(glob.Matches(Encoding.UTF8.GetBytes(string.Join('/', Enumerable.Repeat(new string('a', 255), 128)))));
        Assert.False(glob.Matches(Encoding.UTF8.GetBytes(string.Join('/', Enumerable.Repeat(new string('a', 255), 127)) + "/bx")));
    }

    private static Gen<string> OneOf(params string[] choices) => Gen.Int[0, choices.Length - 1].Select(i => choices[i]);

    private static bool TryEverything(ReadOnlySpan<GlobPart> parts, ReadOnlySpan<byte> text)
    {
        if (parts.IsEmpty)
            return text.IsEmpty;
        var rest = parts[1..];
        switch (parts[0].Kind)
        {
            case GlobKind.Rest:
                return true;
            case GlobKind.Star:
                for (var taken = 0; taken <= text.Length && !text[..taken].Contains((byte)'/'); taken++)
                {
                    if (TryEverything(rest, text[taken..]))
                        return true;
                }
                return false;
            case GlobKind.Directories when TryEverything(rest, text):
                return true;
            case GlobKind.Directories or GlobKind.SomeDirectories:
                for (var slash = 0; slash < text.Length; slash++)
                {
                    if (text[slash] == '/' && TryEverything(rest, text[(slash + 1)..]))
                        return true;
                }
                return false;
            default:
                return !text.IsEmpty && parts[0].Takes(text[0]) && TryEverything(rest, text[1..]);
        }
    }
}
