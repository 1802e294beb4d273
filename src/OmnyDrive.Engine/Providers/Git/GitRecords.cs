using System.Text;
using OmnyDrive.Errors;

namespace OmnyDrive.Engine.Providers.Git;

/// <summary>Reads what git writes in its stable formats: texts that a byte ends, and bytes whose number was told.</summary>
internal sealed class GitRecords(Stream from)
{
    // A path in a repository can be longer than a file system takes.
    private const int MaxText = 64 << 10;

    private byte[] _buffer = new byte[64 << 10];
    private int _start, _end;

    /// <summary>The next text; null where nothing is left.</summary>
    internal async Task<string?> ReadTextAsync(CancellationToken cancellation, char end = '\0')
    {
        for (var searched = 0; ;)
        {
            var at = _buffer.AsSpan(_start + searched, _end - _start - searched).IndexOf((byte)end);
            if (at >= 0)
            {
                var text = Encoding.UTF8.GetString(_buffer, _start, searched + at);
                _start += searched + at + 1;
                return text;
            }
            searched = _end - _start;
            if (searched > MaxText)
                throw DriveException.Protocol("git wrote a text without end.");
            if (!await FillAsync(cancellation))
                return searched == 0 ? null : throw DriveException.Protocol("git ended in the middle of a text.");
        }
    }

    /// <summary>Gives away so many bytes, piece by piece.</summary>
    internal async Task ReadBytesAsync(long count, BytesRead take, CancellationToken cancellation)
    {
        while (count > 0)
        {
            if (_start == _end && !await FillAsync(cancellation))
                throw DriveException.Protocol("git ended in the middle of a content.");
            var piece = (int)Math.Min(count, _end - _start);
            take(_buffer.AsSpan(_start, piece));
            (_start, count) = (_start + piece, count - piece);
        }
    }

    private async Task<bool> FillAsync(CancellationToken cancellation)
    {
        if (_start == _end)
            (_start, _end) = (0, 0);
        else if (_start > 0 && _end == _buffer.Length)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }
        if (_end == _buffer.Length)
            Array.Resize(ref _buffer, 2 * _buffer.Length);
        var read = await from.ReadAsync(_buffer.AsMemory(_end), cancellation);
        _end += read;
        return read > 0;
    }
}

/// <summary>Takes the next bytes of a content; they are good only until it returns.</summary>
internal delegate void BytesRead(ReadOnlySpan<byte> bytes);
