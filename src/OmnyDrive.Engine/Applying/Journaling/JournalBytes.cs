using Microsoft.Win32.SafeHandles;
using OmnyDrive.Engine.Files;

namespace OmnyDrive.Engine.Applying.Journaling;

/// <summary>The bytes of a journal from its beginning on, through a buffer that holds any record whole.</summary>
internal sealed class JournalBytes(IDirectoryHandle directory, SafeFileHandle file, long end)
{
    private readonly byte[] _buffer = new byte[2 * JournalFormat.LongestRecord];
    private long _offset;
    private int _start, _filled;

    /// <summary>What comes next: so many bytes, or all that are left.</summary>
    internal ReadOnlySpan<byte> Peek(int length)
    {
        if (_filled - _start < length && _offset < end)
            Fill();
        return _buffer.AsSpan(_start, _filled - _start);
    }

    internal void Skip(int length)
    {
        if (length > _filled - _start)
            throw new InvalidDataException("it is cut off");
        _start += length;
    }

    private void Fill()
    {
        _buffer.AsSpan(_start, _filled - _start).CopyTo(_buffer);
        (_start, _filled) = (0, _filled - _start);
        int read;
        while (_filled < _buffer.Length && _offset < end && (read = directory.Read(file, _buffer.AsSpan(_filled, (int)Math.Min(_buffer.Length - _filled, end - _offset)), _offset)) > 0)
            (_filled, _offset) = (_filled + read, _offset + read);
    }
}
