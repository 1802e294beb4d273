using Microsoft.Win32.SafeHandles;
using OmnyDrive.Engine.Files;
using OmnyDrive.Engine.Scanning;

namespace OmnyDrive.Engine.Transfer;

/// <summary>A file on this machine that may hold chunks of a content, and the list of those it is thought to hold. Whatever is read from it is checked.</summary>
internal sealed class ChunkSource(IDirectoryHandle directory, SafeFileHandle file, ChunkList list) : IDisposable
{
    internal ChunkList List => list;

    /// <summary>Reads the chunk of that number; false where less is there, or it cannot be read.</summary>
    internal bool TryRead(int chunk, Span<byte> into)
    {
        try
        {
            return new FileSource(directory, file).Fill(into, list.OffsetOf(chunk)) == into.Length;
        }
        catch (FileOperationException)
        {
            // It travels.
            return false;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        file.Dispose();
        directory.Dispose();
    }
}
