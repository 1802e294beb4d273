using System.Text;
using CsCheck;
using OmnyDrive.Filtering;
using OmnyDrive.Testing.Filters;
using OmnyDrive.Testing.Trees;
using Xunit;
using static OmnyDrive.Filtering.PathVerdict;

namespace OmnyDrive.Core.Tests.Filtering;

public class DirectoryRulesTests
{
    private static readonly string[] Paths =
        [.. from a in new[] { "a", "b", "c" } from b in new[] { "", "a", "b" } from c in new[] { "", "a", "b" } where b.Length > 0 || c.Length == 0 from end in new[] { "", "/" } select string.Join('/', new[] { a, b, c }.Where(part => part.Length > 0)) + end];

    private static readonly Gen<string[]> Patterns =
        Gen.Select(Gen.Bool, Gen.Int[0, 9], Gen.Bool, (negated, which, directory) =>
            (negated ? "!" : "") + new[] { "a", "b", "c", "*", "/a", "/b", "a/b", "b/a", "/a/b/a", "/c/a" }[which] + (directory ? "/" : "")).Array[0, 3];

    [Fact]
    public void Every_source_of_rules_has_its_place() =>
        Gen.Select(Patterns, Patterns, Gen.Select(Gen.OneOf(Gen.Const(""), Gen.Const("a/"), Gen.Const("b/"), Gen.Const("a/b/")), Patterns).Array[0, 3]).Sample((include, exclude, files) =>
        {
            var byDirectory = files.GroupBy(file => file.Item1).ToDictionary(same => same.Key, same => same.First().Item2);
            var model = new FilterModel(include, exclude, byDirectory);
            var filter = new PathFilter(FilterOptions.Default with { Include = include, Exclude = exclude }, byDirectory.ToDictionary(file => file.Key + ".omnyignore", file => string.Join('\n', file.Value)));
            foreach (var path in Paths)
                Assert.Equal((path, model.Decide(path)), (path, filter.Decide(path)));
        }, iter: Iterations.Of(5_000));

    [Theory]
    [InlineData("a.log", Filtered)]
    [InlineData("deep/a.log", Kept)]
    [InlineData("deep/b.tmp", Filtered)]
    [InlineData("deep/er/a.log", Filtered)]
    public void A_deeper_ignore_file_decides_before_one_around_it(string path, PathVerdict verdict) =>
        Assert.Equal(verdict, Filter((".omnyignore", "*.log"), ("deep/.omnyignore", "!*.log\n*.tmp"), ("deep/er/.omnyignore", "*.log")).Decide(path));

    [Fact]
    public void In_one_directory_the_chosen_ignore_file_decides_before_gitignore()
    {
        var options = FilterOptions.Default with { Gitignore = true };
        var filter = new PathFilter(options, new Dictionary<string, string> { [".gitignore"] = "*.log\n!b", [".omnyignore"] = "!a.log\nb" });
        Assert.Equal(Kept, filter.Decide("a.log"));
        Assert.Equal(Filtered, filter.Decide("b.log"));
        Assert.Equal(Filtered, filter.Decide("b"));
    }

    [Fact]
    public void A_slash_in_an_ignore_file_counts_from_its_own_directory()
    {
        var filter = Filter(("d/.omnyignore", "/a\nx/y"));
        Assert.Equal(Filtered, filter.Decide("d/a"));
        Assert.Equal(Kept, filter.Decide("a"));
        Assert.Equal(Kept, filter.Decide("d/e/a"));
        Assert.Equal(Filtered, filter.Decide("d/x/y"));
        Assert.Equal(Kept, filter.Decide("x/y"));
    }

    [Fact]
    public void Nothing_below_a_filtered_directory_can_be_brought_back()
    {
        Assert.Equal(Filtered, Filter((".omnyignore", "d/\n!d/a"), ("d/.omnyignore", "!*")).Decide("d/a"));
        Assert.Equal(Filtered, Filter(FilterOptions.Default with { Exclude = ["d"], Include = ["d/a"] }).Decide("d/a"));
        var rules = DirectoryRules.Of(FilterOptions.Default, []);
        Assert.Throws<ArgumentException>(() => rules.Enter("d"u8, Filtered, []));
    }

    [Fact]
    public void Exclude_decides_before_everything_else() =>
        Assert.Equal(Filtered, Filter(new FilterOptions(["a"], ["a"], ".omnyignore", false), (".omnyignore", "!a")).Decide("a"));

    [Fact]
    public void What_exclude_takes_back_or_include_names_is_spared_by_the_ignore_file_in_the_root_and_by_no_deeper_one()
    {
        foreach (var options in new[] { FilterOptions.Default with { Exclude = ["!*.log"] }, FilterOptions.Default with { Include = ["*.log"] } })
        {
            var filter = Filter(options, (".omnyignore", "*.log"), ("d/.omnyignore", "*.log"));
            Assert.Equal(Kept, filter.Decide("a.log"));
            Assert.Equal(Filtered, filter.Decide("d/a.log"));
        }
    }

