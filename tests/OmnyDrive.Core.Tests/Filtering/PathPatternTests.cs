using OmnyDrive.Errors;
using OmnyDrive.Filtering;
using OmnyDrive.Snapshots;
using Xunit;

namespace OmnyDrive.Core.Tests.Filtering;

public class PathPatternTests
{
    [Theory]
    [InlineData("docs/plan.txt", "docs/plan.txt", true)]
    [InlineData("docs/plan.txt", "docs/plan.txt.old", false)]
    [InlineData("docs", "docs/deep/plan.txt", true)]
    [InlineData("docs/", "docs/deep/plan.txt", true)]
    [InlineData("./docs", "docs/plan.txt", true)]
    [InlineData(".", "docs/plan.txt", true)]
    [InlineData("**", "docs/deep/plan.txt", true)]
    [InlineData("*.txt", "docs/deep/plan.txt", true)]
    [InlineData("*.txt", "docs/deep/plan.md", false)]
    [InlineData("docs/*.txt", "docs/plan.txt", true)]
    [InlineData("docs/*.txt", "docs/deep/plan.txt", false)]
    [InlineData("docs/**", "docs/deep/plan.txt", true)]
    [InlineData("[pq]lan.txt", "docs/plan.txt", true)]
    public void A_path_means_all_below_it_and_a_glob_what_gitignore_means(string pattern, string path, bool matches) =>
        Assert.Equal(matches, PathPattern.Parse(pattern).Matches(DrivePath.Parse(path)));

    [Theory]
    [InlineData("/etc/*[")]
    [InlineData("../a")]
    public void What_names_nothing_in_a_drive_is_refused(string pattern) =>
        Assert.Equal(ErrorCode.Invalid, Assert.Throws<DriveException>(() => PathPattern.Parse(pattern)).Code);
}
