using System.Buffers.Binary;
using System.Text;
using OmnyDrive.Errors;
using OmnyDrive.Reconciling;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.History;

/// <summary>The bytes of one change of a generation: the path, the mode that it had, then what it held before and holds since. Numbers are big-endian; docs/architecture.md has the layout.</summary>
internal static class ChangeFormat
{
    /// <summary>More than any change has: a path of 128 names, two targets of links.</summary>
    internal const int Longest = ushort.MaxValue + 2 * (Entry.MaxTargetBytes + 3) + 64;

    private const byte Nothing = 0, Directory = 1, File = 2, Executable = 3, Symlink = 4, Unknown = 5;
    private const int FileSize = sizeof(long) + Hash256.Size + sizeof(long);

    /// <summary>Writes a change; returns its length.</summary>
    internal static int Encode(RecordedChange recorded, Span<byte> into)
    {
        var end = PutText(recorded.Change.Path.ToString(), into);
        BinaryPrimitives.WriteUInt32BigEndian(into[end..], recorded.Mode);
        end += sizeof(uint);
        end += Put(recorded.Change.From, into[end..]);
        return end + Put(recorded.Change.To, into[end..]);
    }

    /// <summary>Reads a change and how long it is; throws <see cref="InvalidDataException"/> for anything else.</summary>
    internal static RecordedChange Decode(ReadOnlySpan<byte> bytes, out int length)
    {
        var rest = bytes;
        try
        {
            var path = DrivePath.Parse(TakeText(ref rest));
            var mode = BinaryPrimitives.ReadUInt32BigEndian(Take(ref rest, sizeof(uint)));
            var change = new Change(path, TakeEntry(ref rest), TakeEntry(ref rest));
            length = bytes.Length - rest.Length;
            return new RecordedChange(change, mode);
        }
        catch (DriveException e)
        {
            throw new InvalidDataException("it names what no drive has", e);
        }
    }

    /// <summary>The bytes of one entry; null stands for nothing there.</summary>
    internal static byte[] EncodeEntry(Entry? entry)
    {
        Span<byte> bytes = stackalloc byte[Entry.MaxTargetBytes + 64];
        return bytes[..Put(entry, bytes)].ToArray();
    }

    /// <summary>Reads what <see cref="EncodeEntry"/> wrote; throws <see cref="InvalidDataException"/> for anything else.</summary>
    internal static Entry? DecodeEntry(ReadOnlySpan<byte> bytes) => TakeEntry(ref bytes);

    private static int Put(Entry? entry, Span<byte> into)
    {
        into[0] = entry?.Kind switch
        {
            null => Nothing,
            EntryKind.Directory => Directory,
            EntryKind.File => entry.IsExecutable ? Executable : File,
            EntryKind.Symlink => Symlink,
            _ => Unknown,
        };
        var rest = into[1..];
        switch (entry?.Kind)
        {
            case EntryKind.Directory:
                entry.TreeHash.CopyTo(rest);
                return 1 + Hash256.Size;
            case EntryKind.File:
                BinaryPrimitives.WriteInt64BigEndian(rest, entry.Size);
                entry.ContentHash.Value.CopyTo(rest[sizeof(long)..]);
                BinaryPrimitives.WriteInt64BigEndian(rest[(sizeof(long) + Hash256.Size)..], entry.ModifiedNanoseconds);
                return 1 + FileSize;
            case EntryKind.Symlink:
                return 1 + PutText(entry.Target, rest);
            default:
                return 1;
        }
    }

    private static Entry? TakeEntry(ref ReadOnlySpan<byte> rest)
    {
        var kind = Take(ref rest, 1)[0];
        return kind switch
        {
            Nothing => null,
            Directory => Entry.Directory(new Hash256(Take(ref rest, Hash256.Size))),
            File or Executable => TakeFile(Take(ref rest, FileSize), kind == Executable),
            Symlink => Entry.Symlink(TakeText(ref rest)),
            Unknown => Entry.Unknown,
            _ => throw new InvalidDataException($"it has an entry of the unknown kind {kind}"),
        };
    }

    private static Entry TakeFile(ReadOnlySpan<byte> bytes, bool isExecutable) => Entry.File(
        BinaryPrimitives.ReadInt64BigEndian(bytes), new ContentHash(new Hash256(bytes.Slice(sizeof(long), Hash256.Size))), isExecutable,
        BinaryPrimitives.ReadInt64BigEndian(bytes[(sizeof(long) + Hash256.Size)..]));

    private static int PutText(string text, Span<byte> into)
    {
        var length = Encoding.UTF8.GetBytes(text, into[sizeof(ushort)..]);
        BinaryPrimitives.WriteUInt16BigEndian(into, checked((ushort)length));
        return sizeof(ushort) + length;
    }

    private static string TakeText(ref ReadOnlySpan<byte> rest) => Encoding.UTF8.GetString(Take(ref rest, BinaryPrimitives.ReadUInt16BigEndian(Take(ref rest, sizeof(ushort)))));

    private static ReadOnlySpan<byte> Take(ref ReadOnlySpan<byte> rest, int length)
    {
        if (rest.Length < length)
            throw new InvalidDataException("it is cut off");
        var taken = rest[..length];
        rest = rest[length..];
        return taken;
    }
}
