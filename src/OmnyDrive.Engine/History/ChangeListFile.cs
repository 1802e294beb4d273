using System.Buffers.Binary;
using OmnyDrive.Engine.Files;

namespace OmnyDrive.Engine.History;

/// <summary>The changes that made a generation, in a file of their own beside the log: magic, version, how many, each as <see cref="ChangeFormat"/> has it, a checksum.</summary>
internal static class ChangeListFile
{
    private const uint Version = 1;
    private const int HeaderSize = 16;

    private static ReadOnlySpan<byte> Magic => "OMNYCHG\n"u8;

    internal static string NameOf(long generation) => $"{generation}.changes";

    /// <summary>Writes the changes of a generation, in place of what an attempt that ended left under its number. Durable when it returns.</summary>
    internal static void Write(IDirectoryHandle directory, long generation, IReadOnlyList<RecordedChange> changes)
    {
        var name = NameOf(generation);
        if (directory.Stat(name) is not null)
            directory.RemoveFile(name);
        using var file = directory.CreateNew(name, FileModes.PrivateFile);
        var writer = new SealedWriter(directory, file, ChangeFormat.Longest);
        var header = writer.Next();
        Magic.CopyTo(header);
        BinaryPrimitives.WriteUInt32BigEndian(header[Magic.Length..], Version);
        BinaryPrimitives.WriteUInt32BigEndian(header[(Magic.Length + sizeof(uint))..], (uint)changes.Count);
        writer.Advance(HeaderSize);
        foreach (var change in changes)
            writer.Advance(ChangeFormat.Encode(change, writer.Next()));
        writer.Seal();
        directory.Sync(file);
    }

    /// <summary>The changes of a generation, one after the other; throws <see cref="InvalidDataException"/> where they are damaged, not found where they are gone.</summary>
    internal static IEnumerable<RecordedChange> Read(IDirectoryHandle directory, long generation)
    {
        using var file = directory.OpenRead(NameOf(generation));
        var bytes = SealedBytes.Open(directory, file, HeaderSize, ChangeFormat.Longest);
        var count = CountOf(bytes.Peek(HeaderSize));
        bytes.Skip(HeaderSize);
        for (var i = 0; i < count; i++)
        {
            var change = ChangeFormat.Decode(bytes.Peek(ChangeFormat.Longest), out var length);
            bytes.Skip(length);
            yield return change;
        }
    }

    private static uint CountOf(ReadOnlySpan<byte> header)
    {
        if (!header.StartsWith(Magic))
            throw new InvalidDataException("it does not begin as one");
        if (BinaryPrimitives.ReadUInt32BigEndian(header[Magic.Length..]) is not Version and var version)
            throw new InvalidDataException($"it has version {version}, which this build does not know");
        return BinaryPrimitives.ReadUInt32BigEndian(header[(Magic.Length + sizeof(uint))..]);
    }
}
