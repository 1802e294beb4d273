using System.Buffers.Binary;
using System.Text;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.Applying.Journaling;

/// <summary>The bytes of a journal's records. Numbers are big-endian; docs/architecture.md has the layout.</summary>
internal static class JournalFormat
{
    internal const uint Version = 1;
    internal const int HeaderSize = 20;

    /// <summary>More than any record has: two paths of 128 names, two stamps, a hash.</summary>
    internal const int LongestRecord = 2 * ushort.MaxValue + 256;

    private const int StampSize = 36, FixedSize = 2;

    [Flags]
    private enum Parts : byte
    {
        Before = 1,
        After = 2,
        Content = 4,
        MakesRoom = 8,
        WasThere = 16,
    }

    internal static ReadOnlySpan<byte> Magic => "OMNYJNL\n"u8;

    /// <summary>Writes a record; returns its length.</summary>
    internal static int Encode(JournalStep step, Span<byte> into)
    {
        into[0] = (byte)step.Kind;
        into[1] = (byte)((step.Before is null ? 0 : Parts.Before) | (step.After is null ? 0 : Parts.After) | (step.Content is null ? 0 : Parts.Content)
            | (step.MakesRoom ? Parts.MakesRoom : 0) | (step.WasThere ? Parts.WasThere : 0));
        var end = FixedSize;
        end += Put(step.Path, into[end..]);
        end += Put(step.Source, into[end..]);
        foreach (var stamp in new[] { step.Before, step.After })
        {
            if (stamp is { } present)
                end += Put(present, into[end..]);
        }
        if (step.Content is { } content)
        {
            content.Value.CopyTo(into[end..]);
            end += Hash256.Size;
        }
        return end;
    }

    /// <summary>Reads a record and how long it is; throws <see cref="InvalidDataException"/> for anything else.</summary>
    internal static JournalStep Decode(ReadOnlySpan<byte> bytes, out int length)
    {
        var rest = bytes;
        var (kind, parts) = ((StepKind)Take(ref rest, 1)[0], (Parts)Take(ref rest, 1)[0]);
        if (kind is < StepKind.RemoveFile or > StepKind.MoveDirectory)
            throw new InvalidDataException($"a step of the unknown kind {(byte)kind}");
        DrivePath path = Path(ref rest), source = Path(ref rest);
        var before = parts.HasFlag(Parts.Before) ? Stamp(Take(ref rest, StampSize)) : null as FileStamp?;
        var after = parts.HasFlag(Parts.After) ? Stamp(Take(ref rest, StampSize)) : null as FileStamp?;
        var content = parts.HasFlag(Parts.Content) ? new ContentHash(new Hash256(Take(ref rest, Hash256.Size))) : null as ContentHash?;
        length = bytes.Length - rest.Length;
        return new JournalStep(kind, path)
        {
            Source = source, Before = before, After = after, Content = content, MakesRoom = parts.HasFlag(Parts.MakesRoom), WasThere = parts.HasFlag(Parts.WasThere),
        };
    }

    private static int Put(DrivePath path, Span<byte> into)
    {
        var length = Encoding.UTF8.GetBytes(path.ToString(), into[sizeof(ushort)..]);
        BinaryPrimitives.WriteUInt16BigEndian(into, checked((ushort)length));
        return sizeof(ushort) + length;
    }

    private static int Put(in FileStamp stamp, Span<byte> into)
    {
        BinaryPrimitives.WriteUInt64BigEndian(into, stamp.Inode);
        BinaryPrimitives.WriteInt64BigEndian(into[8..], stamp.Size);
        BinaryPrimitives.WriteInt64BigEndian(into[16..], stamp.Modified);
        BinaryPrimitives.WriteUInt32BigEndian(into[24..], stamp.Mode);
        BinaryPrimitives.WriteUInt32BigEndian(into[28..], stamp.Owner);
        BinaryPrimitives.WriteUInt32BigEndian(into[32..], stamp.Group);
        return StampSize;
    }

    private static FileStamp Stamp(ReadOnlySpan<byte> bytes) => new(
        BinaryPrimitives.ReadUInt64BigEndian(bytes), BinaryPrimitives.ReadInt64BigEndian(bytes[8..]), BinaryPrimitives.ReadInt64BigEndian(bytes[16..]),
        BinaryPrimitives.ReadUInt32BigEndian(bytes[24..]), BinaryPrimitives.ReadUInt32BigEndian(bytes[28..]), BinaryPrimitives.ReadUInt32BigEndian(bytes[32..]));

    private static DrivePath Path(ref ReadOnlySpan<byte> rest) =>
        DrivePath.TryParse(Encoding.UTF8.GetString(Take(ref rest, BinaryPrimitives.ReadUInt16BigEndian(Take(ref rest, sizeof(ushort))))), out var path)
            ? path
            : throw new InvalidDataException("a path that no drive has");

    private static ReadOnlySpan<byte> Take(ref ReadOnlySpan<byte> rest, int length)
    {
        if (rest.Length < length)
            throw new InvalidDataException("a record that is cut off");
        var taken = rest[..length];
        rest = rest[length..];
        return taken;
    }
}
