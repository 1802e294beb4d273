using System.IO.Hashing;
using Microsoft.Win32.SafeHandles;

namespace OmnyDrive.Engine.Files;

/// <summary>The bytes of a file that <see cref="SealedWriter"/> wrote, from its beginning on, through a buffer that holds any record whole.</summary>
internal sealed class SealedBytes
{
    private readonly IDirectoryHandle _directory;
    private readonly SafeFileHandle _file;
    private readonly long _end;
    private readonly byte[] _buffer;
    private long _offset;
    private int _start, _filled;

    private SealedBytes(IDirectoryHandle directory, SafeFileHandle file, long end, int longest) =>
        (_directory, _file, _end, _buffer) = (directory, file, end, new byte[2 * longest]);

    /// <summary>Begins to read; throws <see cref="InvalidDataException"/> for a file that is cut off or was altered. Reads it whole once, for its checksum.</summary>
    /// <param name="directory">Holds the file.</param>
    /// <param name="file">The file.</param>
    /// <param name="least">The least that it must hold before its checksum.</param>
    /// <param name="longest">More bytes than any record has.</param>
    internal static SealedBytes Open(IDirectoryHandle directory, SafeFileHandle file, int least, int longest)
    {
        var bytes = new SealedBytes(directory, file, directory.Stat(file).Size - SealedWriter.ChecksumSize, longest);
        if (bytes._end < least)
            throw CutOff();
        bytes.RequireWhole();
        return bytes;
    }

    /// <summary>What comes next: so many bytes and perhaps more, or all that are left.</summary>
    internal ReadOnlySpan<byte> Peek(int length)
    {
        if (_filled - _start < length && _offset < _end)
            Fill();
        return _buffer.AsSpan(_start, _filled - _start);
    }

    internal void Skip(int length)
    {
        if (length > _filled - _start)
            throw CutOff();
        _start += length;
    }

    private void Fill()
    {
        _buffer.AsSpan(_start, _filled - _start).CopyTo(_buffer);
        (_start, _filled) = (0, _filled - _start);
        int read;
        while (_filled < _buffer.Length && _offset < _end && (read = _directory.Read(_file, _buffer.AsSpan(_filled, (int)Math.Min(_buffer.Length - _filled, _end - _offset)), _offset)) > 0)
            (_filled, _offset) = (_filled + read, _offset + read);
    }

    private void RequireWhole()
    {
        var checksum = new XxHash128();
        int read;
        for (long offset = 0; offset < _end; offset += read)
        {
            if ((read = _directory.Read(_file, _buffer.AsSpan(0, (int)Math.Min(_buffer.Length, _end - offset)), offset)) == 0)
                throw CutOff();
            checksum.Append(_buffer.AsSpan(0, read));
        }
        Span<byte> sum = stackalloc byte[SealedWriter.ChecksumSize], expected = stackalloc byte[SealedWriter.ChecksumSize];
        checksum.GetHashAndReset(sum);
        if (_directory.Read(_file, expected, _end) != expected.Length || !sum.SequenceEqual(expected))
            throw new InvalidDataException("its checksum is wrong");
    }

    private static InvalidDataException CutOff() => new("it is cut off");
}
