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
        if (request.Content is { } body)
            request.Content = new FlowContent(body, wire => new FlowStream(wire, _up, new StallWatch(_longest, "nothing could be sent", time), leaveOpen: true));
        var response = await base.SendAsync(request, cancellationToken);
        Reached = true;
        var answer = response.Content;
        var wire = await answer.ReadAsStreamAsync(cancellationToken);
        response.Content = new StreamContent(new FlowStream(wire, _down, new StallWatch(_longest, "nothing arrived", time), leaveOpen: false));
        foreach (var (name, values) in answer.Headers.NonValidated)
            response.Content.Headers.TryAddWithoutValidation(name, values);
        return response;
    }

    private static RateLimit? Limit(TransferOptions options, TimeProvider time) => options.BytesPerSecond is { } rate ? new RateLimit(rate, time) : null;
}
