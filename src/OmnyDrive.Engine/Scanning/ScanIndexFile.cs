using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using OmnyDrive.Engine.Files;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.Scanning;

/// <summary>
/// Keeps a <see cref="ScanIndex"/> on disk: versioned, bound to one root, checksummed, replaced atomically. Anything wrong with the file costs
/// a scan that hashes everything, never correctness.
/// </summary>
internal sealed class ScanIndexFile(string path)
{
    private const uint Version = 1;

    private static ReadOnlySpan<byte> Magic => "OMNYIDX\n"u8;

    /// <summary>The saved index of that root; empty where there is none that can be trusted.</summary>
    internal ScanIndex Load(FileStat root)
    {
        try
        {
            return Parse(File.ReadAllBytes(path), root) ?? ScanIndex.Empty;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or EndOfStreamException or Errors.DriveException)
        {
            return ScanIndex.Empty;
        }
    }

    /// <summary>Saves the settled files; a failure leaves the old file or none, and is not worth failing for.</summary>
    internal void Save(ScanIndex index, FileStat root)
    {
        var temporary = $"{path}.{Environment.ProcessId}.{Environment.CurrentManagedThreadId}";
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            using (var file = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 20))
                Write(file, index, root);
            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (File.Exists(temporary))
                File.Delete(temporary);
        }
    }

    private static void Write(Stream file, ScanIndex index, FileStat root)
    {
        using var checksum = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var memory = new MemoryStream();
        using var writer = new BinaryWriter(memory, Encoding.UTF8);
        writer.Write(Magic);
        writer.Write(Version);
        writer.Write(root.Device);
        writer.Write(root.Inode);
        writer.Write(index.Directories.Count);
        foreach (var (directory, files) in index.Directories)
        {
            WriteDirectory(writer, directory, files);
            Drain(memory, file, checksum);
        }
        Drain(memory, file, checksum);
        file.Write(checksum.GetHashAndReset());
    }

    private static void Drain(MemoryStream memory, Stream file, IncrementalHash checksum)
    {
        var bytes = memory.GetBuffer().AsSpan(0, (int)memory.Length);
        checksum.AppendData(bytes);
        file.Write(bytes);
        memory.SetLength(0);
    }

    private static void WriteDirectory(BinaryWriter writer, DrivePath directory, IReadOnlyDictionary<string, IndexedFile> files)
    {
        Span<byte> hash = stackalloc byte[Hash256.Size];
        writer.Write(directory.ToString());
        writer.Write(files.Values.Count(file => file.IsSettled));
        foreach (var (name, file) in files)
        {
            if (!file.IsSettled)
                continue;
            writer.Write(name);
            writer.Write(file.Fingerprint.Size);
            writer.Write(file.Fingerprint.Modified);
            writer.Write(file.Fingerprint.Changed);
            writer.Write(file.Fingerprint.Inode);
            writer.Write(file.Fingerprint.Mode);
            file.Content.Value.CopyTo(hash);
            writer.Write(hash);
        }
    }

    private static ScanIndex? Parse(byte[] bytes, FileStat root)
    {
        if (bytes.Length < Magic.Length + sizeof(uint) + SHA256.HashSizeInBytes || !bytes.AsSpan().StartsWith(Magic)
            || BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(Magic.Length)) != Version)
            return null;
        var body = bytes.AsSpan(0, bytes.Length - SHA256.HashSizeInBytes);
        if (!SHA256.HashData(body).AsSpan().SequenceEqual(bytes.AsSpan(body.Length)))
            return null;
        using var reader = new BinaryReader(new MemoryStream(bytes, 0, body.Length), Encoding.UTF8);
        reader.BaseStream.Position = Magic.Length + sizeof(uint);
        return reader.ReadUInt64() == root.Device && reader.ReadUInt64() == root.Inode ? ReadDirectories(reader) : null;
    }

    private static ScanIndex ReadDirectories(BinaryReader reader)
    {
        var count = reader.ReadInt32();
        var directories = new Dictionary<DrivePath, IReadOnlyDictionary<string, IndexedFile>>(count);
        for (var i = 0; i < count; i++)
        {
            var directory = DrivePath.Parse(reader.ReadString());
            var entries = reader.ReadInt32();
            var files = new Dictionary<string, IndexedFile>(entries, StringComparer.Ordinal);
            for (var j = 0; j < entries; j++)
                files.Add(reader.ReadString(), ReadFile(reader));
            directories.Add(directory, files);
        }
        return new ScanIndex(directories);
    }

    private static IndexedFile ReadFile(BinaryReader reader)
    {
        var fingerprint = new Fingerprint(reader.ReadInt64(), reader.ReadInt64(), reader.ReadInt64(), reader.ReadUInt64(), reader.ReadUInt32());
        Span<byte> hash = stackalloc byte[Hash256.Size];
        reader.BaseStream.ReadExactly(hash);
        return new IndexedFile(fingerprint, new ContentHash(new Hash256(hash)), IsSettled: true);
    }
}
