using System.Diagnostics;
using OmnyDrive.Client.Flow;
using OmnyDrive.Client.Wire;
using OmnyDrive.Transfer;

namespace OmnyDrive.Client;

/// <summary>
/// What a client and its content server tell each other about compression. Finds out how far away the server is.
/// </summary>
internal sealed class CompressionHandler(CompressionMode mode) : DelegatingHandler
{
    private const int Looks = 3;

    private static readonly TimeSpan SurelyFar = TimeSpan.FromMilliseconds(10);

    private long _fastest = long.MaxValue, _behind;
    private int _looked;
    private volatile bool _peerReads;

    /// <summary>Decides what of a request's body is packed; null before the server has said that it reads packed records.</summary>
    internal CompressionPolicy? Body() => _peerReads && mode != CompressionMode.Never ? new CompressionPolicy(Wish) : null;

    private CompressionWish Wish => new(mode, Interlocked.Read(ref _fastest) is var ticks and < long.MaxValue ? TimeSpan.FromTicks(Math.Max(ticks, Interlocked.Read(ref _behind))) : null);

    /// <summary>Stands before connections, and looks at each that they open.</summary>
    internal CompressionHandler Over(SocketsHttpHandler connections)
    {
        connections.ConnectCallback = (context, cancellation) =>
            LiveConnection.OpenAsync(context, (socket, took) => InterlockedMin(RoundTrip.Of(socket, took).Ticks), cancellation);
        InnerHandler = connections;
        return this;
    }

    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        // The first request, for the head, has little to pack; by its connection one knows whether to look further.
        if (_peerReads && mode == CompressionMode.Auto && Wish.RoundTrip < SurelyFar && Interlocked.Exchange(ref _looked, 1) == 0)
            await LookBehindAsync(request.RequestUri!, cancellationToken);
        if (Wish.ToText() is { } text)
            request.Headers.Add(CompressionHeader.Name, text);
        var response = await base.SendAsync(request, cancellationToken);
        _peerReads |= response.Headers.TryGetValues(CompressionHeader.Name, out var values) && values.Contains(CompressionHeader.Readable);
        return response;
    }

    // Where the connection ends nearby, the server may still be far: behind a proxy or a tunnel. Then it takes its time to say that there is nothing at its root. A server that
    // is near says so sooner even on a busy machine.
    private async Task LookBehindAsync(Uri server, CancellationToken cancellation)
    {
        var fastest = TimeSpan.MaxValue;
        for (var look = 0; look < Looks; look++)
        {
            using var nothing = new HttpRequestMessage(HttpMethod.Head, new Uri(server, "/"));
            var began = Stopwatch.GetTimestamp();
            using var answer = await base.SendAsync(nothing, cancellation);
            var took = Stopwatch.GetElapsedTime(began);
            fastest = took < fastest ? took : fastest;
        }
        if (fastest >= SurelyFar)
            Interlocked.Exchange(ref _behind, fastest.Ticks);
    }

    private void InterlockedMin(long ticks)
    {
        for (var seen = Interlocked.Read(ref _fastest); ticks < seen;)
        {
            var before = Interlocked.CompareExchange(ref _fastest, ticks, seen);
            if (before == seen)
                return;
            seen = before;
        }
    }
}
