using System.Text.RegularExpressions;
using OmnyDrive.Cli.Tests.Harness;

namespace OmnyDrive.Cli.Tests;

public sealed partial class ReliabilityTests
{
    [Fact]
    public void Each_test_that_the_page_about_reliability_names_is_there()
    {
        var page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "reliability.md"));
        var tests = Directory.EnumerateFiles(Path.Combine(Repository.Root, "tests"), "*.cs", SearchOption.AllDirectories)
            .ToLookup(file => Path.GetFileName(file).Split('.')[0], File.ReadAllText);
        var named = Names().Matches(page).Select(match => (Class: match.Groups[1].Value, Method: match.Groups[2].Value)).ToList();
        Assert.True(named.Count > 40, $"{named.Count}");
        Assert.All(named, test => Assert.Contains(tests[test.Class], source => source.Contains($" {test.Method}(", StringComparison.Ordinal)));
        for (var promise = 1; promise <= 24; promise++)
            Assert.Contains($"\n| {promise} | ", page, StringComparison.Ordinal);
    }

    [GeneratedRegex("`([A-Za-z]+)\\.([A-Z][A-Za-z0-9]*_[A-Za-z0-9_]+)`")]
    private static partial Regex Names();
}
