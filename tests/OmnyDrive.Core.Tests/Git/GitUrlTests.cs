using OmnyDrive.Errors;
using OmnyDrive.Git;
using Xunit;

namespace OmnyDrive.Core.Tests.Git;

public sealed class GitUrlTests
{
    [Theory]
    [InlineData("https://github.com/group/repo.git", "https", null, "github.com", "github.com", "repo")]
    [InlineData("HTTPS://GitHub.com/group/repo", "https", null, "github.com", "github.com", "repo")]
    [InlineData("https://example.org:443/repo/", "https", null, "example.org", "example.org", "repo")]
    [InlineData("https://example.org:8443/repo", "https", null, "example.org", "example.org:8443", "repo")]
    [InlineData("http://127.0.0.1:3000/a%20b/repo", "http", null, "127.0.0.1", "127.0.0.1:3000", "repo")]
    [InlineData("http://[::1]:3000/repo", "http", null, "[::1]", "[::1]:3000", "repo")]
    [InlineData("ssh://git@example.org/~/repo.git", "ssh", "git", "example.org", "example.org", "repo")]
    [InlineData("ssh://example.org:2222/repo", "ssh", null, "example.org", "example.org:2222", "repo")]
    [InlineData("git@github.com:group/repo.git", "ssh", "git", "github.com", "github.com", "repo")]
    [InlineData("example.org:repo", "ssh", null, "example.org", "example.org", "repo")]
    [InlineData("git@[::1]:repo", "ssh", "git", "[::1]", "[::1]", "repo")]
    [InlineData("http://1684301000/repo", "http", null, "100.100.100.200", "100.100.100.200", "repo")]
    [InlineData("http://0x64.0x64.0x64.0xc8/repo", "http", null, "100.100.100.200", "100.100.100.200", "repo")]
    [InlineData("http://[fd00:0EC2:0:0::254]/repo", "http", null, "[fd00:ec2::254]", "[fd00:ec2::254]", "repo")]
    [InlineData("https://example.org/.git", "https", null, "example.org", "example.org", ".git")]
    public void A_URL_is_read_as_git_reads_it(string text, string scheme, string? user, string host, string server, string name)
    {
        var url = GitUrl.Parse(text);
        Assert.Equal((text.Replace("HTTPS", "https", StringComparison.Ordinal), scheme, user, host, server, name), (url.ToString(), url.Scheme, url.User, url.Host, url.Server, url.Name));
    }

    [Theory]
    [InlineData("")]
    [InlineData("repo")]
    [InlineData("/srv/repo")]
    [InlineData("./host:repo")]
    [InlineData(":repo")]
    [InlineData("host:")]
    [InlineData("host:/")]
    [InlineData("https://example.org")]
    [InlineData("https://example.org/")]
    [InlineData("https:///repo")]
    [InlineData("https://exa mple.org/repo")]
    [InlineData("https://example.org:0/repo")]
    [InlineData("https://example.org:65536/repo")]
    [InlineData("https://example.org:x/repo")]
    [InlineData("https://user@example.org/repo")]
    [InlineData("https://user:secret@example.org/repo")]
    [InlineData("ssh://git:secret@example.org/repo")]
    [InlineData("ssh://-x@example.org/repo")]
    [InlineData("ssh://-oProxyCommand=x/repo")]
    [InlineData("ssh://example.org/-x")]
    [InlineData("-x:repo")]
    [InlineData("git@-x:repo")]
    [InlineData("host:-x")]
    [InlineData("ext::sh -c true")]
    [InlineData("ext::sh")]
    [InlineData("fd::7")]
    [InlineData("file:///srv/repo")]
    [InlineData("git://example.org/repo")]
    [InlineData("ftp://example.org/repo")]
    [InlineData("https://example.org/repo?x")]
    [InlineData("https://example.org/repo#x")]
    [InlineData("https://example.org/re%0Apo")]
    [InlineData("https://example.org/re%00po")]
    [InlineData("https://example.org/re%zzpo")]
    [InlineData("https://example.org/re%0")]
    [InlineData("https://example.org/re\npo")]
    [InlineData("https://example.org\\@evil/repo")]
    [InlineData("https://[::1/repo")]
    [InlineData("git@[169.254.169.254:22]:repo")]
    [InlineData("ssh://[169.254.169.254:22]/repo")]
    [InlineData("ssh://[cafe]/repo")]
    [InlineData("[cafe:2222]:repo")]
    [InlineData("ssh://[fe80::1%eth0]/repo")]
    [InlineData("https://secret@example.org")]
    [InlineData("ftp://me:secret@example.org/repo")]
    [InlineData("https://me:sec'ret-secret@example.org/repo")]
    [InlineData("https://exämple.org/repo")]
    public void What_is_no_URL_of_a_repository_is_refused_and_no_secret_is_repeated(string text)
    {
        var refused = Assert.Throws<DriveException>(() => GitUrl.Parse(text));
        Assert.Equal(ErrorCode.Invalid, refused.Code);
        Assert.DoesNotContain("secret", refused.Message, StringComparison.Ordinal);
        Assert.NotNull(refused.Hint);
    }

    [Fact]
    public void One_that_is_too_long_is_refused() => Assert.Throws<DriveException>(() => GitUrl.Parse($"https://example.org/{new string('x', 2048)}"));

    [Theory]
    [InlineData("https://example.org/repo", true)]
    [InlineData("host:repo", true)]
    [InlineData("ext::sh", true)]
    [InlineData("file:///srv/repo", true)]
    [InlineData("/srv/a:b", false)]
    [InlineData("./a:b", false)]
    [InlineData("C:\\repo", false)]
    [InlineData("repo", false)]
    [InlineData("", false)]
    public void What_names_a_server_or_a_protocol_is_meant_as_a_URL(string text, bool isMeant) => Assert.Equal(isMeant, GitUrl.IsMeant(text));
}
