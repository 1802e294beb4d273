using OmnyDrive.Errors;
using OmnyDrive.Filtering;
using Xunit;

namespace OmnyDrive.Core.Tests.Filtering;

public class FilterOptionsTests
{
    [Fact]
    public void Options_are_equal_by_value_and_the_order_of_a_list_is_part_of_it()
    {
        Assert.Equal(new FilterOptions(["a", "b"], ["c"], "x", true), new FilterOptions(["a", "b"], ["c"], "x", true));
        Assert.Equal(new FilterOptions(["a"], [], "x", true).GetHashCode(), new FilterOptions(["a"], [], "x", true).GetHashCode());
        Assert.NotEqual(new FilterOptions(["a", "b"], [], "x", true), new FilterOptions(["b", "a"], [], "x", true));
        Assert.NotEqual(new FilterOptions(["a"], [], "x", true), new FilterOptions([], ["a"], "x", true));
        Assert.NotEqual(FilterOptions.Default, FilterOptions.Default with { Gitignore = true });
        Assert.NotEqual(FilterOptions.Default, FilterOptions.Default with { IgnoreFile = ".ignore" });
    }

    [Fact]
    public void The_chosen_ignore_file_comes_behind_gitignore_and_so_decides()
    {
        Assert.Equal([".omnyignore"], FilterOptions.Default.IgnoreFileNames);
        Assert.Equal([".gitignore", ".omnyignore"], (FilterOptions.Default with { Gitignore = true }).IgnoreFileNames);
        Assert.Equal([".gitignore"], (FilterOptions.Default with { Gitignore = true, IgnoreFile = ".gitignore" }).IgnoreFileNames);
    }

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("!")]
    [InlineData("a\nb")]
    [InlineData("a\rb")]
    [InlineData("a\0b")]
    [InlineData("secret[")]
    [InlineData("secret\\")]
    public void A_pattern_that_cannot_mean_anything_is_refused(string pattern)
    {
        Assert.Equal(ErrorCode.Invalid, Assert.Throws<DriveException>(() => FilterOptions.Default with { Include = [pattern] }).Code);
        var refused = Assert.Throws<DriveException>(() => new FilterOptions([], ["a", pattern], ".omnyignore", false));
        Assert.Equal(ErrorCode.Invalid, refused.Code);
        Assert.DoesNotContain(refused.Message, char.IsControl);
    }

    [Fact]
    public void Too_many_and_too_long_patterns_are_refused()
    {
        _ = FilterOptions.Default with { Include = [.. Enumerable.Repeat("a", 1000)], Exclude = [.. Enumerable.Repeat(new string('é', 2048), 16)] };
        Assert.Throws<DriveException>(() => FilterOptions.Default with { Include = [.. Enumerable.Repeat("a", 1001)] });
        Assert.Throws<DriveException>(() => FilterOptions.Default with { Exclude = [new string('é', 2048) + "a"] });
        Assert.Throws<DriveException>(() => FilterOptions.Default with { Exclude = [.. Enumerable.Repeat(new string('é', 2048), 16), "a"] });
    }

    [Fact]
    public void A_pattern_that_is_no_text_is_refused() => Assert.Throws<DriveException>(() => FilterOptions.Default with { Exclude = ["a\ud800"] });

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("a/b")]
    [InlineData("/a")]
    [InlineData("a\nb")]
    [InlineData(".git")]
    [InlineData(".omnydrive")]
    public void An_ignore_file_has_a_name_that_a_drive_can_hold(string name) =>
        Assert.Equal(ErrorCode.Invalid, Assert.Throws<DriveException>(() => FilterOptions.Default with { IgnoreFile = name }).Code);

    [Fact]
    public void Changing_the_list_afterwards_changes_no_options()
    {
        var list = new List<string> { "a" };
        var options = FilterOptions.Default with { Exclude = list };
        list[0] = "";
        Assert.Equal(["a"], options.Exclude);
    }
}
