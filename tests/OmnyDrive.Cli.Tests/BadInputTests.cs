using OmnyDrive.Cli.Demo;
using OmnyDrive.Cli.Tests.Harness;

namespace OmnyDrive.Cli.Tests;

public sealed class BadInputTests : IDisposable
{
    private readonly TestPlace _place = new();

    public void Dispose() => _place.Dispose();

    [Theory]
    [InlineData("clone", "no-slash", "dest")]
    [InlineData("clone", "Alpha/docs", "dest")]
    [InlineData("clone", "alpha/../docs", "dest")]
    [InlineData("unpublish", "alpha/")]
    [InlineData("login", "--hub", "http://localhost:1", "--id", "A B", "--serve-url", "http://localhost:2")]
    [InlineData("login", "--hub", "localhost:1", "--id", "alpha", "--serve-url", "http://localhost:2")]
    [InlineData("login", "--hub", "http://user:pw@localhost:1", "--id", "alpha", "--serve-url", "http://localhost:2")]
    [InlineData("login", "--hub", "ftp://localhost", "--id", "alpha", "--serve-url", "http://localhost:2")]
    public async Task A_malformed_id_or_URL_is_invalid_and_leaves_nothing(params string[] args)
    {
        Assert.Equal("invalid", (await _place.RunAsync(["--json", .. args])).Expect(2).ErrorCode);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_place.Path));
    }

    [Fact]
    public async Task A_secret_does_not_go_to_another_machine_unencrypted_unasked()
    {
        string[] login = ["--json", "login", "--hub", "http://192.0.2.1:7070", "--id", "alpha", "--serve-url", "http://localhost:2"];

        Assert.Equal("insecure_transport", (await _place.RunAsync(login)).Expect(1).ErrorCode);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_place.Path));
    }

    [Theory]
    [InlineData("drives")]
    [InlineData("mounts")]
    [InlineData("sync")]
    [InlineData("publish", ".")]
    [InlineData("unpublish", "alpha/docs")]
    [InlineData("clone", "alpha/docs", "dest")]
    [InlineData("unmount", "m-0123456789ab")]
    [InlineData("serve-content")]
    public async Task Without_a_login_a_command_says_so_and_leaves_nothing(params string[] args)
    {
        var result = (await _place.RunAsync(["--json", .. args])).Expect(1);

        Assert.Equal("not_logged_in", result.ErrorCode);
        Assert.Contains("omnydrive login", result.Out, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_place["dest"]));
    }

    [Fact]
    public async Task A_hub_that_does_not_answer_is_unreachable()
    {
        var port = FreePort.Take();

        var result = (await _place.RunAsync("--json", "login", "--hub", $"http://localhost:{port}", "--id", "alpha", "--serve-url", "http://localhost:2")).Expect(1);

        Assert.Equal("hub_unreachable", result.ErrorCode);
        Assert.Contains($"localhost:{port}", result.Out, StringComparison.Ordinal);
        Assert.Equal("not_logged_in", (await _place.RunAsync("--json", "drives")).Expect(1).ErrorCode);
    }

    [Fact]
    public async Task Without_a_home_directory_a_state_directory_must_be_given()
    {
        var info = CliProcess.InfoFor(_place.Path, CliProcess.Command[0], [.. CliProcess.Command.Skip(1), "--json", "mounts"]);
        info.Environment.Remove("HOME");
        info.Environment.Remove("USERPROFILE");
        await using var process = RunningProcess.Start(info);

        var result = (await process.EndAsync()).Expect(2);

        Assert.Equal("invalid", result.ErrorCode);
        Assert.Contains("--state", result.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_demo_of_a_missing_directory_is_not_found() =>
        Assert.Equal("path_not_found", (await _place.RunAsync("--json", "demo", "nope")).Expect(3).ErrorCode);
}
