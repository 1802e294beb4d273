using System.Text;
using OmnyDrive.Filtering;
using OmnyDrive.Testing.Filters;
using Xunit;

namespace OmnyDrive.Core.Tests.Filtering;

/// <summary>The pattern language, rule by rule. That all of it is git's is told by the comparison with git.</summary>
public class PatternTests
{
    [Theory]
    [InlineData("a", "a", true)]
    [InlineData("a", "b", false)]
    [InlineData("a", "A", false)]
    [InlineData("a", "ab", false)]
    [InlineData("*.o", "x.o", true)]
    [InlineData("*.o", ".o", true)]
    [InlineData("*.o", "x.oo", false)]
    [InlineData("a*b*c", "abbc", true)]
    [InlineData("a*b*c", "acb", false)]
    [InlineData("?", "a", true)]
    [InlineData("?", "ab", false)]
    [InlineData("\\*", "*", true)]
    [InlineData("\\*", "a", false)]
    [InlineData("\\a", "a", true)]
    [InlineData("a\\", "a\\", false)]
    [InlineData(".hid*", ".hidden", true)]
    [InlineData("*", ".hidden", true)]
    public void A_pattern_without_a_slash_is_for_names(string pattern, string name, bool matches)
    {
        Assert.Equal(matches, Matches(pattern, name));
        Assert.Equal(matches, Matches(pattern, "deep/below/" + name));
    }

    [Theory]
    [InlineData("?", "é", false)]
    [InlineData("??", "é", true)]
    [InlineData("???", "日", true)]
    [InlineData("[é]", "é", false)]
    [InlineData("[é][é]", "é", true)]
    [InlineData("*é", "aé", true)]
    public void A_question_mark_and_a_class_stand_for_one_byte_and_not_for_a_character(string pattern, string name, bool matches) =>
        Assert.Equal(matches, Matches(pattern, name));

    [Theory]
    [InlineData("/a", "a", true)]
    [InlineData("/a", "b/a", false)]
    [InlineData("b/a", "b/a", true)]
    [InlineData("b/a", "c/b/a", false)]
    [InlineData("b/*", "b/a", true)]
    [InlineData("b/*.c", "b/x/a.c", false)]
    [InlineData("*/a", "b/a", true)]
    [InlineData("*/a", "a", false)]
    [InlineData("*/a", "c/b/a", false)]
    [InlineData("b?a", "b/a", false)]
    [InlineData("/b?a", "b/a", false)]
    [InlineData("/b[/]a", "b/a", false)]
    [InlineData("/b[!x]a", "b/a", false)]
    [InlineData("b\\/a", "b/a", true)]
    [InlineData("b//a", "b/a", false)]
    [InlineData("//a", "a", false)]
    [InlineData("/", "a", false)]
    public void A_slash_in_front_or_between_makes_it_a_pattern_for_paths_from_its_directory_on(string pattern, string path, bool matches) =>
        Assert.Equal(matches, Matches(pattern, path));

    [Theory]
    [InlineData("a/", "a/", true)]
    [InlineData("a/", "a", false)]
    [InlineData("a/", "b/a/", true)]
    [InlineData("a/", "a/x", true)]
    [InlineData("/a/", "b/a/", false)]
    [InlineData("*/", "a/", true)]
    [InlineData("*/", "a", false)]
    [InlineData("a//", "a/", false)]
    public void A_slash_at_the_end_makes_it_a_pattern_for_directories(string pattern, string path, bool matches) =>
        Assert.Equal(matches, Matches(pattern, path));

    [Theory]
    [InlineData("**/a", "a", true)]
    [InlineData("**/a", "x/y/a", true)]
    [InlineData("**/b/a", "x/b/a", true)]
    [InlineData("**/b/a", "b/x/a", false)]
    [InlineData("b/**", "b/x/y", true)]
    [InlineData("b/**", "b/", false)]
    [InlineData("b/**/a", "b/a", true)]
    [InlineData("b/**/a", "b/x/y/a", true)]
    [InlineData("b/**/a", "c/b/a", false)]
    [InlineData("b/**/c/**/a", "b/x/c/c/a", true)]
    [InlineData("/**", "a", true)]
    [InlineData("**/", "a", false)]
    [InlineData("**/", "a/", true)]
    [InlineData("b/***/a", "b/x/y/a", true)]
    [InlineData("x**/a", "xy/a", true)]
    [InlineData("b/?**/a", "b/x/y/a", false)]
    [InlineData("b/**y/a", "b/x/y/a", false)]
    [InlineData("b/**\\/a", "b/a", false)]
    [InlineData("b/**\\/a", "b/x/y/a", true)]
    [InlineData("**", "a/b", true)]
    public void Two_stars_that_are_a_name_of_their_own_stand_for_any_number_of_directories(string pattern, string path, bool matches) =>
        Assert.Equal(matches, Matches(pattern, path));

