using OmnyDrive.Engine.Providers.Git;
using OmnyDrive.Git;
using OmnyDrive.Origins;

namespace OmnyDrive.Engine.Tests.Git;

public sealed class GitReachTests
{
    [Theory]
    [InlineData("fatal: could not read Username for 'https://example.org': terminal prompts disabled", false, "Login")]
    [InlineData("remote: Invalid username or password.\nfatal: Authentication failed for 'https://example.org/repo/'", false, "Login")]
    [InlineData("fatal: unable to access 'https://example.org/repo/': The requested URL returned error: 403", false, "Login")]
    [InlineData("git@example.org: Permission denied (publickey).\nfatal: Could not read from remote repository.\n\nPlease make sure you have the correct access rights\nand the repository exists.", true, "Login")]
    [InlineData("Host key verification failed.\nfatal: Could not read from remote repository.", true, "HostKey")]
    [InlineData("fatal: unable to access 'https://example.org/repo/': The requested URL returned error: 301", false, "Redirect")]
    [InlineData("fatal: unable to update url base from redirection:\n  asked for: https://a/b\n   redirect: https://c/d", false, "Redirect")]
    [InlineData("remote: Repository not found.\nfatal: repository 'https://example.org/repo/' not found", false, "Missing")]
    [InlineData("ERROR: Repository not found.\nfatal: Could not read from remote repository.", true, "Missing")]
    [InlineData("fatal: '/srv/repo' does not appear to be a git repository", true, "Missing")]
    [InlineData("fatal: unable to access 'https://example.org/repo/': Could not resolve host: example.org", false, "Network")]
    [InlineData("ssh: connect to host example.org port 22: Connection refused\nfatal: Could not read from remote repository.\n\nPlease make sure you have the correct access rights\nand the repository exists.", true, "Network")]
    [InlineData("error: Cannot access URL http://example.org/repo/, return code 22\nfatal: git-http-push failed", false, "NoPush")]
    [InlineData("error: RPC failed; curl 18 transfer closed", false, "Network")]
    [InlineData("", false, "Network")]
    public void What_git_says_tells_why_it_did_not_get_through(string errors, bool isSsh, string meaning) => Assert.Equal(meaning, $"{GitReach.MeaningOf(errors, isSsh)}");

    [Fact]
    public void A_login_goes_by_the_environment_and_for_its_server_alone()
    {
        var remote = new GitRemote("https://example.org:8443/repo", null) { Url = GitUrl.Parse("https://example.org:8443/repo"), Login = new GitLogin("me", "s3cret") };
        var (arguments, environment) = (GitReach.ArgumentsOf(remote), GitReach.EnvironmentOf(remote));
        Assert.StartsWith("credential.https://example.org:8443.helper=!", arguments[1], StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", string.Join(' ', arguments), StringComparison.Ordinal);
        Assert.Equal(("s3cret", "https"), (environment["OMNYDRIVE_GIT_PASSWORD"], environment["GIT_ALLOW_PROTOCOL"]));
        Assert.Equal(remote.Location, remote.ToString());
    }

    [Fact]
    public void By_ssh_no_login_goes_along_and_no_shell_reads_the_name_of_the_key()
    {
        var remote = new GitRemote("git@example.org:repo", null) { Url = GitUrl.Parse("git@example.org:repo"), Login = new GitLogin("me", "s3cret"), KeyFile = "/a/it's $(x)" };
        var environment = GitReach.EnvironmentOf(remote);
        Assert.Empty(GitReach.ArgumentsOf(remote));
        Assert.DoesNotContain("OMNYDRIVE_GIT_PASSWORD", environment.Keys);
        Assert.EndsWith(@"-i '/a/it'\''s $(x)'", environment["GIT_SSH_COMMAND"], StringComparison.Ordinal);
    }
}
