using OmnyDrive.Origins;

namespace OmnyDrive.Client.Flow;

/// <summary>
/// Sees to it that bodies of requests and of answers keep to the limit of a client and do not stall. For an answer that has not begun nobody waits here:
/// a server that computes is not stalled, and one that is gone is noticed by the connection.
/// </summary>
internal sealed class FlowHandler(HttpMessageHandler inner, TransferOptions options, TimeProvider time) : DelegatingHandler(inner)
{
    private readonly TimeSpan _longest = options.Patience.Stall;
    private readonly RateLimit? _up = Limit(options, time), _down = Limit(options, time);

    /// <summary>Whether the server has answered anything yet.</summary>
    internal bool Reached { get; private set; }

    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = request.Content is null ? await base.SendAsync(request, cancellationToken) : await SendBodyAsync(request, cancellationToken);
        Reached = true;
        var answer = response.Content;
        var wire = await answer.ReadAsStreamAsync(cancellationToken);
        response.Content = new StreamContent(new FlowStream(wire, _down, new StallWatch(_longest, "nothing arrived", time), leaveOpen: false));
        foreach (var (name, values) in answer.Headers.NonValidated)
            response.Content.Headers.TryAddWithoutValidation(name, values);
        return response;
    }

    // The stream that a connection gives for a body takes no notice of tokens; a request that is cancelled closes it.
    private async Task<HttpResponseMessage> SendBodyAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        using var watch = new StallWatch(_longest, "nothing could be sent", time);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellation, watch.Ended);
        request.Content = new FlowContent(request.Content!, wire => new FlowStream(wire, _up, watch, leaveOpen: true));
        try
        {
            return await base.SendAsync(request, ended.Token);
        }
        catch (OperationCanceledException) when (watch.HasStalled(cancellation))
        {
            throw watch.Stalled();
        }
    }

    private static RateLimit? Limit(TransferOptions options, TimeProvider time) => options.BytesPerSecond is { } rate ? new RateLimit(rate, time) : null;
}
