using System.Runtime.InteropServices;
using OmnyDrive.Engine.Files;

namespace OmnyDrive.Engine.Scanning.Index;

/// <summary>
/// Keeps a <see cref="ScanIndex"/> on disk: versioned, bound to one root, checksummed, replaced atomically, mapped rather than read. Anything wrong with the
/// file costs a scan that hashes everything, never correctness.
/// </summary>
internal sealed class ScanIndexFile(string path)
{
    /// <summary>The saved index of that root, which is still being checked (<see cref="ScanIndex.IsIntact"/>); null where there is none.</summary>
    internal ScanIndex? Load(FileStat root)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 0);
            return file.Length < IndexHeader.Bytes + IndexChecksum.Bytes ? null : Checked(IndexMemory.Map(file), root);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Saves an index and opens it as it was saved; where that cannot be done it is kept in memory, and the old file or none stays.</summary>
    internal ScanIndex Save(long length, Action<Stream> write)
    {
        var temporary = $"{path}.{Guid.NewGuid():N}";
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            Sweep();
            using var file = new FileStream(temporary, new FileStreamOptions
            {
                Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Share = FileShare.Delete, BufferSize = 0, PreallocationSize = length,
            });
            write(file);
            var memory = IndexMemory.Map(file);
            File.Move(temporary, path, overwrite: true);
            return new ScanIndex(memory);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (File.Exists(temporary))
                File.Delete(temporary);
            return new ScanIndex(IndexMemory.Allocate(length, write));
        }
    }

    // What a process left that was killed while it saved.
    private void Sweep()
    {
        foreach (var left in new DirectoryInfo(Path.GetDirectoryName(path)!).GetFiles($"{Path.GetFileName(path)}.*"))
        {
            if (DateTime.UtcNow - left.LastWriteTimeUtc > TimeSpan.FromHours(1))
                left.Delete();
        }
    }

    private static ScanIndex? Checked(IndexMemory memory, FileStat root)
    {
        var header = MemoryMarshal.Read<IndexHeader>(memory.Slice(0, IndexHeader.Bytes));
        var isOurs = header.IsOf(root.Device, root.Inode) && header.Length == memory.Length && header.Directories > 0
            && header.Directories <= (memory.Length - IndexHeader.Bytes) / DirectoryRecord.Bytes;
        return isOurs ? new ScanIndex(memory, Task.Run(() => IndexChecksum.Holds(memory))) : null;
    }
}
