using Microsoft.Win32.SafeHandles;
using OmnyDrive.Engine.Files;
using OmnyDrive.Origins;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.Origins;

/// <summary>
/// A file of a root on its way out, or a part of it. Sends the declared number of bytes or ends as unavailable; the receiver verifies what it got.
/// </summary>
internal sealed class FileContentStream(RootDirectory root, int index, DrivePath path, long size, long offset, long length) : ContentStream, IDisposable
{
    private SafeFileHandle? _file;
    private IDirectoryHandle? _holder;
    private long _sent;
    private ContentOutcome _outcome;

    /// <inheritdoc/>
    public override int Index => index;

    /// <inheritdoc/>
    public override long Offset => offset;

    /// <inheritdoc/>
    public override ContentOutcome Outcome => _outcome;

    /// <inheritdoc/>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (_outcome != ContentOutcome.Open)
            return ValueTask.FromResult(0);
        try
        {
            _file ??= Open();
            var wanted = (int)Math.Min(buffer.Length, length - _sent);
            var read = wanted == 0 ? 0 : _holder!.Read(_file, buffer.Span[..wanted], offset + _sent);
            _sent += read;
            if (read == 0)
                _outcome = _sent == length ? ContentOutcome.Complete : ContentOutcome.Unavailable;
            return ValueTask.FromResult(read);
        }
        catch (FileOperationException)
        {
            _outcome = ContentOutcome.Unavailable;
            return ValueTask.FromResult(0);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file?.Dispose();

    private SafeFileHandle Open()
    {
        _holder = root.Holder(path);
        var file = _holder.OpenRead(path.Name);
        if (_holder.Stat(file) is { Kind: FileKind.File } stat && stat.Size == size)
            return file;
        file.Dispose();
        throw new FileOperationException(FileError.NotFound, "send", path.ToString(), "it changed since it was looked at");
    }
}
