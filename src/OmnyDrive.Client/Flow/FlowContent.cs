using System.Net;

namespace OmnyDrive.Client.Flow;

/// <summary>The body of a request, sent through a <see cref="FlowStream"/>.</summary>
internal sealed class FlowContent : HttpContent
{
    private readonly HttpContent _body;
    private readonly Func<Stream, FlowStream> _over;

    internal FlowContent(HttpContent body, Func<Stream, FlowStream> over)
    {
        (_body, _over) = (body, over);
        foreach (var (name, values) in body.Headers.NonValidated)
            Headers.TryAddWithoutValidation(name, values);
    }

    /// <inheritdoc/>
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    /// <inheritdoc/>
    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        await using var flow = _over(stream);
        await _body.CopyToAsync(flow, context, cancellationToken);
    }

    /// <inheritdoc/>
    protected override bool TryComputeLength(out long length)
    {
        length = _body.Headers.ContentLength ?? 0;
        return _body.Headers.ContentLength is not null;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _body.Dispose();
        base.Dispose(disposing);
    }
}
