using OmnyDrive.Testing;

namespace OmnyDrive.Server.Tests;

/// <summary>A real hub on a free port of this machine, with a state of its own.</summary>
internal sealed class RunningHub : IAsyncDisposable
{
    private readonly DirectoryInfo _parent = Directory.CreateTempSubdirectory("omnydrive-server-");
    private HubServer _server = null!;

    public ManualTime Time { get; } = new();

    public Uri Url { get; private set; } = null!;

    public static async Task<RunningHub> StartAsync()
    {
        var hub = new RunningHub();
        await hub.ListenAsync(0);
        return hub;
    }

    public async Task RestartAsync()
    {
        await _server.DisposeAsync();
        await ListenAsync(Url.Port);
    }

    public async Task StopAsync() => await _server.DisposeAsync();

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _parent.Delete(recursive: true);
    }

    private async Task ListenAsync(int port)
    {
        var options = new HubServerOptions { Port = port, Host = "127.0.0.1", StateDirectory = Path.Combine(_parent.FullName, "state") };
        _server = await HubServer.OpenAsync(options, Time);
        Url = await _server.StartAsync();
    }
}
