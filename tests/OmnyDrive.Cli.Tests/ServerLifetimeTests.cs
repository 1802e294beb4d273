using OmnyDrive.Cli.Demo;

namespace OmnyDrive.Cli.Tests;

/// <summary>What a command that serves does around its server.</summary>
public sealed class ServerLifetimeTests
{
    [Fact]
    public async Task A_server_is_disposed_of_when_the_command_is_cancelled()
    {
        using var end = new CancellationTokenSource();
        using var output = new FirstLineWriter();
        var server = new Server();
        var services = new CompositionRoot { StartHub = (settings, _) => Task.FromResult(new RunningServer(new Uri($"http://{settings.Host}:{settings.Port}/"), server)) };
        var environment = new CliEnvironment { Out = output, Error = TextWriter.Null, CurrentDirectory = "/", Variable = _ => "/nowhere" };

        var command = OmnydriveCli.RunAsync(["--json", "serve", "--port", "7"], environment, services, end.Token);
        await output.FirstLine;
        var disposedBefore = server.Disposed;
        await end.CancelAsync();

        Assert.Equal(130, await command);
        Assert.False(disposedBefore);
        Assert.True(server.Disposed);
        Assert.Equal("{\"event\":\"ready\",\"url\":\"http://localhost:7\"}\n{\"event\":\"stopped\"}\n", output.Text);
    }

    private sealed class Server : IAsyncDisposable
    {
        public bool Disposed { get; private set; }

        public ValueTask DisposeAsync()
        {
            Disposed = true;
            return ValueTask.CompletedTask;
        }
    }
}
