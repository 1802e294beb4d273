using System.IO.Pipelines;
using System.Net;

namespace OmnyDrive.Client.Wire;

/// <summary>A request body that is written as it is sent.</summary>
internal sealed class PipeContent : HttpContent
{
    private const int Buffer = 128 << 10;

    private readonly Func<PipeWriter, CancellationToken, Task> _write;

    internal PipeContent(Func<PipeWriter, CancellationToken, Task> write)
    {
        _write = write;
        Headers.ContentType = new System.Net.Http.Headers.MediaTypeHeaderValue("application/vnd.omnydrive.records");
    }

    /// <inheritdoc/>
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    /// <inheritdoc/>
    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        var writer = PipeWriter.Create(stream, new StreamPipeWriterOptions(minimumBufferSize: Buffer, leaveOpen: true));
        await _write(writer, cancellationToken);
        await writer.CompleteAsync();
    }

    /// <inheritdoc/>
    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
