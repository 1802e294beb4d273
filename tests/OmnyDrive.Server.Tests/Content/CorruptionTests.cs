using System.Net;
using System.Net.Sockets;
using OmnyDrive.Client;
using OmnyDrive.Engine;
using OmnyDrive.Errors;
using OmnyDrive.Hubs;
using OmnyDrive.Origins;
using OmnyDrive.Server.Tests.Origins;
using OmnyDrive.Testing;
using OmnyDrive.Testing.Trees;
using Xunit;

namespace OmnyDrive.Server.Tests.Content;

public sealed class CorruptionTests
{
    [Fact]
    public async Task A_byte_that_flips_on_the_way_is_never_visible_in_a_mount()
    {
        await using var served = new FarDrive();
        await served.StartAsync();
        var expected = Prepare(served.Root);
        await served.PublishAsync();
        using var proxy = new FlippingProxy(served.Url);
        using var hub = new HubClient(served.HubUrl.ToString());
        await using var beta = new LocalDriveEndpoint(new EndpointIdentity("gamma"), hub, new LocalDriveEndpointOptions { Connector = new ThroughProxy(proxy.Url) });

        async Task<string?> CloneAsync(int run)
        {
            var mount = served.Scratch.At($"mount-{run}");
            var code = "none";
            try
            {
                await beta.CloneDriveAsync(ServedDrive.Drive, mount);
            }
            catch (DriveException e)
            {
                code = e.Code;
            }
            var lines = Directory.Exists(mount) ? DiskTree.Describe(mount).Split('\n', StringSplitOptions.RemoveEmptyEntries) : [];
            Assert.All(lines, line => Assert.Contains(line, expected));
            return code == "none" && lines.Length == expected.Count ? null : code;
        }

        Assert.Null(await CloneAsync(-1));
        var (length, runs, flipped, seen) = (proxy.Forwarded, (int)Iterations.Of(200), 0, new Dictionary<string, int>());
        for (var run = 0; run < runs; run++)
        {
            proxy.FlipAt(new Random(run).NextInt64(length), (byte)(1 << (run % 8)));
            var code = await CloneAsync(run);
            seen[code ?? "whole"] = seen.GetValueOrDefault(code ?? "whole") + 1;
            flipped += proxy.HasFlipped ? 1 : 0;
        }
        // A content that arrived wrong was fetched again; anything else ended the clone.
        Assert.True(flipped == runs && seen.Count > 1, $"{flipped} of {runs}: {string.Join(", ", seen)}");
        Assert.False(seen.ContainsKey(ErrorCode.Failed), string.Join(", ", seen));
        proxy.FlipAt(long.MaxValue, 0);
        Assert.Null(await CloneAsync(runs));
    }

    private static HashSet<string> Prepare(string root)
    {
        var random = new Random(5);
        for (var i = 0; i < 8; i++)
        {
            Directory.CreateDirectory(Path.Combine(root, $"d{i % 3}", "deep"));
            var content = new byte[random.Next(3000)];
            random.NextBytes(content);
            File.WriteAllBytes(Path.Combine(root, $"d{i % 3}", i % 2 == 0 ? "deep" : ".", $"f{i}"), content);
        }
        File.WriteAllBytes(Path.Combine(root, "zero"), []);
        File.CreateSymbolicLink(Path.Combine(root, "link"), "d0/deep");
        File.SetUnixFileMode(Path.Combine(root, "zero"), (UnixFileMode)0b111_101_101);
        return [.. DiskTree.Describe(root).Split('\n')];
    }

    private sealed class ThroughProxy(Uri proxy) : IOriginConnector
    {
        public IOrigin Connect(DriveRoute route, Func<DriveActions, CancellationToken, Task<DriveRoute>> renew, TransferOptions transfer) => new ContentClient(route.Drive.Id, proxy.ToString(), renew, transfer);
    }

    /// <summary>
    /// Passes bytes on and changes one of those that come from the server. Afterwards a silent connection is closed, so that nobody waits for
    /// bytes that a changed length promises.
    /// </summary>
    private sealed class FlippingProxy : IDisposable
    {
        private static readonly TimeSpan Silence = TimeSpan.FromMilliseconds(100);

        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly Uri _server;
        private readonly Lock _one = new();
        private long _forwarded, _at = long.MaxValue;
        private byte _mask;

        internal FlippingProxy(Uri server)
        {
            _server = server;
            _listener.Start();
            Url = new Uri($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");
            _ = AcceptAsync();
        }

        internal Uri Url { get; }

        /// <summary>Bytes that came from the server since the last <see cref="FlipAt"/>.</summary>
        internal long Forwarded => Interlocked.Read(ref _forwarded);

        internal void FlipAt(long position, byte mask)
        {
            lock (_one)
                (_forwarded, _at, _mask) = (0, position, mask);
        }

        public void Dispose() => _listener.Dispose();

        private async Task AcceptAsync()
        {
            try
            {
                while (true)
                    _ = ServeAsync(await _listener.AcceptTcpClientAsync());
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                // Disposed.
            }
        }

        private async Task ServeAsync(TcpClient client)
        {
            using (client)
            using (var server = new TcpClient())
            {
                try
                {
                    await server.ConnectAsync(_server.Host, _server.Port);
                    await Task.WhenAny(client.GetStream().CopyToAsync(server.GetStream()), BackAsync(server.GetStream(), client.GetStream()));
                }
                catch (Exception e) when (e is SocketException or IOException)
                {
                    // One of the two hung up.
                }
            }
        }

        private async Task BackAsync(NetworkStream from, NetworkStream to)
        {
            var buffer = new byte[16 << 10];
            while (true)
            {
                var reading = from.ReadAsync(buffer).AsTask();
                while (await Task.WhenAny(reading, Task.Delay(Silence)) != reading)
                {
                    if (HasFlipped)
                        return;
                }
                var read = await reading;
                if (read == 0)
                    return;
                Flip(buffer.AsSpan(0, read));
                await to.WriteAsync(buffer.AsMemory(0, read));
            }
        }

        internal bool HasFlipped
        {
            get
            {
                lock (_one)
                    return _forwarded > _at;
            }
        }

        private void Flip(Span<byte> bytes)
        {
            lock (_one)
            {
                if (_at >= _forwarded && _at < _forwarded + bytes.Length)
                    bytes[(int)(_at - _forwarded)] ^= _mask;
                _forwarded += bytes.Length;
            }
        }
    }
}
