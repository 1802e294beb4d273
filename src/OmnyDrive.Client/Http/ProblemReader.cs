using System.Net;
using System.Text.Json;
using OmnyDrive.Client.Wire;
using OmnyDrive.Errors;

namespace OmnyDrive.Client;

/// <summary>Turns an answer that is not a success into the exception that the server threw.</summary>
internal static class ProblemReader
{
    private const int MaxBody = 16 * 1024;

    /// <summary>
    /// Reads the error of a response. Where the body is not one of ours, somebody else answers at that address, and the exception
    /// (<c>protocol_error</c>) says so; unless that is a proxy which cannot reach the server now, or a limit on requests.
    /// </summary>
    public static async Task<DriveException> ReadAsync(HttpResponseMessage response, HttpPeer peer, CancellationToken cancellation)
    {
        var body = await ReadBodyAsync(response, cancellation);
        try
        {
            if (body.Length <= MaxBody && JsonSerializer.Deserialize(body.Span, WireJson.Default.ErrorBody) is { } error)
                return error.ToException();
        }
        catch (JsonException)
        {
            // Said below.
        }
        if (response.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout)
            return peer.Unreachable($"what is in front of it answered {(int)response.StatusCode}");
        return new DriveException(
            ErrorCode.Protocol,
            $"{peer.BaseUrl} answered {(int)response.StatusCode} and not as {peer.Name}.",
            "Check the address; some other program may be listening there.");
    }

    private static async Task<ReadOnlyMemory<byte>> ReadBodyAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(cancellation);
        var buffer = new byte[MaxBody + 1];
        var length = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellation);
        return buffer.AsMemory(0, length);
    }
}
