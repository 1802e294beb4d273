using OmnyDrive.Client;
using OmnyDrive.Client.Retrying;
using OmnyDrive.Origins;
using OmnyDrive.Server.Tests.Origins;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Server.Tests.Flow;

/// <summary>A drive behind a real content server and a link that is not good.</summary>
internal sealed class LinkedDrive : IAsyncDisposable
{
    private readonly List<ContentClient> _clients = [];

    /// <summary>Tries as often as in use, without the pauses.</summary>
    internal static TransferPatience Quick { get; } = new() { FirstPause = TimeSpan.FromMilliseconds(1), LongestPause = TimeSpan.FromMilliseconds(2) };

    internal FarDrive Served { get; } = new();

    internal FaultyLink Link { get; private set; } = null!;

    internal static async Task<LinkedDrive> StartAsync(Action<string>? fill = null, int pass = 20_000)
    {
        var drive = new LinkedDrive();
        await drive.Served.StartAsync();
        fill?.Invoke(drive.Served.Root);
        await drive.Served.PublishAsync();
        drive.Link = new FaultyLink(drive.Served.Url) { Pass = pass };
        return drive;
    }

    internal ContentClient Connect(TransferPatience? patience = null, long? limit = null)
    {
        var options = new TransferOptions { BytesPerSecond = limit, Patience = patience ?? Quick };
        var client = new ContentClient(ServedDrive.Drive, Link.Url.ToString(), (actions, _) => Served.RouteAsync(actions), options);
        _clients.Add(client);
        return client;
    }

    internal static byte[] Noise(int length, int seed = 1)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    internal static ContentRequest Request(string path, byte[] content) => new(DrivePath.Parse(path), ContentHash.Of(content), content.Length);

    /// <summary>The bytes of all contents, one after the other.</summary>
    internal static async Task<byte[]> FetchAsync(ITreeOrigin origin, CancellationToken cancellation, params ContentRequest[] requests)
    {
        using var all = new MemoryStream();
        await foreach (var content in origin.FetchAsync(requests, cancellation))
            all.Write(await ReadAllAsync(content, cancellation));
        return all.ToArray();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients)
            await client.DisposeAsync();
        Link.Dispose();
        await Served.DisposeAsync();
    }

    private static async Task<byte[]> ReadAllAsync(ContentStream content, CancellationToken cancellation)
    {
        using var all = new MemoryStream();
        var buffer = new byte[64 << 10];
        int read;
        while ((read = await content.ReadAsync(buffer, cancellation)) > 0)
            all.Write(buffer.AsSpan(0, read));
        return all.ToArray();
    }
}