    [Theory]
    [InlineData("/foo**/bar", "foobar", true)]
    [InlineData("/foo**/bar", "foo/x/bar", true)]
    [InlineData("/fo?**/bar", "foo/x/bar", false)]
    [InlineData("/foo**", "foo", true)]
    public void Two_stars_right_behind_the_literal_beginning_are_a_name_of_their_own_too(string pattern, string path, bool matches) =>
        Assert.Equal(matches, Matches(pattern, path));

    [Theory]
    [InlineData("[abc]", "b", true)]
    [InlineData("[!abc]", "b", false)]
    [InlineData("[^abc]", "d", true)]
    [InlineData("[a-c]", "b", true)]
    [InlineData("[c-a]", "b", false)]
    [InlineData("[a-]", "-", true)]
    [InlineData("[-a]", "-", true)]
    [InlineData("[]a]", "]", true)]
    [InlineData("[!]a]", "]", false)]
    [InlineData("[]-a]", "^", true)]
    [InlineData("[\\]a]", "]", true)]
    [InlineData("[\\a-\\c]", "b", true)]
    [InlineData("[a-b-d]", "c", false)]
    [InlineData("[a-b-d]", "-", true)]
    [InlineData("[[:alpha:]]", "b", true)]
    [InlineData("[[:alpha:]]", "1", false)]
    [InlineData("[[:alpha:]][[:alpha:]]", "é", false)]
    [InlineData("[![:digit:]x]", "y", true)]
    [InlineData("[[:digit:]-z]", "y", false)]
    [InlineData("[[:digit:]-z]", "-", true)]
    [InlineData("[[:upper:][:digit:]]", "7", true)]
    [InlineData("[[:punct:]]", "_", true)]
    [InlineData("[[:xdigit:]]", "F", true)]
    [InlineData("[[:space:]]", " ", true)]
    [InlineData("[[:graph:]]", " ", false)]
    [InlineData("[[:print:]]", " ", true)]
    [InlineData("[[:a]", ":", true)]
    [InlineData("[[:]", "[", true)]
    public void Classes_are_git_s(string pattern, string name, bool matches) => Assert.Equal(matches, Matches(pattern, name));

    [Theory]
    [InlineData("[a")]
    [InlineData("[")]
    [InlineData("[]")]
    [InlineData("[!]")]
    [InlineData("[a-")]
    [InlineData("[a\\]")]
    [InlineData("[a\\")]
    [InlineData("[[:nothing:]]")]
    [InlineData("[[::]]")]
    [InlineData("[[:alpha")]
    [InlineData("x\\")]
    [InlineData("x\\/")]
    [InlineData("!")]
    [InlineData("!/")]
    [InlineData("//")]
    [InlineData("")]
    public void A_pattern_that_can_match_nothing_is_none(string pattern) => Assert.Null(Pattern.Parse(Encoding.UTF8.GetBytes(pattern)));

    [Theory]
    [InlineData("!a", true)]
    [InlineData("\\!a", false)]
    [InlineData("a", false)]
    public void An_exclamation_mark_in_front_takes_back_unless_it_is_escaped(string pattern, bool negated) =>
        Assert.Equal(negated, Pattern.Parse(Encoding.UTF8.GetBytes(pattern))!.Negated);

    [Fact]
    public void A_name_that_is_no_text_is_matched_by_its_bytes()
    {
        var bytes = Pattern.Parse([(byte)'[', 0xfe, (byte)'-', 0xff, (byte)']'])!;
        Assert.True(bytes.Matches(new Candidate([0xff], 0, false), 0));
        Assert.False(bytes.Matches(new Candidate([0xfd], 0, false), 0));
    }

    private static bool Matches(string pattern, string path) =>
        new PathFilter(FilterOptions.Default, new Dictionary<string, string> { [".omnyignore"] = pattern }).Decide(path) == PathVerdict.Filtered;
}
