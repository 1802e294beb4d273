using OmnyDrive.Engine.Providers.Git;
using OmnyDrive.Git;
using OmnyDrive.Origins;

namespace OmnyDrive.Engine.Tests.Git;

public sealed class GitReachTests
{
    [Theory]
    [InlineData("fatal: could not read Username for 'https://example.org': terminal prompts disabled", false, false, "Login")]
    [InlineData("fatal: could not read Password for 'https://me@example.org': terminal prompts disabled", false, true, "Login")]
    [InlineData("remote: Invalid username or password.\nfatal: Authentication failed for 'https://example.org/repo/'", false, false, "Login")]
    [InlineData("fatal: unable to access 'https://example.org/repo/': The requested URL returned error: 403", false, false, "Login")]
    [InlineData("remote: Permission to group/repo.git denied to me.\nfatal: unable to access 'https://example.org/group/repo.git/': The requested URL returned error: 403", false, true, "Login")]
    [InlineData("error: RPC failed; HTTP 401 curl 22 The requested URL returned error: 401\nsend-pack: unexpected disconnect while reading sideband packet\nfatal: the remote end hung up unexpectedly", false, true, "Login")]
    [InlineData("git@example.org: Permission denied (publickey).\nfatal: Could not read from remote repository.\n\nPlease make sure you have the correct access rights\nand the repository exists.", true, false, "Login")]
    [InlineData("ERROR: Permission to group/repo.git denied to me.\nfatal: Could not read from remote repository.\n\nPlease make sure you have the correct access rights\nand the repository exists.", true, true, "Login")]
    [InlineData("Received disconnect from 192.0.2.1 port 22:2: Too many authentication failures\nDisconnected from 192.0.2.1 port 22\nfatal: Could not read from remote repository.", true, false, "Login")]
    [InlineData("fatal: unable to create temporary file '/srv/repo/objects/tmp': Permission denied\nfatal: Could not read from remote repository.", true, false, "Network")]
    [InlineData("Host key verification failed.\nfatal: Could not read from remote repository.", true, false, "HostKey")]
    [InlineData("@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @\nHost key for example.org has changed and you have requested strict checking.\nHost key verification failed.\nfatal: Could not read from remote repository.", true, false, "HostKey")]
    [InlineData("fatal: unable to access 'https://example.org/repo/': The requested URL returned error: 301", false, false, "Redirect")]
    [InlineData("fatal: unable to update url base from redirection:\n  asked for: https://a/b\n   redirect: https://c/d", false, false, "Redirect")]
    [InlineData("remote: Repository not found.\nfatal: repository 'https://example.org/repo/' not found", false, false, "Missing")]
    [InlineData("remote: The project you were looking for could not be found or you don't have permission to view it.\nfatal: repository 'https://example.org/repo.git/' not found", false, false, "Missing")]
    [InlineData("ERROR: Repository not found.\nfatal: Could not read from remote repository.", true, false, "Missing")]
    [InlineData("remote: ERROR: The project you were looking for could not be found or you don't have permission to view it.\nfatal: Could not read from remote repository.", true, false, "Missing")]
    [InlineData("remote: TF401019: The Git repository with name or identifier repo does not exist or you do not have permissions for the operation you are attempting.\nfatal: Could not read from remote repository.", true, false, "Missing")]
    [InlineData("fatal: '/srv/repo' does not appear to be a git repository", true, false, "Missing")]
    [InlineData("bash: line 1: git-upload-pack: command not found\nfatal: Could not read from remote repository.", true, false, "Network")]
    [InlineData("fatal: unable to access 'https://example.org/repo/': Could not resolve host: example.org", false, false, "Network")]
    [InlineData("fatal: unable to access 'https://example.org/repo/': Failed to connect to example.org port 443 after 1 ms: Couldn't connect to server", false, false, "Network")]
    [InlineData("ssh: connect to host example.org port 22: Connection refused\nfatal: Could not read from remote repository.\n\nPlease make sure you have the correct access rights\nand the repository exists.", true, false, "Network")]
    [InlineData("ssh: Could not resolve hostname example.org: Name or service not known\nfatal: Could not read from remote repository.", true, true, "Network")]
    [InlineData("error: Cannot access URL http://example.org/repo/, return code 22\nfatal: git-http-push failed\nerror: failed to push some refs to 'http://example.org/repo/'", false, true, "NoPush")]
    [InlineData("error: no DAV locking support on http://example.org/repo/\nfatal: git-http-push failed", false, true, "NoPush")]
    [InlineData("error: Cannot access URL http://example.org/repo/, return code 22\nfatal: git-http-push failed", false, false, "Network")]
    [InlineData("fatal: dumb http transport does not support shallow capabilities", false, false, "Network")]
    [InlineData("error: RPC failed; curl 18 transfer closed", false, false, "Network")]
    [InlineData("", false, false, "Network")]
    // What the URL has says nothing.
    [InlineData("fatal: unable to access 'https://localhost:1/david/site.git/': Failed to connect to localhost port 1 after 0 ms: Couldn't connect to server", false, false, "Network")]
    [InlineData("fatal: unable to access 'https://dav.example.org/WebDAV/DAV/': Could not resolve host: dav.example.org", false, true, "Network")]
    [InlineData("fatal: unable to access 'https://example.org/error:401/not-found/return-code-22/': Could not resolve host: example.org", false, true, "Network")]
    [InlineData("fatal: unable to access 'https://example.org/error:%20404/': Could not resolve host: example.org", false, false, "Network")]
    [InlineData("fatal: '/srv/x: Permission denied (y)/Repository not found' does not appear to be a git repository", true, false, "Missing")]
    [InlineData("fatal: cannot open '/srv/x: Permission denied (y)/Repository not found/HEAD': Input/output error", true, false, "Network")]
    [InlineData("DAV@dav.example.org: Connection closed by remote host", true, true, "Network")]
    public void What_git_says_tells_why_it_did_not_get_through(string errors, bool isSsh, bool isPush, string meaning) => Assert.Equal(meaning, $"{GitReach.MeaningOf(errors, isSsh, isPush)}");

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
