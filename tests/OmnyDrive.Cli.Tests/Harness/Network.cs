using OmnyDrive.Cli.Demo;

namespace OmnyDrive.Cli.Tests.Harness;

/// <summary>
/// A hub and two endpoints on loopback, each a real process with a state of its own: alpha publishes <c>notes</c> and serves it, beta clones. The
/// endpoints' commands can be launched in another way.
/// </summary>
internal sealed class Network : IAsyncDisposable
{
    private int _hubPort, _contentPort;
    private RunningProcess? _hub, _content;
    private Func<string, string[], RunningProcess> _launch = CliProcess.Start;

    public TestPlace Place { get; } = new();

    public string HubUrl => $"http://localhost:{_hubPort}";

    /// <summary>Hub up, both endpoints enrolled, alpha serving, nothing published.</summary>
    public static async Task<Network> StartAsync(Func<string, string[], RunningProcess>? launch = null)
    {
        var network = new Network { _hubPort = FreePort.Take(), _launch = launch ?? CliProcess.Start };
        await network.StartHubAsync();
        network._contentPort = FreePort.Take();
        (await network.LoginAsync("alpha", $"http://localhost:{network._contentPort}")).Expect(0);
        (await network.LoginAsync("beta", $"http://localhost:{FreePort.Take()}")).Expect(0);
        await network.StartContentAsync();
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

    public Task<CliResult> AlphaAsync(params string[] args) => RunAsync(["--state", "alpha", "--json", .. args]);

    public Task<CliResult> BetaAsync(params string[] args) => RunAsync(["--state", "beta", "--json", .. args]);

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

    public async Task StartHubAsync() => _hub = await CliProcess.StartAsync(Place.Path, "--state", "hub", "--json", "serve", "--port", $"{_hubPort}");

    /// <summary>Alpha's content server.</summary>
    public RunningProcess Content => _content!;

    public async Task StartContentAsync()
    {
        _content = _launch(Place.Path, ["--state", "alpha", "--json", "serve-content", "--port", $"{_contentPort}"]);
        await _content.FirstLineAsync();
    }

    /// <summary>Starts a command of beta that is still running on return.</summary>
    public RunningProcess StartBeta(params string[] args) => CliProcess.Start(Place.Path, ["--state", "beta", "--json", .. args]);

    private async Task<CliResult> RunAsync(string[] args)
    {
        await using var process = _launch(Place.Path, args);
        return await process.EndAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_content is not null)
            await _content.DisposeAsync();
        if (_hub is not null)
            await _hub.DisposeAsync();
        Place.Dispose();
    }
}
