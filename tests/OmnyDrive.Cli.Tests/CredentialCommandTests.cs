using OmnyDrive.Cli.Tests.Harness;

namespace OmnyDrive.Cli.Tests;

public sealed class CredentialCommandTests : IDisposable
{
    private readonly TestPlace _place = new();

    public void Dispose() => _place.Dispose();

    [Fact]
    public async Task What_is_kept_is_listed_without_what_is_secret_and_forgotten_again()
    {
        _place.Write("key", "x");
        Assert.Equal("[]\n", (await _place.RunAsync("credential", "list", "--json")).Expect(0).Out);
        var token = await CliProcess.RunWithInputAsync(_place.Path, "s3cret\n", "credential", "add", "GitHub.com", "--pat");
        Assert.Equal((0, "a token is kept for github.com\n", ""), (token.ExitCode, token.Out, token.Error));
        var password = await CliProcess.RunWithInputAsync(_place.Path, "s3cret", "credential", "add", "git.example.org:8443", "--username", "me", "--json");
        Assert.Equal("""{"host":"git.example.org:8443","kind":"password","username":"me"}""" + "\n", password.Expect(0).Out);
        (await _place.RunAsync("credential", "add", "git.example.org:8443", "--ssh-key", "key")).Expect(0);

        var listed = (await _place.RunAsync("credential", "list")).Expect(0).Out;
        Assert.Contains("github.com", listed, StringComparison.Ordinal);
        Assert.Contains(_place["key"], listed, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", listed + (await _place.RunAsync("credential", "list", "--json")).Out, StringComparison.Ordinal);

        Assert.Equal("""{"host":"git.example.org:8443","removed":2}""" + "\n", (await _place.RunAsync("credential", "remove", "git.example.org:8443", "--json")).Expect(0).Out);
        Assert.Equal("credential_not_found", (await _place.RunAsync("credential", "remove", "git.example.org:8443", "--json")).Expect(3).ErrorCode);
    }

    [Fact]
    public async Task More_than_one_line_is_no_secret()
    {
        Assert.Equal("invalid", (await CliProcess.RunWithInputAsync(_place.Path, "a\nb\n", "credential", "add", "github.com", "--pat", "--json")).Expect(2).ErrorCode);
        Assert.Contains("omnydrive credential remove", (await _place.RunAsync("credential", "remov", "x")).Expect(64).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_secret_in_the_command_line_is_taken_with_a_warning()
    {
        var kept = (await _place.RunAsync("credential", "add", "github.com", "--pat", "s3cret")).Expect(0);
        Assert.Contains("asked for", kept.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", kept.Out + kept.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2, "invalid", "credential", "add", "https://github.com", "--pat", "x")]
    [InlineData(2, "invalid", "credential", "add", "me@github.com", "--pat", "x")]
    [InlineData(3, "path_not_found", "credential", "add", "github.com", "--ssh-key", "none")]
    public async Task What_cannot_be_kept_is_refused(int exitCode, string code, params string[] arguments) =>
        Assert.Equal(code, (await _place.RunAsync([.. arguments, "--json"])).Expect(exitCode).ErrorCode);
}
