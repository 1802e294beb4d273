using OmnyDrive.Errors;
using Xunit;

namespace OmnyDrive.Core.Tests.Errors;

public sealed class ShellWordTests
{
    [Theory]
    [InlineData("/home/me/notes-2.d", "/home/me/notes-2.d")]
    [InlineData("https://example.org:8443/group/re%20po.git", "https://example.org:8443/group/re%20po.git")]
    [InlineData("git@example.org:repo", "git@example.org:repo")]
    [InlineData("/home/jürgen/文書", "/home/jürgen/文書")]
    [InlineData("", "''")]
    [InlineData("/my notes", "'/my notes'")]
    [InlineData("/it's", @"'/it'\''s'")]
    [InlineData("~/x", "'~/x'")]
    [InlineData("http://[::1]/x", "'http://[::1]/x'")]
    [InlineData("http://a/x;touch$IFS/y&&`id`", "'http://a/x;touch$IFS/y&&`id`'")]
    [InlineData("a\nb", "'a\nb'")]
    public void A_shell_takes_it_for_one_word(string text, string expected) => Assert.Equal(expected, ShellWord.Of(text));

    [Theory]
    [InlineData("docs/plan.txt", "docs/plan.txt")]
    [InlineData("a b", "'./a b'")]
    [InlineData("-rf", "./-rf")]
    public void A_command_takes_a_path_for_no_option(string path, string expected) => Assert.Equal(expected, ShellWord.OfPath(path));
}
