using OmnyDrive.Drives;
using OmnyDrive.Engine;
using OmnyDrive.Engine.Hubs;
using OmnyDrive.Testing;
using Xunit;

namespace OmnyDrive.Server.Tests.Content;

public sealed class HeartbeatTests
{
    [Fact]
    public async Task A_beat_that_fails_in_any_way_ends_neither_the_next_nor_the_server()
    {
        var hub = new FailingHub(new LocalDriveHub());
        await using var endpoint = new LocalDriveEndpoint(new EndpointIdentity(EndpointId.Parse("alpha"), "Alpha"), hub);
        var server = await ContentServer.OpenAsync(endpoint, new ContentServerOptions { Host = "127.0.0.1", Port = 0, Heartbeat = TimeSpan.FromMilliseconds(5) });
        var url = await server.StartAsync();

        hub.ReportFailure = new InvalidOperationException("A report failed as nobody foresaw.");
        var before = hub.Reports;
        for (var waited = 0; hub.Reports < before + 3; waited++)
        {
            Assert.True(waited < 3_000, "The heart stands still.");
            await Task.Delay(10);
        }

        await server.StopAsync();
        using var http = new HttpClient();
        await Assert.ThrowsAsync<HttpRequestException>(() => http.GetAsync(url));
        await server.DisposeAsync();
    }
}
