using System.Buffers.Binary;
using static OmnyDrive.Snapshots.TreeEncoding;

namespace OmnyDrive.Snapshots;

/// <summary>
/// Writes the canonical encoding of one directory after the other, entry by entry, from bytes as they lie in a file system or an index; so a
/// directory is hashed without being made a <see cref="Tree"/>. The caller gives the entries in the order of their names' bytes, each name once and
/// checked by <see cref="NameRules"/>; what is given in another order has another hash. Not safe for concurrent use.
/// </summary>
public sealed class TreeEncoder
{
    private byte[] _bytes = new byte[4 << 10];
    private int _end;

    /// <summary>What has been written since <see cref="Begin"/>; valid until the next call.</summary>
    public ReadOnlySpan<byte> Encoding => _bytes.AsSpan(0, _end);

    /// <summary>SHA-256 of what has been written: the tree's hash once all entries are.</summary>
    public Hash256 Hash => Hash256.Of(Encoding);

    /// <summary>Begins a directory of that many entries.</summary>
    public void Begin(int entries)
    {
        _end = 0;
        var header = Take(HeaderSize);
        Magic.CopyTo(header);
        BinaryPrimitives.WriteUInt32BigEndian(header[Magic.Length..], (uint)entries);
    }

    /// <summary>Writes a directory with the hash of its tree.</summary>
    public void AddDirectory(ReadOnlySpan<byte> name, Hash256 tree) => tree.CopyTo(Entry(DirectoryCode, name, Hash256.Size));

    /// <summary>Writes a file of <paramref name="size"/> bytes.</summary>
    public void AddFile(ReadOnlySpan<byte> name, long size, bool executable, ContentHash content)
    {
        var body = Entry(executable ? ExecutableCode : FileCode, name, sizeof(long) + Hash256.Size);
        BinaryPrimitives.WriteInt64BigEndian(body, size);
        content.Value.CopyTo(body[sizeof(long)..]);
    }

    /// <summary>Writes a link; its target is 1 to <see cref="Entry.MaxTargetBytes"/> bytes of UTF-8.</summary>
    public void AddSymlink(ReadOnlySpan<byte> name, ReadOnlySpan<byte> target)
    {
        var body = Entry(SymlinkCode, name, sizeof(ushort) + target.Length);
        BinaryPrimitives.WriteUInt16BigEndian(body, (ushort)target.Length);
        target.CopyTo(body[sizeof(ushort)..]);
    }

    /// <summary>Writes something that could not be read.</summary>
    public void AddUnknown(ReadOnlySpan<byte> name) => Entry(UnknownCode, name, 0);

    private Span<byte> Entry(byte code, ReadOnlySpan<byte> name, int body)
    {
        var entry = Take(2 + name.Length + body);
        entry[0] = code;
        entry[1] = checked((byte)name.Length);
        name.CopyTo(entry[2..]);
        return entry[(2 + name.Length)..];
    }

    private Span<byte> Take(int length)
    {
        if (_bytes.Length - _end < length)
            Array.Resize(ref _bytes, Math.Max(2 * _bytes.Length, _end + length));
        _end += length;
        return _bytes.AsSpan(_end - length, length);
    }
}
