using Microsoft.Win32.SafeHandles;
using OmnyDrive.Chunking;
using OmnyDrive.Engine.Files;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.Scanning;

/// <summary>Hashes files, with a look before and after so that a file that changes meanwhile is noticed. One per thread.</summary>
internal sealed class FileHasher : IDisposable
{
    private const int Attempts = 3;

    private readonly ContentHasher _hasher = new();
    private readonly byte[] _buffer = new byte[256 << 10];

    /// <summary>The hash and the fingerprint it belongs to; null where the file changed each time it was read.</summary>
    internal (ContentHash Content, FileStat Stat)? Hash(IDirectoryHandle directory, string name, CancellationToken cancellation)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            using var file = directory.OpenRead(name);
            var before = directory.Stat(file);
            if (before.Kind != FileKind.File)
                return null;
            var content = Read(directory, file, cancellation, out var length);
            var after = directory.Stat(file);
            if (before.Fingerprint == after.Fingerprint && length == after.Size)
                return (content, after);
        }
        return null;
    }

    /// <summary>The hash of what an open file holds now, and how many bytes it was.</summary>
    internal ContentHash Read(IDirectoryHandle directory, SafeFileHandle file, CancellationToken cancellation, out long length)
    {
        _hasher.Reset();
        length = 0;
        int read;
        while ((read = directory.Read(file, _buffer, length)) > 0)
        {
            cancellation.ThrowIfCancellationRequested();
            _hasher.Append(_buffer.AsSpan(0, read));
            length += read;
        }
        return _hasher.Finish();
    }

    /// <inheritdoc/>
    public void Dispose() => _hasher.Dispose();
}
