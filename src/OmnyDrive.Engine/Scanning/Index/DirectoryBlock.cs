using System.Runtime.InteropServices;

namespace OmnyDrive.Engine.Scanning.Index;

/// <summary>
/// The names of one directory: records in the order of their names' bytes, then the names and link targets. Every access is checked against the block, so
/// that not even an index that was made to deceive reads elsewhere.
/// </summary>
internal readonly ref struct DirectoryBlock(ReadOnlySpan<byte> bytes, int count)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;

    internal static DirectoryBlock Empty => default;

    internal ReadOnlySpan<byte> Bytes => _bytes;

    internal ReadOnlySpan<EntryRecord> Records { get; } = MemoryMarshal.Cast<byte, EntryRecord>(bytes[..checked(count * EntryRecord.Bytes)]);

    internal ReadOnlySpan<byte> Name(in EntryRecord record) => _bytes.Slice(checked((int)record.NameOffset), record.NameLength);

    internal ReadOnlySpan<byte> Target(in EntryRecord link) => _bytes.Slice(checked((int)link.Size), checked((int)link.Extra));

    /// <summary>Where a name is among the records, or where it would be, inverted.</summary>
    internal int IndexOf(ReadOnlySpan<byte> name)
    {
        int low = 0, high = Records.Length - 1;
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            var order = Name(Records[middle]).SequenceCompareTo(name);
            if (order == 0)
                return middle;
            if (order < 0)
                low = middle + 1;
            else
                high = middle - 1;
        }
        return ~low;
    }
}
