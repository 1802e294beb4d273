using OmnyDrive.Engine.Providers.Git;

namespace OmnyDrive.Engine.Tests.Git;

public sealed class GitErrorsTests
{
    [Theory]
    [InlineData("", "it said nothing")]
    [InlineData("\n \r\n", "it said nothing")]
    [InlineData("fatal: bad object HEAD\n", "fatal: bad object HEAD")]
    [InlineData(
        "error: The following untracked working tree files would be overwritten by merge:\n\ta\n\tb\n\tc\n\td\n\te\nPlease move or remove them before you merge.\nAborting\n",
        "error: The following untracked working tree files would be overwritten by merge:; …; d; e; Please move or remove them before you merge.; Aborting")]
    [InlineData(
        "error: Your local changes to the following files would be overwritten by merge:\n\ta\n\tb\nPlease commit your changes or stash them before you merge.\nAborting\n",
        "error: Your local changes to the following files would be overwritten by merge:; a; b; Please commit your changes or stash them before you merge.; Aborting")]
    [InlineData(
        "hint: Diverging branches can't be fast-forwarded, you need to either:\nhint:\nhint: \tgit merge --no-ff\nhint:\nhint: or:\nhint:\nhint: \tgit rebase\nfatal: Not possible to fast-forward, aborting.\n",
        "fatal: Not possible to fast-forward, aborting.")]
    [InlineData(
        "warning: one\nwarning: two\nerror: object 1234: missingEmail: invalid author\nfatal: fsck error in packed object\nfatal: fetch-pack: invalid index-pack output\nhint: more\n",
        "warning: two; error: object 1234: missingEmail: invalid author; fatal: fsck error in packed object; fatal: fetch-pack: invalid index-pack output")]
    [InlineData("one\ntwo\nthree\nfour\nfive\n", "two; three; four; five")]
    [InlineData("Updating files:  50%\rUpdating files: 100%\rfatal: no space left\n", "Updating files:  50%; Updating files: 100%; fatal: no space left")]
    [InlineData("hint: this alone\n", "hint: this alone")]
    public void The_line_that_says_why_is_kept_and_the_last_ones(string errors, string expected) => Assert.Equal(expected, GitErrors.Shorten(errors));

    [Fact]
    public void A_line_without_end_is_cut()
    {
        Assert.InRange(GitErrors.Shorten($"error: {new string('x', 100_000)}\na\nb\nc\nd\n{new string('y', 100_000)}\n").Length, 100, 1500);
    }
}
