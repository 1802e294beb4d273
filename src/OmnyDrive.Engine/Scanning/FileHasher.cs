using System.Buffers;
using Microsoft.Win32.SafeHandles;
using OmnyDrive.Engine.Files;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.Scanning;

/// <summary>
/// Hashes files, with a look before and after so that a file that changes meanwhile is noticed. Small files in one piece; large ones together with
/// the other threads. One per thread.
/// </summary>
/// <param name="large">Hashes the large files; null stands for one that remembers nothing.</param>
internal sealed class FileHasher(LargeFileHasher? large = null) : IDisposable
{
    private const int Attempts = 3;

    private readonly LargeFileHasher _large = large ?? LargeFileHasher.WithoutMemory;
    private byte[]? _buffer;

    /// <summary>The same without a guess of what the file held before.</summary>
    internal (ContentHash Content, FileStat Stat)? Hash(IDirectoryHandle directory, string name, CancellationToken cancellation) =>
        Hash(directory, name, before: null, cancellation);

    /// <summary>The hash and the fingerprint it belongs to; null where the file changed each time it was read.</summary>
    /// <param name="directory">Holds the file.</param>
    /// <param name="name">Its name there.</param>
    /// <param name="before">What it held when it was last hashed, where that is known: of a large file only what changed is hashed.</param>
    /// <param name="cancellation">Ends it in the middle of a large file.</param>
    internal (ContentHash Content, FileStat Stat)? Hash(IDirectoryHandle directory, string name, ContentHash? before, CancellationToken cancellation)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            cancellation.ThrowIfCancellationRequested();
            using var file = directory.OpenRead(name);
            var stat = directory.Stat(file);
            if (stat.Kind != FileKind.File)
                return null;
            var hashed = ContentHash.IsChunked(stat.Size)
                ? _large.Hash(directory, file, before, cancellation)
                : HashSmall(directory, file, (int)stat.Size);
            var after = directory.Stat(file);
            if (stat.Fingerprint != after.Fingerprint || hashed.Length != after.Size)
                continue;
            _large.Remember(hashed, before);
            return (hashed.Content, after);
        }
        return null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_buffer is { } buffer)
            ArrayPool<byte>.Shared.Return(buffer);
        _buffer = null;
    }

    // Reading stops at the size that was seen: one more read only to find the end costs a call for each file, and the look afterwards tells of growth.
    private HashedContent HashSmall(IDirectoryHandle directory, SafeFileHandle file, int size)
    {
        _buffer ??= ArrayPool<byte>.Shared.Rent((int)ContentHash.ChunkedFrom);
        var length = new FileSource(directory, file).Fill(_buffer.AsSpan(0, size), 0);
        return new HashedContent(new ContentHash(Hash256.Of(_buffer.AsSpan(0, length))), length, length, Chunks: null);
    }
}
