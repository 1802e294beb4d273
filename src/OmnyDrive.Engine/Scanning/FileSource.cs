using Microsoft.Win32.SafeHandles;
using OmnyDrive.Engine.Files;

namespace OmnyDrive.Engine.Scanning;

/// <summary>An open file that is being read.</summary>
internal readonly record struct FileSource(IDirectoryHandle Directory, SafeFileHandle File)
{
    /// <summary>Fills the buffer from an offset on; less only where the file ends.</summary>
    internal int Fill(Span<byte> buffer, long offset)
    {
        var filled = 0;
        for (int read; filled < buffer.Length && (read = Directory.Read(File, buffer[filled..], offset + filled)) > 0;)
            filled += read;
        return filled;
    }
}
