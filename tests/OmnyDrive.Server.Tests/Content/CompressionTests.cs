using System.Net;
using System.Net.Http.Headers;
using OmnyDrive.Client;
using OmnyDrive.Client.Wire;
using OmnyDrive.Engine;
using OmnyDrive.Errors;
using OmnyDrive.Hubs;
using OmnyDrive.Origins;
using OmnyDrive.Server.Tests.Origins;
using OmnyDrive.Server.Tests.Wire;
using OmnyDrive.Snapshots;
using OmnyDrive.Testing;
using OmnyDrive.Transfer;
using Xunit;

namespace OmnyDrive.Server.Tests.Content;

/// <summary>Packed records between a real client and a real content server.</summary>
public sealed class CompressionTests : IAsyncLifetime
{
    private readonly FarDrive _served = new();

    public async ValueTask InitializeAsync() => await _served.StartAsync();

    public ValueTask DisposeAsync() => _served.DisposeAsync();

    [Fact]
    public async Task A_clone_and_a_push_of_text_take_much_less_wire_packed_and_give_the_same()
    {
        WriteText(_served.Root, "first");
        await _served.PublishAsync();
        var plain = await CloneAndPushAsync("plain", CompressionMode.Never);
        var packed = await CloneAndPushAsync("packed", CompressionMode.Always);
        Assert.InRange(packed.Cloned, 1, plain.Cloned / 3);
        Assert.InRange(packed.Pushed, 1, plain.Pushed / 3);
    }

    [Fact]
    public async Task A_clone_of_noise_takes_no_more_wire_packed()
    {
        for (var i = 0; i < 20; i++)
            File.WriteAllBytes(Path.Combine(_served.Root, $"{i}.bin"), Noise(i * 10_000, i));
        await _served.PublishAsync();
        var (plain, packed) = (await CloneAsync("plain", CompressionMode.Never), await CloneAsync("packed", CompressionMode.Always));
        Assert.InRange(packed.Wire, plain.Wire / 2, plain.Wire);
        Assert.Equal(DiskTree.Describe(_served.Root), DiskTree.Describe(packed.Mount));
    }

    [Fact]
    public async Task On_loopback_nothing_is_packed_by_itself()
    {
        WriteText(_served.Root, "first");
        await _served.PublishAsync();
        Assert.Equal((await CloneAsync("never", CompressionMode.Never)).Wire, (await CloneAsync("auto", CompressionMode.Auto)).Wire);
    }

    [Theory]
    [InlineData("always", true)]
    [InlineData("auto; rtt=50", true)]
    [InlineData("auto; rtt=0", false)]
    [InlineData("auto", false)]
    [InlineData(null, false)]
    public async Task An_answer_is_packed_only_for_who_asks(string? wish, bool packed)
    {
        using var answer = await AskAsync(wish is null ? [] : [wish]);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(["zstd"], answer.Headers.GetValues("OmnyDrive-Compression"));
        var bytes = await answer.Content.ReadAsByteArrayAsync();
        Assert.Equal(packed ? 0xF0 : 1, bytes[RecordFormat.HeadSize]);
        Assert.Equal(3, (await PackedRecordTests.ReadAsync(System.IO.Pipelines.PipeReader.Create(new MemoryStream(bytes)))).Sum(record => record.Kind));
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("auto; rtt=-1")]
    [InlineData("always", "always")]
    public async Task A_wish_that_is_none_breaks_the_protocol(params string[] wish)
    {
        using var answer = await AskAsync(wish);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains($"\"code\":\"{ErrorCode.Protocol}\"", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private async Task<HttpResponseMessage> AskAsync(string[] wish)
    {
        var text = new string('x', 2000);
        File.WriteAllText(Path.Combine(_served.Root, "a.txt"), text);
        await _served.PublishAsync();
        await using var origin = _served.ConnectTo(_served.Url);
        await origin.GetHeadAsync();
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_served.Url, "/v1/content/alpha/docs/contents"));
        request.Content = new ByteArrayContent(await Streams.OfAsync(new ContentRequest(DrivePath.Parse("a.txt"), new ContentHash(Hash256.Of(System.Text.Encoding.UTF8.GetBytes(text))), text.Length)));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", (await _served.RouteAsync(DriveActions.Read)).Ticket);
        foreach (var value in wish)
            request.Headers.TryAddWithoutValidation("OmnyDrive-Compression", value);
        return await http.SendAsync(request);
    }

    private async Task<(long Cloned, long Pushed)> CloneAndPushAsync(string name, CompressionMode mode)
    {
        var cloned = await CloneAsync(name, mode);
        Assert.Equal(DiskTree.Describe(_served.Root), DiskTree.Describe(cloned.Mount));
        using var hub = new HubClient(_served.HubUrl.ToString());
        var connector = new CountingConnector(_served.Url);
        await using var endpoint = Endpoint(name, hub, connector);
        WriteText(cloned.Mount, name);
        var synced = await endpoint.SyncMountAsync(endpoint.ListMounts().Single().Id, new SyncOptions { Transfer = new TransferOptions { Compression = mode } });
        Assert.Equal(SyncStatus.Pushed, synced.Status);
        Assert.Equal(DiskTree.Describe(cloned.Mount), DiskTree.Describe(_served.Root));
        return (cloned.Wire, synced.Metrics.BytesOnWire);
    }

    private async Task<(string Mount, long Wire)> CloneAsync(string name, CompressionMode mode)
    {
        using var hub = new HubClient(_served.HubUrl.ToString());
        var connector = new CountingConnector(_served.Url);
        await using var endpoint = Endpoint(name, hub, connector);
        var mount = _served.Scratch.At($"mount-{name}");
        await endpoint.CloneDriveAsync(ServedDrive.Drive, mount, new CloneOptions { Transfer = new TransferOptions { Compression = mode } });
        return (mount, connector.BytesOnWire);
    }

    private LocalDriveEndpoint Endpoint(string name, HubClient hub, CountingConnector connector) =>
        new(new EndpointIdentity(name), hub, new LocalDriveEndpointOptions { Connector = connector, StateDirectory = _served.Scratch.At($"state-{name}") });

    private static void WriteText(string root, string word)
    {
        var random = new Random(word.Length);
        for (var i = 0; i < 60; i++)
        {
            Directory.CreateDirectory(Path.Combine(root, $"d{i % 7}"));
            File.WriteAllLines(Path.Combine(root, $"d{i % 7}", $"{word}-{i}.txt"), Enumerable.Range(0, 40 * i).Select(line => $"    {word} says {random.Next(1000)} in line {line}"));
        }
    }

    private static byte[] Noise(int length, int seed)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private sealed class CountingConnector(Uri server) : IOriginConnector
    {
        private readonly List<ContentClient> _clients = [];

        internal long BytesOnWire => _clients.Sum(client => client.BytesOnWire);

        public IOrigin Connect(DriveRoute route, Func<DriveActions, CancellationToken, Task<DriveRoute>> renew, TransferOptions transfer)
        {
            var client = new ContentClient(route.Drive.Id, server.ToString(), renew, transfer);
            _clients.Add(client);
            return client;
        }
    }
}