    [Theory]
    [InlineData("docs/", Kept)]
    [InlineData("docs/a.md", Kept)]
    [InlineData("docs/deep/a.bin", Kept)]
    [InlineData("docs/private/", OnTheWay)]
    [InlineData("docs/private/a", Filtered)]
    [InlineData("docs/private/a.md", Kept)]
    [InlineData("src/", OnTheWay)]
    [InlineData("src/a.c", Filtered)]
    [InlineData("src/a.md", Kept)]
    [InlineData("a.c", Filtered)]
    [InlineData("a.md", Kept)]
    public void With_include_patterns_only_what_they_choose_is_in_the_drive(string path, PathVerdict verdict) =>
        Assert.Equal(verdict, Filter(FilterOptions.Default with { Include = ["/docs/", "!private/", "*.md"] }).Decide(path));

    [Fact]
    public void Without_patterns_nothing_is_filtered_and_there_is_no_identity()
    {
        var rules = Filter((".omnyignore", "# nothing\n\n"), ("d/.omnyignore", "")).RulesIn("d/e");
        Assert.True(rules.IsEmpty);
        Assert.Equal(UInt128.Zero, rules.Identity);
        Assert.Equal(Kept, rules.Decide("a"u8, true));
    }

    [Fact]
    public void The_first_ignore_file_may_lie_deep()
    {
        var rules = Filter(("d/e/.omnyignore", "/a")).RulesIn("d/e");
        Assert.NotEqual(UInt128.Zero, rules.Identity);
        Assert.Equal(Filtered, rules.Decide("a"u8, false));
    }

    [Fact]
    public void The_identity_of_a_directory_tells_apart_all_that_could_change_a_verdict_in_it()
    {
        PathFilter[] different =
        [
            Filter(), Filter((".omnyignore", "a")), Filter((".omnyignore", "b")), Filter(("d/.omnyignore", "a")), Filter(("d/e/.omnyignore", "a")),
            Filter((".omnyignore", "a"), ("d/.omnyignore", "a")), Filter((".omnyignore", "a"), ("d/e/.omnyignore", "a")),
            Filter(FilterOptions.Default with { Exclude = ["a"] }), Filter(FilterOptions.Default with { Include = ["a"] }), Filter(FilterOptions.Default with { Include = ["a", "d"] }),
            Filter(FilterOptions.Default with { Include = ["ad"] }), Filter(FilterOptions.Default with { Exclude = ["a"] }, (".omnyignore", "a")),
        ];
        var identities = different.Select(filter => filter.RulesIn("d/e").Identity).ToList();
        Assert.Equal(identities.Count, identities.Distinct().Count());
        Assert.Equal(identities, [.. different.Select(filter => filter.RulesIn("d/e").Identity)]);
    }

    [Fact]
    public void The_identity_tells_whether_the_whitelist_chose_the_directory()
    {
        var rules = DirectoryRules.Of(FilterOptions.Default with { Include = ["a"] }, []);
        Assert.NotEqual(rules.Enter("d"u8, Kept, []).Identity, rules.Enter("d"u8, OnTheWay, []).Identity);
    }

    [Fact]
    public void Equal_identities_of_a_directory_mean_equal_verdicts() =>
        Gen.Select(Patterns, Patterns, Patterns, Patterns).Sample((include, first, second, third) =>
        {
            var options = FilterOptions.Default with { Include = include[..Math.Min(1, include.Length)] };
            var one = Filter(options, (".omnyignore", string.Join('\n', first)), ("a/.omnyignore", string.Join('\n', second)));
            var other = Filter(options, (".omnyignore", string.Join('\n', first)), ("a/.omnyignore", string.Join('\n', third)));
            if (one.Decide("a/b/") == Filtered || other.Decide("a/b/") == Filtered || one.RulesIn("a/b").Identity != other.RulesIn("a/b").Identity)
                return;
            foreach (var path in Paths.Where(path => path.StartsWith("a/b/", StringComparison.Ordinal)))
                Assert.Equal(one.Decide(path), other.Decide(path));
        }, iter: Iterations.Of(2_000));

    [Fact]
    public void A_path_of_the_greatest_depth_and_width_is_decided()
    {
        var name = Encoding.UTF8.GetBytes(new string('n', 255));
        var rules = DirectoryRules.Of(FilterOptions.Default with { Exclude = ["/**/last", "/x"] }, []);
        for (var depth = 1; depth < 128; depth++)
            rules = rules.Enter(name, Kept, []);
        Assert.Equal(Filtered, rules.Decide("last"u8, false));
        Assert.Equal(Kept, rules.Decide("x"u8, false));
    }

    private static PathFilter Filter(params (string Path, string Text)[] files) => Filter(FilterOptions.Default, files);

    private static PathFilter Filter(FilterOptions options, params (string Path, string Text)[] files) => new(options, files.ToDictionary(file => file.Path, file => file.Text));
}
