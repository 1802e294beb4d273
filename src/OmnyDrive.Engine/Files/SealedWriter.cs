using System.IO.Hashing;
using Microsoft.Win32.SafeHandles;

namespace OmnyDrive.Engine.Files;

/// <summary>Writes a file of records that ends with a checksum of all before it (XxHash128), through a buffer. Nothing is durable before the file is synced.</summary>
/// <param name="directory">Holds the file.</param>
/// <param name="file">The file, new.</param>
/// <param name="longest">More bytes than any record has.</param>
internal sealed class SealedWriter(IDirectoryHandle directory, SafeFileHandle file, int longest)
{
    internal const int ChecksumSize = 16;

    private readonly XxHash128 _checksum = new();
    private readonly byte[] _buffer = new byte[2 * longest];
    private int _filled;

    /// <summary>The bytes that lie in the file already.</summary>
    internal long Length { get; private set; }

    /// <summary>Room for one record; how much of it was used is told by <see cref="Advance"/>.</summary>
    internal Span<byte> Next()
    {
        if (_buffer.Length - _filled < longest)
            Flush();
        return _buffer.AsSpan(_filled);
    }

    internal void Advance(int length) => _filled += length;

    /// <summary>Writes what is left, and the checksum.</summary>
    internal void Seal()
    {
        Flush();
        _checksum.GetHashAndReset(_buffer);
        directory.Write(file, _buffer.AsSpan(0, ChecksumSize), Length);
        Length += ChecksumSize;
    }

    private void Flush()
    {
        _checksum.Append(_buffer.AsSpan(0, _filled));
        directory.Write(file, _buffer.AsSpan(0, _filled), Length);
        (Length, _filled) = (Length + _filled, 0);
    }
}
