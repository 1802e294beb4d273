using System.Net.Sockets;

namespace OmnyDrive.Server.Tests.Content.Corruption;

/// <summary>
/// One connection through the proxy. When it has been hurt and falls silent it is closed, so that nobody waits for bytes that a changed
/// length promises.
/// </summary>
internal sealed class ProxiedConnection(Socket client, Socket server, Damage damage) : IDisposable
{
    private static readonly TimeSpan Silence = TimeSpan.FromMilliseconds(30);

    private long _moved;

    /// <summary>Ends when both sides have said all.</summary>
    internal async Task PassAsync()
    {
        var both = new[] { PassAsync(client, server, fromServer: false), PassAsync(server, client, fromServer: true) };
        // One that fails leaves the other nothing to do.
        await await Task.WhenAny(both);
        await Task.WhenAll(both);
    }

    public void Dispose()
    {
        client.Dispose();
        server.Dispose();
    }

    private async Task PassAsync(Socket from, Socket to, bool fromServer)
    {
        var buffer = new byte[64 << 10];
        using var messages = damage.IsOfMessages(fromServer) ? new MemoryStream() : null;
        while (await from.ReceiveAsync(buffer) is var read and > 0)
        {
            Interlocked.Increment(ref _moved);
            var piece = buffer[..read];
            var passage = damage.Pass(fromServer, ref piece);
            if (messages is not null)
            {
                messages.Write(piece);
                // A large message is looked into when its end may be there.
                passage = messages.Length <= buffer.Length || piece.AsSpan().EndsWith("0\r\n\r\n"u8) ? TakeMessages(messages, fromServer, out piece) : Nothing(out piece);
            }
            await SendAsync(to, piece);
            if (passage != Passage.Unhurt)
                await EndAsync(passage, from, to, buffer);
        }
        // What was left is no whole message.
        if (messages is not null)
            await SendAsync(to, messages.ToArray());
        to.Shutdown(SocketShutdown.Send);
    }

    private static Passage Nothing(out byte[] passed)
    {
        passed = [];
        return Passage.Unhurt;
    }

    private Passage TakeMessages(MemoryStream from, bool fromServer, out byte[] passed)
    {
        var worst = Passage.Unhurt;
        ReadOnlySpan<byte> rest = from.ToArray();
        using var to = new MemoryStream();
        while (HttpMessage.TryRead(rest) is { } message)
        {
            var bytes = rest[..message.Size].ToArray();
            if (message.IsChunked && RecordStreams.IsStream(message.Body))
            {
                var records = RecordStreams.Split(message.Body);
                if (damage.Pass(fromServer, records) == Passage.Hurt)
                    (worst, bytes) = (Passage.Hurt, HttpMessage.Write(message.Head, RecordStreams.Join(message.Body, records)));
            }
            to.Write(bytes);
            rest = rest[message.Size..];
        }
        passed = to.ToArray();
        var left = rest.ToArray();
        from.SetLength(0);
        from.Write(left);
        return worst;
    }

    private async Task EndAsync(Passage passage, Socket from, Socket to, byte[] buffer)
    {
        if (passage == Passage.Reset)
        {
            (client.LingerState, server.LingerState) = (new LingerOption(true, 0), new LingerOption(true, 0));
            Dispose();
            return;
        }
        _ = EndInSilenceAsync();
        if (passage != Passage.Closed)
            return;
        // Read on, for a socket that is closed with bytes unread says so with a reset.
        to.Shutdown(SocketShutdown.Send);
        while (await from.ReceiveAsync(buffer) > 0)
            Interlocked.Increment(ref _moved);
    }

    private async Task EndInSilenceAsync()
    {
        for (var seen = -1L; seen != Interlocked.Read(ref _moved);)
        {
            seen = Interlocked.Read(ref _moved);
            await Task.Delay(Silence);
        }
        Dispose();
    }

    private static async Task SendAsync(Socket to, ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
            bytes = bytes[await to.SendAsync(bytes)..];
    }
}
