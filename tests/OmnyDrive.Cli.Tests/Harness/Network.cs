using OmnyDrive.Cli.Demo;

namespace OmnyDrive.Cli.Tests.Harness;

/// <summary>
/// A hub and two endpoints on loopback, each a real process with a state of its own: alpha publishes <c>notes</c> and serves it, beta clones.
/// </summary>
internal sealed class Network : IAsyncDisposable
{
    private int _hubPort;
    private RunningProcess? _hub, _content;

    public TestPlace Place { get; } = new();

    public string HubUrl => $"http://localhost:{_hubPort}";

    /// <summary>Hub up, both endpoints enrolled, alpha serving, nothing published.</summary>
    public static async Task<Network> StartAsync()
    {
        var network = new Network { _hubPort = FreePort.Take() };
        await network.StartHubAsync();
        var content = FreePort.Take();
        (await network.LoginAsync("alpha", $"http://localhost:{content}")).Expect(0);
        (await network.LoginAsync("beta", $"http://localhost:{FreePort.Take()}")).Expect(0);
        network._content = await CliProcess.StartAsync(network.Place.Path, "--state", "alpha", "--json", "serve-content", "--port", $"{content}");
        return network;
    }

    /// <summary>The same, with three files published as alpha/notes and cloned to <c>mount</c>.</summary>
    public static async Task<Network> WithMountAsync(params string[] cloneOptions)
    {
        var network = await StartAsync();
        network.Place.Write("notes/a.txt", "a\n");
        network.Place.Write("notes/b.txt", "b\n");
        network.Place.Write("notes/sub/c.txt", "c\n");
        (await network.AlphaAsync("publish", "notes")).Expect(0);
        (await network.BetaAsync(["clone", "alpha/notes", "mount", .. cloneOptions])).Expect(0);
        return network;
    }

    public Task<CliResult> AlphaAsync(params string[] args) => Place.RunAsync(["--state", "alpha", "--json", .. args]);

    public Task<CliResult> BetaAsync(params string[] args) => Place.RunAsync(["--state", "beta", "--json", .. args]);

    public Task<CliResult> LoginAsync(string id, string serveUrl, params string[] more) =>
        Place.RunAsync(["--state", id, "--json", "login", "--hub", HubUrl, "--id", id, "--serve-url", serveUrl, .. more]);

    /// <summary>Ends the hub without warning and starts it again on the same state and port.</summary>
    public async Task RestartHubAsync()
    {
        await StopHubAsync();
        await StartHubAsync();
    }

    public async Task StopHubAsync()
    {
        await _hub!.KillAsync();
        await _hub.DisposeAsync();
        _hub = null;
    }

    public async ValueTask DisposeAsync()
    {
        if (_content is not null)
            await _content.DisposeAsync();
        if (_hub is not null)
            await _hub.DisposeAsync();
        Place.Dispose();
    }

    private async Task StartHubAsync() => _hub = await CliProcess.StartAsync(Place.Path, "--state", "hub", "--json", "serve", "--port", $"{_hubPort}");
}
