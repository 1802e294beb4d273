using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace OmnyDrive.Server.Tests.Flow;

/// <summary>What a link does to a request.</summary>
public enum LinkFault
{
    None,
    /// <summary>Cuts the connection before the server has seen the request.</summary>
    Drop,
    /// <summary>Cuts it when the server has answered, and passes on nothing of the answer but its first letters: where not one comes, the runtime asks again by itself.</summary>
    LoseAnswer,
    /// <summary>Cuts it in the middle of the answer.</summary>
    CutAnswer,
    /// <summary>Passes on the beginning of the answer and then nothing more.</summary>
    HoldAnswer,
    /// <summary>Passes the answer on in small pieces with pauses.</summary>
    SlowAnswer,
    /// <summary>Lets the answer begin late.</summary>
    LateAnswer,
    /// <summary>Takes no more of the request than its head.</summary>
    HoldRequest,
    /// <summary>Answers as a proxy that cannot reach the server.</summary>
    Answer503,
}

/// <summary>A connection to a server that does to each request what a test wants.</summary>
internal sealed class FaultyLink : IDisposable
{
    internal static readonly TimeSpan SlowPause = TimeSpan.FromMilliseconds(40), LateBy = TimeSpan.FromMilliseconds(1800);

    // Of its own, so that the port of a link that refuses goes to no other test of this process meanwhile.
    private static readonly IPAddress _address = IPAddress.Parse("127.0.0.97");

    private readonly Uri _server;
    private readonly ConcurrentQueue<string> _requests = new();
    private readonly CancellationTokenSource _ended = new();
    private TcpListener _listener = new(_address, 0);

    internal FaultyLink(Uri server)
    {
        _server = server;
        Start();
        Url = new Uri($"http://{_listener.LocalEndpoint}");
    }

    internal Uri Url { get; }

    /// <summary>Decides by the first line of a request.</summary>
    internal Func<string, LinkFault> Fault { get; set; } = _ => LinkFault.None;

    /// <summary>Bytes of an answer that pass before it is cut or held.</summary>
    internal int Pass { get; init; } = 20_000;

    /// <summary>The first lines of all requests so far.</summary>
    internal string[] Requests => [.. _requests];

    internal int Count(string part) => Requests.Count(request => request.Contains(part, StringComparison.Ordinal));

    /// <summary>The first so many requests with these words meet the fault.</summary>
    internal void FailFirst(int times, string part, LinkFault fault) =>
        Fault = request => request.Contains(part, StringComparison.Ordinal) && Interlocked.Decrement(ref times) >= 0 ? fault : LinkFault.None;

    internal void Start()
    {
        _listener.Start();
        _ = AcceptAsync(_listener);
    }

    /// <summary>From now on connections are refused, until <see cref="Start"/>. Those that are open stay.</summary>
    internal void Refuse()
    {
        _listener.Dispose();
        _listener = new TcpListener(_address, Url.Port);
    }

    public void Dispose()
    {
        _ended.Cancel();
        _listener.Dispose();
        _ended.Dispose();
    }

    private async Task AcceptAsync(TcpListener listener)
    {
        var ended = _ended.Token;
        try
        {
            while (true)
                _ = ServeAsync(await listener.AcceptTcpClientAsync(ended), ended);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // Refused or disposed.
        }
    }

    // Our client sends the head of a request in one piece, and the next request when the answer is there.
    private async Task ServeAsync(TcpClient client, CancellationToken ended)
    {
        using (client)
        using (var server = new TcpClient())
        {
            try
            {
                await server.ConnectAsync(_server.Host, _server.Port, ended);
                var answer = new Answer(client.GetStream(), server.GetStream(), Pass);
                var back = answer.PassAsync(ended);
                await Task.WhenAny(back, ForwardAsync(client.GetStream(), server.GetStream(), answer, ended));
            }
            catch (Exception e) when (e is SocketException or IOException or OperationCanceledException)
            {
                // One of the two hung up.
            }
        }
    }

    private async Task ForwardAsync(NetworkStream client, NetworkStream server, Answer answer, CancellationToken ended)
    {
        var buffer = new byte[64 << 10];
        int read;
        while ((read = await client.ReadAsync(buffer, ended)) > 0)
        {
            var line = FirstLine(buffer.AsSpan(0, read));
            var fault = line is null ? LinkFault.None : Meet(line);
            if (line is not null)
                answer.Begin(fault);
            if (fault == LinkFault.Drop)
                return;
            if (fault == LinkFault.Answer503)
            {
                await client.WriteAsync("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 4\r\nConnection: close\r\n\r\nbusy"u8.ToArray(), ended);
                return;
            }
            await server.WriteAsync(buffer.AsMemory(0, read), ended);
            if (fault == LinkFault.HoldRequest)
                await Task.Delay(Timeout.Infinite, ended);
        }
    }

    private LinkFault Meet(string line)
    {
        _requests.Enqueue(line);
        return Fault(line);
    }

    private static string? FirstLine(ReadOnlySpan<byte> bytes)
    {
        // The end of a body that was answered before all of it had been read may come together with the next request.
        bytes = bytes.TrimStart("0\r\n"u8);
        var end = bytes.IndexOf(" HTTP/1.1\r\n"u8);
        return end is > 0 and < 4096 && char.IsAsciiLetterUpper((char)bytes[0]) ? Encoding.Latin1.GetString(bytes[..end]) : null;
    }

    private sealed class Answer(NetworkStream client, NetworkStream server, int pass)
    {
        private volatile LinkFault _fault;
        private int _passed;

        internal void Begin(LinkFault fault) => (_passed, _fault) = (0, fault);

        internal async Task PassAsync(CancellationToken ended)
        {
            var buffer = new byte[16 << 10];
            int read;
            while ((read = await server.ReadAsync(_fault == LinkFault.SlowAnswer ? buffer.AsMemory(0, 8 << 10) : buffer, ended)) > 0)
            {
                if (_fault is LinkFault.SlowAnswer || (_fault == LinkFault.LateAnswer && _passed == 0))
                    await Task.Delay(_fault == LinkFault.SlowAnswer ? SlowPause : LateBy, ended);
                var cut = _fault == LinkFault.LoseAnswer ? 5 : _fault is LinkFault.CutAnswer or LinkFault.HoldAnswer ? Math.Min(read, pass - _passed) : read;
                await client.WriteAsync(buffer.AsMemory(0, cut), ended);
                _passed += cut;
                if (cut == read)
                    continue;
                if (_fault != LinkFault.HoldAnswer)
                    return;
                await Task.Delay(Timeout.Infinite, ended);
            }
        }
    }
}
