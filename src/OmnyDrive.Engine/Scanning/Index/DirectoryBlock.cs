using System.Runtime.InteropServices;
using OmnyDrive.Engine.Files;

namespace OmnyDrive.Engine.Scanning.Index;

/// <summary>
/// The names of one directory: records in the order of their names' bytes, then the names and link targets. Every access is checked against the block, so
/// that not even an index that was made to deceive reads elsewhere.
/// </summary>
internal readonly ref struct DirectoryBlock(ReadOnlySpan<byte> bytes, int count) : ISortedNames
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;

    internal static DirectoryBlock Empty => default;

    internal ReadOnlySpan<byte> Bytes => _bytes;

    internal ReadOnlySpan<EntryRecord> Records { get; } = MemoryMarshal.Cast<byte, EntryRecord>(bytes[..checked(count * EntryRecord.Bytes)]);

    internal ReadOnlySpan<byte> Name(in EntryRecord record) => _bytes.Slice(checked((int)record.NameOffset), record.NameLength);

    internal ReadOnlySpan<byte> Target(in EntryRecord link) => _bytes.Slice(checked((int)link.Size), checked((int)link.Extra));

    /// <summary>Where a name is among the records; negative where it is not.</summary>
    internal int IndexOf(ReadOnlySpan<byte> name) => SortedNames.Find(this, name);

    int ISortedNames.Count => Records.Length;

    ReadOnlySpan<byte> ISortedNames.NameAt(int index) => Name(Records[index]);
}
