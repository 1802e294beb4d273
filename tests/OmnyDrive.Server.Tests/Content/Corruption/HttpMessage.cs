using System.Buffers.Text;
using System.Text;

namespace OmnyDrive.Server.Tests.Content.Corruption;

/// <summary>A request or an answer of HTTP/1.1, its body taken out of its chunks.</summary>
/// <param name="Head">With the empty line.</param>
/// <param name="Body">Without chunk heads.</param>
/// <param name="IsChunked">Whether the body comes in chunks.</param>
/// <param name="Size">How many bytes the message took.</param>
internal sealed record HttpMessage(byte[] Head, byte[] Body, bool IsChunked, int Size)
{
    /// <summary>The message at the beginning of some bytes; null while it is not whole.</summary>
    internal static HttpMessage? TryRead(ReadOnlySpan<byte> bytes)
    {
        var end = bytes.IndexOf("\r\n\r\n"u8) + 4;
        if (end < 4)
            return null;
        var head = bytes[..end].ToArray();
        var text = Encoding.ASCII.GetString(head);
        if (text.Contains("transfer-encoding: chunked", StringComparison.OrdinalIgnoreCase))
            return TryReadChunks(bytes, end) is var (body, size) ? new HttpMessage(head, body, true, size) : null;
        var length = LengthIn(text);
        return bytes.Length < end + length ? null : new HttpMessage(head, bytes.Slice(end, length).ToArray(), false, end + length);
    }

    /// <summary>The message with another body, in one chunk.</summary>
    internal static byte[] Write(byte[] head, byte[] body) => body.Length == 0
        ? [.. head, .. "0\r\n\r\n"u8]
        : [.. head, .. Encoding.ASCII.GetBytes($"{body.Length:x}\r\n"), .. body, .. "\r\n0\r\n\r\n"u8];

    private static (byte[] Body, int Size)? TryReadChunks(ReadOnlySpan<byte> bytes, int at)
    {
        using var body = new MemoryStream();
        while (true)
        {
            var line = bytes[at..].IndexOf("\r\n"u8);
            if (line < 0 || !Utf8Parser.TryParse(bytes.Slice(at, line), out int length, out _, 'x'))
                return null;
            at += line + 2;
            if (bytes.Length < at + length + 2)
                return null;
            body.Write(bytes.Slice(at, length));
            at += length + 2;
            if (length == 0)
                return (body.ToArray(), at);
        }
    }

    private static int LengthIn(string head)
    {
        const string Name = "content-length:";
        var at = head.IndexOf(Name, StringComparison.OrdinalIgnoreCase);
        return at < 0 ? 0 : int.Parse(head.AsSpan(at + Name.Length, head.IndexOf('\r', at) - at - Name.Length));
    }
}
