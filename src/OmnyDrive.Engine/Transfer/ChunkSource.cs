using Microsoft.Win32.SafeHandles;
using OmnyDrive.Engine.Files;
using OmnyDrive.Engine.Scanning;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.Transfer;

/// <summary>A file on this machine that may hold chunks of a content, and the list of those it is thought to hold. Whatever is read from it is checked.</summary>
internal sealed class ChunkSource(IDirectoryHandle directory, SafeFileHandle file, ChunkList list) : IDisposable
{
    internal ChunkList List => list;

    /// <summary>Opens a file whose list <paramref name="listOf"/> tells; null where it cannot be read, or has none.</summary>
    internal static ChunkSource? TryOpen(RootDirectory root, DrivePath file, Func<IDirectoryHandle, SafeFileHandle, ChunkList?> listOf)
    {
        IDirectoryHandle? holder = null;
        SafeFileHandle? open = null;
        try
        {
            holder = root.Open(file.Parent);
            open = holder.OpenRead(file.Name);
            if (listOf(holder, open) is { } list)
                return new ChunkSource(holder, open, list);
        }
        catch (FileOperationException)
        {
            // What cannot be read is no source.
        }
        open?.Dispose();
        holder?.Dispose();
        return null;
    }

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
