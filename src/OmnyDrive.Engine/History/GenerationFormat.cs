using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;
using OmnyDrive.Drives;
using OmnyDrive.History;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.History;

/// <summary>
/// The bytes of a generation in a log: all records have one size, so that the place of each follows from its number. Numbers are big-endian; docs/architecture.md has the layout.
/// The first byte says how far it is, and alone is not under the checksum.
/// </summary>
internal static class GenerationFormat
{
    internal const int Size = 256;

    /// <summary>Begun: it counts when what it names has been made durable.</summary>
    internal const byte Pending = 1;

    /// <summary>Accepted.</summary>
    internal const byte Accepted = 2;

    private const byte Version = 1, CountsKnown = 1;
    private const int NumberAt = 8, RefAt = 16, ParentAt = 48, TimeAt = 80, CountsAt = 88, AuthorAt = 100, AreaAt = 165, EpochAt = 213, ChecksumAt = 248;

    /// <summary>Writes a record that is pending.</summary>
    internal static void Encode(RecordedGeneration recorded, Span<byte> into)
    {
        var generation = recorded.Generation;
        into[..Size].Clear();
        (into[0], into[1], into[2], into[3]) = (Pending, Version, (byte)generation.Kind, generation.Counts is null ? (byte)0 : CountsKnown);
        BinaryPrimitives.WriteInt64BigEndian(into[NumberAt..], generation.Number);
        generation.Ref.Tree.CopyTo(into[RefAt..]);
        generation.Parent.Tree.CopyTo(into[ParentAt..]);
        BinaryPrimitives.WriteInt64BigEndian(into[TimeAt..], generation.At.ToUnixTimeMilliseconds());
        var counts = generation.Counts ?? default;
        BinaryPrimitives.WriteInt32BigEndian(into[CountsAt..], counts.Added);
        BinaryPrimitives.WriteInt32BigEndian(into[(CountsAt + 4)..], counts.Modified);
        BinaryPrimitives.WriteInt32BigEndian(into[(CountsAt + 8)..], counts.Deleted);
        Put(generation.Author?.Value ?? "", into[AuthorAt..AreaAt]);
        Put(recorded.Area, into[AreaAt..EpochAt]);
        Put(recorded.Epoch, into[EpochAt..ChecksumAt]);
        Checksum(into, into[ChecksumAt..]);
    }

    /// <summary>Reads the record of a generation, accepted or pending; null for anything else.</summary>
    internal static RecordedGeneration? Decode(ReadOnlySpan<byte> bytes, long number)
    {
        Span<byte> sum = stackalloc byte[Size - ChecksumAt];
        if (bytes.Length < Size || bytes[0] is not (Pending or Accepted) || bytes[1] != Version)
            return null;
        Checksum(bytes, sum);
        if (!sum.SequenceEqual(bytes[ChecksumAt..Size]) || BinaryPrimitives.ReadInt64BigEndian(bytes[NumberAt..]) != number)
            return null;
        var counts = new ChangeCounts(
            BinaryPrimitives.ReadInt32BigEndian(bytes[CountsAt..]), BinaryPrimitives.ReadInt32BigEndian(bytes[(CountsAt + 4)..]), BinaryPrimitives.ReadInt32BigEndian(bytes[(CountsAt + 8)..]));
        var generation = new Generation(
            number, (GenerationKind)bytes[2], RefOf(bytes[RefAt..]), RefOf(bytes[ParentAt..]),
            EndpointId.TryParse(Text(bytes[AuthorAt..]), out var author) ? author : null,
            DateTimeOffset.FromUnixTimeMilliseconds(BinaryPrimitives.ReadInt64BigEndian(bytes[TimeAt..])), bytes[3] == CountsKnown ? counts : null);
        return new RecordedGeneration(generation, Text(bytes[AreaAt..]), Text(bytes[EpochAt..]));
    }

    private static SyncRef RefOf(ReadOnlySpan<byte> hash) => SyncRef.OfTree(new Hash256(hash[..Hash256.Size]));

    private static void Put(string text, Span<byte> into)
    {
        var length = Encoding.UTF8.GetByteCount(text);
        if (length >= into.Length)
            throw new ArgumentException($"\"{text}\" is longer than a record has room for.", nameof(text));
        into[0] = (byte)length;
        Encoding.UTF8.GetBytes(text, into[1..]);
    }

    private static string Text(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes.Slice(1, bytes[0]));

    private static void Checksum(ReadOnlySpan<byte> record, Span<byte> into) => XxHash64.Hash(record[1..ChecksumAt], into);
}
