using OmnyDrive.Cli.Tests.Harness;

namespace OmnyDrive.Cli.Tests;

public sealed class ServeTests : IDisposable
{
    private readonly TestPlace _place = new();

    public void Dispose() => _place.Dispose();

    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("192.0.2.1")]
    [InlineData("::")]
    public async Task Plain_HTTP_off_loopback_needs_the_flag(string host)
    {
        var result = (await _place.RunAsync("--json", "serve", "--host", host, "--port", "0")).Expect(1);

        Assert.Equal("cannot_listen", result.ErrorCode);
        Assert.Contains("--allow-insecure-http", result.Out, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_place.Path));
    }

    [Fact]
    public async Task With_the_flag_it_listens_off_loopback()
    {
        await using var hub = CliProcess.Start(_place.Path, "--json", "serve", "--host", "0.0.0.0", "--port", "0", "--allow-insecure-http");

        Assert.NotEqual(0, new Uri(await hub.UrlAsync()).Port);
    }

    [Theory]
    [InlineData("localhost")]
    [InlineData("127.0.0.1")]
    public async Task A_hub_says_where_it_is_ready_and_ends_in_order(string host)
    {
        await using var hub = CliProcess.Start(_place.Path, "--json", "serve", "--host", host, "--port", "0");

        var url = new Uri(await hub.UrlAsync());
        var end = (await hub.InterruptAsync()).Expect(130);

        Assert.Equal("http", url.Scheme);
        Assert.NotEqual(0, url.Port);
        Assert.EndsWith("{\"event\":\"stopped\"}\n", end.Out, StringComparison.Ordinal);
        Assert.Empty(end.Error);
    }

    [Fact]
    public async Task For_a_person_the_ready_line_is_the_only_result()
    {
        await using var hub = CliProcess.Start(_place.Path, "serve", "--port", "0");

        var line = await hub.FirstLineAsync();
        var end = (await hub.InterruptAsync()).Expect(130);

        Assert.StartsWith("hub ready at http://", line, StringComparison.Ordinal);
        Assert.Equal(line + "\n", end.Out);
    }

    [Fact]
    public async Task A_port_that_is_taken_is_an_error()
    {
        await using var first = CliProcess.Start(_place.Path, "--state", "one", "--json", "serve", "--port", "0");
        var port = new Uri(await first.UrlAsync()).Port;

        var second = (await _place.RunAsync("--state", "two", "--json", "serve", "--port", $"{port}")).Expect(1);

        Assert.Equal("cannot_listen", second.ErrorCode);
        Assert.Contains($"{port}", second.Out, StringComparison.Ordinal);
    }
}
