using System.Net.Sockets;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using OmnyDrive.Client.Wire;
using OmnyDrive.Hubs;
using OmnyDrive.Origins;
using OmnyDrive.Server.Tests.Origins;
using OmnyDrive.Snapshots;
using OmnyDrive.Testing;
using Xunit;

namespace OmnyDrive.Server.Tests.Content;

/// <summary>Peers that stop in the middle do not hold what they were given.</summary>
public sealed class StalledPeerTests : IAsyncLifetime
{
    private const string Docs = "/v1/content/alpha/docs";
    private const int Size = 64 << 20;

    // As in use, but sooner: the time at first is the shortest that Kestrel takes.
    private readonly FarDrive _served = new()
    {
        Options = new ContentServerOptions
        {
            Host = "127.0.0.1",
            Port = 0,
            Heartbeat = TimeSpan.FromDays(1),
            SlowestPeer = new MinDataRate(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(1.5)),
            LongestStall = TimeSpan.FromSeconds(1.5),
        },
    };

    private RawHttp _http = null!;

    private string Large => Path.Combine(_served.Root, "large");

    public async ValueTask InitializeAsync()
    {
        await _served.StartAsync();
        using (var large = File.Create(Large))
            large.SetLength(Size);
        await _served.PublishAsync();
        _http = new RawHttp(_served.Url);
    }

    public ValueTask DisposeAsync() => _served.DisposeAsync();

    [Theory]
    [InlineData(0)]
    [InlineData(Size / 2)]
    public async Task A_peer_that_stops_reading_is_disconnected_and_the_file_it_asked_for_is_closed(int takes)
    {
        var origin = await _served.ConnectAsync();
        var draft = await Draft.OfAsync(origin);
        var entry = draft.Tree.ToSnapshot();
        var hash = entry.Trees.Read(DrivePath.Root, entry.Root).Entries.Single().Entry.ContentHash;
        var body = await Streams.OfAsync(new ContentRequest(DrivePath.Parse("large"), hash, Size));
        using var connection = await _http.OpenAsync("POST", $"{Docs}/contents", (await _served.RouteAsync(DriveActions.Read)).Ticket, body.Length);
        await connection.GetStream().WriteAsync(body);
        await connection.GetStream().ReadExactlyAsync(new byte[takes]);

        await UntilAsync(IsOpen, "the file is being sent");
        await UntilAsync(() => !IsOpen(), "the file is closed");

        Assert.True(await EndsAsync(connection));
    }

    [Fact]
    public async Task A_peer_that_stops_sending_is_disconnected_and_what_it_sent_is_gone()
    {
        const string push = "0123456789abcdef0123456789abcdef";
        var origin = await _served.ConnectAsync();
        var draft = (await Draft.OfAsync(origin)).File("new", new byte[1 << 20]);
        await origin.BeginPushAsync(draft.Intent(PushId.Parse(push)), draft.Trees());
        using var connection = await _http.OpenAsync("PUT", $"{Docs}/pushes/{push}/contents", (await _served.RouteAsync(DriveActions.Write)).Ticket, 1 << 20);
        await connection.GetStream().WriteAsync((byte[])[.. Streams.Head(StreamKind.Contents), .. Streams.Record(1, Streams.UInt32(0), new byte[1000])]);

        await UntilAsync(() => Staged() == 1, "the first part has arrived");
        await UntilAsync(() => Staged() == 0, "the half file is gone");

        Assert.True(await EndsAsync(connection));
    }

    // What was on its way may still be read; then the connection is at its end.
    private static async Task<bool> EndsAsync(TcpClient connection)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var (buffer, all) = (new byte[1 << 20], 0L);
        try
        {
            int read;
            while ((read = await connection.GetStream().ReadAsync(buffer, patience.Token)) > 0)
                all += read;
        }
        catch (IOException)
        {
            // Reset.
        }
        return all < Size / 2;
    }

    private bool IsOpen() => Directory.GetFiles("/proc/self/fd").Any(descriptor => new FileInfo(descriptor).LinkTarget == Large);

    private int Staged() => Directory.GetFiles(Path.Combine(_served.Root, ".omnydrive", "staging"), "*", SearchOption.AllDirectories).Length;

    private static async Task UntilAsync(Func<bool> condition, string what)
    {
        var deadline = DateTime.UtcNow + TimeSpan.FromSeconds(30);
        while (!condition())
        {
            Assert.True(DateTime.UtcNow < deadline, $"never: {what}");
            await Task.Delay(2);
        }
    }
}
