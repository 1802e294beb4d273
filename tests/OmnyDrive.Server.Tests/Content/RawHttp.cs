using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace OmnyDrive.Server.Tests.Content;

/// <summary>Requests byte for byte as given: no client of ours or of .NET mends a path or a body on the way.</summary>
internal sealed class RawHttp(Uri server)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    internal async Task<RawAnswer> SendAsync(string method, string path, string? ticket, byte[]? body = null, long? declaredLength = null)
    {
        using var connection = await OpenAsync(method, path, ticket, declaredLength ?? body?.Length ?? 0);
        await connection.GetStream().WriteAsync(body ?? []);
        return await AnswerAsync(connection);
    }

    /// <summary>A connection on which the head of a request has been sent, and its body has not.</summary>
    internal async Task<TcpClient> OpenAsync(string method, string path, string? ticket, long length)
    {
        var connection = new TcpClient();
        await connection.ConnectAsync(server.Host, server.Port);
        var authorization = ticket is null ? "" : $"Authorization: Bearer {ticket}\r\n";
        await connection.GetStream().WriteAsync(Encoding.Latin1.GetBytes($"{method} {path} HTTP/1.1\r\nHost: {server.Authority}\r\nConnection: close\r\n{authorization}Content-Length: {length}\r\n\r\n"));
        return connection;
    }

    private static bool IsWhole(MemoryStream answer) => answer.GetBuffer().AsSpan(0, (int)answer.Length).EndsWith("\r\n0\r\n\r\n"u8);

    private static async Task<RawAnswer> AnswerAsync(TcpClient connection)
    {
        using var patience = new CancellationTokenSource(Patience);
        using var all = new MemoryStream();
        try
        {
            // Not to the end of the connection: a server waits a while for the rest of a body that it refused.
            var buffer = new byte[64 << 10];
            int read;
            while (!IsWhole(all) && (read = await connection.GetStream().ReadAsync(buffer, patience.Token)) > 0)
                all.Write(buffer, 0, read);
        }
        catch (IOException)
        {
            // The server closes while a body that it refused is still on its way; what it said before counts.
        }
        var text = Encoding.Latin1.GetString(all.ToArray());
        var body = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        return new RawAnswer(int.Parse(text.AsSpan(9, 3), provider: null), text[(body + 4)..]);
    }
}

/// <summary>A status and a body as it stands on the wire.</summary>
internal sealed record RawAnswer(int Status, string Body)
{
    /// <summary>The code of an error body, also where it stands in a chunk or a record.</summary>
    internal string Code
    {
        get
        {
            var begin = Body.IndexOf("{\"code\"", StringComparison.Ordinal);
            if (begin < 0)
                return "";
            using var error = JsonDocument.Parse(Body[begin..(Body.LastIndexOf('}') + 1)]);
            return error.RootElement.GetProperty("code").GetString()!;
        }
    }
}
