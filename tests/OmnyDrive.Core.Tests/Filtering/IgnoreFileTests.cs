using System.Text;
using OmnyDrive.Errors;
using OmnyDrive.Filtering;
using Xunit;

namespace OmnyDrive.Core.Tests.Filtering;

public class IgnoreFileTests
{
    [Fact]
    public void A_byte_order_mark_is_no_part_of_the_first_pattern()
    {
        Assert.True(Filters("\ufeffa\nb", "a"));
        Assert.False(Filters("a\n\ufeffb", "b"));
    }

    [Fact]
    public void A_carriage_return_before_the_end_of_a_line_is_no_part_of_the_pattern()
    {
        Assert.True(Filters("a\r\nb\r\n", "a"));
        Assert.True(Filters("a\r\nb\r", "b"));
        Assert.False(Filters("a\r\r\n", "a"));
    }

    [Theory]
    [InlineData("#a", "#a", false)]
    [InlineData("\\#a", "#a", true)]
    [InlineData(" #a", " #a", true)]
    [InlineData("\n\n#x\na", "a", true)]
    public void A_line_that_begins_with_a_number_sign_says_nothing_unless_it_is_escaped(string text, string name, bool filtered) => Assert.Equal(filtered, Filters(text, name));

    [Theory]
    [InlineData("a  ", "a", true)]
    [InlineData("a\\ ", "a", false)]
    [InlineData("a\\ ", "a ", true)]
    [InlineData("a\\   ", "a ", true)]
    [InlineData("a \\ ", "a  ", true)]
    [InlineData("a\\\\ ", "a\\", true)]
    [InlineData("a\t", "a", false)]
    [InlineData(" a", "a", false)]
    [InlineData(" a", " a", true)]
    [InlineData("   ", " ", false)]
    public void Trailing_spaces_are_part_of_a_pattern_only_when_escaped(string text, string name, bool filtered) => Assert.Equal(filtered, Filters(text, name));

    [Fact]
    public void What_follows_a_NUL_in_a_line_is_not_read() => Assert.True(Filters("a\0b", "a"));

    [Fact]
    public void The_last_pattern_that_matches_decides()
    {
        Assert.False(Filters("a\n!a", "a"));
        Assert.True(Filters("!a\na", "a"));
        Assert.True(Filters("*\n!a\n!b\na", "a"));
    }

    [Fact]
    public void A_line_longer_than_a_pattern_may_be_matches_nothing()
    {
        var stars = new string('*', FilterOptions.MaxPatternBytes);
        Assert.True(Filters(stars, "a"));
        Assert.False(Filters(stars + "*", "a"));
    }

    [Fact]
    public void A_file_that_is_too_long_is_refused_and_not_read_in_part()
    {
        IgnoreFile.Parse(new byte[IgnoreFile.MaxBytes]);
        Assert.Equal(ErrorCode.Invalid, Assert.Throws<DriveException>(() => IgnoreFile.Parse(new byte[IgnoreFile.MaxBytes + 1])).Code);
    }

    private static bool Filters(string text, string name) =>
        DirectoryRules.Of(FilterOptions.Default, [IgnoreFile.Parse(Encoding.UTF8.GetBytes(text))]).Decide(Encoding.UTF8.GetBytes(name), isDirectory: false) == PathVerdict.Filtered;

    [Fact]
    public void A_file_of_very_many_patterns_is_refused_before_they_cost_anything()
    {
        var most = string.Concat(Enumerable.Repeat("?\n", IgnoreFile.MaxPatterns));
        Assert.NotNull(IgnoreFile.Parse(System.Text.Encoding.ASCII.GetBytes(most)));
        Assert.Equal(OmnyDrive.Errors.ErrorCode.Invalid, Assert.Throws<OmnyDrive.Errors.DriveException>(() => IgnoreFile.Parse(System.Text.Encoding.ASCII.GetBytes(most + "?"))).Code);
    }
}
