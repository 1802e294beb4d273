using Microsoft.Win32.SafeHandles;

namespace OmnyDrive.Engine.Applying;

/// <summary>A file in a staging area that a content is being written to.</summary>
/// <param name="place">Where it lies.</param>
/// <param name="file">The open file, closed with this.</param>
/// <param name="end">Gives back what it was opened with.</param>
internal sealed class ArrivingFile(FilePlace place, SafeFileHandle file, Action? end = null) : IDisposable
{
    internal FilePlace Place => place;

    internal SafeFileHandle File => file;

    internal void Write(ReadOnlySpan<byte> bytes, long offset) => place.Directory.Write(file, bytes, offset);

    internal void Remove() => place.Directory.RemoveFile(place.Name);

    /// <inheritdoc/>
    public void Dispose()
    {
        file.Dispose();
        end?.Invoke();
    }
}
