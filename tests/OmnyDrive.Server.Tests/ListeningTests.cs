using System.Net;
using System.Net.Sockets;
using OmnyDrive.Client;
using OmnyDrive.Drives;
using OmnyDrive.Engine.Hubs;
using OmnyDrive.Errors;
using Xunit;

namespace OmnyDrive.Server.Tests;

public sealed class ListeningTests : IDisposable
{
    private readonly DirectoryInfo _parent = Directory.CreateTempSubdirectory("omnydrive-server-");

    public void Dispose() => _parent.Delete(recursive: true);

    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("::")]
    [InlineData("192.0.2.1")]
    public async Task Plain_http_beyond_this_machine_is_refused_before_anything_is_made(string host)
    {
        var refused = await Assert.ThrowsAsync<DriveException>(() => HubServer.OpenAsync(Options() with { Host = host }));
        Assert.Equal(ErrorCode.CannotListen, refused.Code);
        Assert.Contains("--allow-insecure-http", refused.Hint, StringComparison.Ordinal);
        Assert.Empty(_parent.GetFileSystemInfos());
    }

    [Fact]
    public async Task Plain_http_beyond_this_machine_is_served_where_that_was_allowed()
    {
        await using var server = await HubServer.OpenAsync(Options() with { Host = "0.0.0.0", AllowInsecureHttp = true });
        var port = (await server.StartAsync()).Port;
        using var client = new HubClient($"http://127.0.0.1:{port}");
        Assert.NotEmpty((await client.EnrolAsync(EndpointId.Parse("alpha"), "Alpha")).Secret);
    }

    [Fact]
    public async Task A_hub_told_not_to_enrol_openly_says_so()
    {
        await using var server = await HubServer.OpenAsync(Options() with { Hub = new HubOptions { OpenEnrolment = false } });
        using var client = new HubClient((await server.StartAsync()).ToString());
        var refused = await Assert.ThrowsAsync<DriveException>(() => client.EnrolAsync(EndpointId.Parse("alpha"), "Alpha"));
        Assert.Equal(ErrorCode.AccessDenied, refused.Code);
    }

    [Fact]
    public async Task A_port_that_is_taken_is_named_with_a_way_out()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        await using var server = await HubServer.OpenAsync(Options() with { Port = port });
        var refused = await Assert.ThrowsAsync<DriveException>(() => server.StartAsync());
        Assert.Equal(ErrorCode.CannotListen, refused.Code);
        Assert.Contains(port.ToString(System.Globalization.CultureInfo.InvariantCulture), refused.Message, StringComparison.Ordinal);
        Assert.Contains("--port", refused.Hint, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(65536)]
    public async Task A_port_out_of_range_is_refused(int port)
    {
        var refused = await Assert.ThrowsAsync<DriveException>(() => HubServer.OpenAsync(Options() with { Port = port }));
        Assert.Equal(ErrorCode.Invalid, refused.Code);
    }

    [Fact]
    public async Task A_host_that_has_no_address_is_refused()
    {
        var refused = await Assert.ThrowsAsync<DriveException>(() => HubServer.OpenAsync(Options() with { Host = "nowhere.invalid" }));
        Assert.Equal(ErrorCode.CannotListen, refused.Code);
    }

    [Fact]
    public async Task The_url_is_the_one_at_which_the_hub_answers()
    {
        await using var server = await HubServer.OpenAsync(Options());
        var url = await server.StartAsync();
        Assert.Equal("localhost", url.Host);
        Assert.NotEqual(0, url.Port);
        using var client = new HubClient(url.ToString());
        await client.GetSigningKeyAsync();
    }

    [Fact]
    public async Task Cancelling_ends_the_server_and_frees_its_port()
    {
        // An address of its own: a free port of 127.0.0.1 may be any other test's the moment after.
        var alone = IPAddress.Parse("127.0.0.98");
        await using var server = await HubServer.OpenAsync(Options() with { Host = alone.ToString() });
        var url = await server.StartAsync();
        using var stop = new CancellationTokenSource();
        var waiting = server.WaitForShutdownAsync(stop.Token);
        Assert.False(waiting.IsCompleted);
        using (var taken = new TcpListener(alone, url.Port))
        {
            Assert.Equal(SocketError.AddressAlreadyInUse, Assert.Throws<SocketException>(taken.Start).SocketErrorCode);
        }

        await stop.CancelAsync();
        await waiting;
        using var again = new TcpListener(alone, url.Port);
        again.Start();
    }

    private HubServerOptions Options() => new() { Port = 0, StateDirectory = Path.Combine(_parent.FullName, "state") };
}
