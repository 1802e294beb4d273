using OmnyDrive.Client;
using OmnyDrive.Transfer;
using Xunit;

namespace OmnyDrive.Server.Tests.Content;

public sealed class CompressionHandlerTests
{
    [Theory]
    [InlineData(CompressionMode.Always, "zstd", true)]
    [InlineData(CompressionMode.Always, null, false)]
    [InlineData(CompressionMode.Always, "later", false)]
    [InlineData(CompressionMode.Auto, "zstd", true)]
    [InlineData(CompressionMode.Never, "zstd", false)]
    public async Task A_body_is_packed_only_for_a_server_that_said_it_reads_that(CompressionMode mode, string? answer, bool packed)
    {
        using var handler = new CompressionHandler(mode) { InnerHandler = new Answering(answer) };
        using var http = new HttpClient(handler, disposeHandler: false);
        Assert.Null(handler.Body());
        using (await http.GetAsync(new Uri("http://localhost:1/")))
            Assert.Equal(packed, handler.Body() is not null);
    }

    [Theory]
    [InlineData(CompressionMode.Always, "always")]
    [InlineData(CompressionMode.Auto, "auto")]
    [InlineData(CompressionMode.Never, null)]
    public async Task A_request_says_what_was_chosen(CompressionMode mode, string? header)
    {
        using var server = new Answering(null);
        using var handler = new CompressionHandler(mode) { InnerHandler = server };
        using var http = new HttpClient(handler, disposeHandler: false);
        using (await http.GetAsync(new Uri("http://localhost:1/")))
            Assert.Equal(header, server.Asked);
    }

    /// <summary>Some server, of this version or another.</summary>
    private sealed class Answering(string? header) : HttpMessageHandler
    {
        internal string? Asked { get; private set; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Asked = request.Headers.TryGetValues("OmnyDrive-Compression", out var values) ? string.Join(",", values) : null;
            var response = new HttpResponseMessage();
            if (header is not null)
                response.Headers.Add("OmnyDrive-Compression", header);
            return Task.FromResult(response);
        }
    }
}
