using OmnyDrive.Client.Flow;
using OmnyDrive.Client.Wire;
using OmnyDrive.Transfer;

namespace OmnyDrive.Client;

/// <summary>
/// What a client and its content server tell each other about compression. Measures how far away the server is when a connection is opened.
/// </summary>
internal sealed class CompressionHandler(CompressionMode mode) : DelegatingHandler
{
    private long _fastest = long.MaxValue;
    private volatile bool _peerReads;

    /// <summary>Decides what of a request's body is packed; null before the server has said that it reads packed records.</summary>
    internal CompressionPolicy? Body() => _peerReads && mode != CompressionMode.Never ? new CompressionPolicy(Wish) : null;

    private CompressionWish Wish => new(mode, Interlocked.Read(ref _fastest) is var ticks and < long.MaxValue ? TimeSpan.FromTicks(ticks) : null);

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
        if (Wish.ToText() is { } text)
            request.Headers.Add(CompressionHeader.Name, text);
        var response = await base.SendAsync(request, cancellationToken);
        _peerReads |= response.Headers.TryGetValues(CompressionHeader.Name, out var values) && values.Contains(CompressionHeader.Readable);
        return response;
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
