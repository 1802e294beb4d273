using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;
using OmnyDrive.Errors;

namespace OmnyDrive.Snapshots;

/// <summary>
/// The canonical encoding of a <see cref="Tree"/>: one sequence of bytes for one content, specified byte by byte in
/// docs/snapshot-format.md and frozen by test vectors. Its SHA-256 is the tree's hash.
/// </summary>
public static class TreeEncoding
{
    internal const int HeaderSize = 9;
    private const int SmallestEntry = 3;

    // The buffer of a larger directory is not kept for the next.
    private const int MostKept = 1 << 20;

    internal const byte DirectoryCode = 1, FileCode = 2, ExecutableCode = 3, SymlinkCode = 4, UnknownCode = 5;

    [ThreadStatic]
    private static TreeEncoder? _encoder;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    internal static ReadOnlySpan<byte> Magic => "OMNT\u0001"u8;

    /// <summary>The encoding of <paramref name="tree"/> in a new array.</summary>
    public static byte[] Encode(Tree tree) => Encoded(tree.Entries).Encoding.ToArray();

    /// <summary>SHA-256 of the encoding.</summary>
    internal static Hash256 HashOf(ImmutableArray<NamedEntry> entries) => Encoded(entries).Hash;

    // The encoder of this thread, until its next use: most trees are encoded to be hashed, thousands of them one after the other.
    private static TreeEncoder Encoded(ImmutableArray<NamedEntry> entries)
    {
        var encoder = _encoder ??= new TreeEncoder();
        encoder.Begin(entries.Length);
        Span<byte> name = stackalloc byte[NameRules.MaxBytes];
        foreach (var entry in entries)
            Write(encoder, name[..Encoding.UTF8.GetBytes(entry.Name, name)], entry.Entry);
        if (encoder.Encoding.Length > MostKept)
            _encoder = null;
        return encoder;
    }

    /// <summary>
    /// Reads an encoding. Whatever a peer claims, no more is allocated than a small multiple of the size of <paramref name="bytes"/>; throws
    /// <see cref="DriveException"/> <c>protocol_error</c> for anything but the canonical encoding of a tree,
    /// <c>unsupported_version</c> for another version, <c>invalid</c> for a name that no tree can hold.
    /// </summary>
    public static Tree Decode(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < HeaderSize || !bytes.StartsWith(Magic[..4]))
            throw DriveException.Protocol("A tree does not begin as one.");
        if (bytes[4] != Magic[4])
            throw new DriveException(ErrorCode.UnsupportedVersion, $"A tree has format version {bytes[4]}; this build knows version {Magic[4]}.", "Update OmnyDrive on this machine.");
        var count = BinaryPrimitives.ReadUInt32BigEndian(bytes[5..]);
        var rest = bytes[HeaderSize..];
        if (count > rest.Length / SmallestEntry)
            throw DriveException.Protocol($"A tree of {bytes.Length} bytes claims {count} entries.");
        var entries = ImmutableArray.CreateBuilder<NamedEntry>((int)count);
        for (var i = 0; i < count; i++)
        {
            entries.Add(Read(ref rest));
            if (i > 0 && Utf8Order.Compare(entries[i - 1].Name, entries[i].Name) >= 0)
                throw DriveException.Protocol("A tree has names twice or out of order.");
        }
        if (!rest.IsEmpty)
            throw DriveException.Protocol("A tree has bytes behind its last entry.");
        // One encoding for one tree: no need to encode it again.
        return Tree.OfKnown(entries.MoveToImmutable(), Hash256.Of(bytes));
    }

    private static void Write(TreeEncoder encoder, ReadOnlySpan<byte> name, Entry entry)
    {
        switch (entry.Kind)
        {
            case EntryKind.Directory:
                encoder.AddDirectory(name, entry.TreeHash);
                break;
            case EntryKind.File:
                encoder.AddFile(name, entry.Size, entry.IsExecutable, entry.ContentHash);
                break;
            case EntryKind.Symlink:
                encoder.AddSymlink(name, Encoding.UTF8.GetBytes(entry.Target));
                break;
            default:
                encoder.AddUnknown(name);
                break;
        }
    }

    private static NamedEntry Read(ref ReadOnlySpan<byte> rest)
    {
        var head = Take(ref rest, 2);
        var name = Text(Take(ref rest, head[1]));
        return new NamedEntry(name, head[0] switch
        {
            DirectoryCode => Entry.Directory(new Hash256(Take(ref rest, Hash256.Size))),
            FileCode => ReadFile(ref rest, executable: false),
            ExecutableCode => ReadFile(ref rest, executable: true),
            SymlinkCode => ReadSymlink(ref rest),
            UnknownCode => Entry.Unknown,
            _ => throw DriveException.Protocol($"A tree has an entry of the unknown kind {head[0]}."),
        });
    }

    private static Entry ReadFile(ref ReadOnlySpan<byte> rest, bool executable)
    {
        var size = BinaryPrimitives.ReadInt64BigEndian(Take(ref rest, sizeof(long)));
        if (size < 0)
            throw DriveException.Protocol("A tree has a file of negative size.");
        return Entry.File(size, new ContentHash(new Hash256(Take(ref rest, Hash256.Size))), executable);
    }

    private static Entry ReadSymlink(ref ReadOnlySpan<byte> rest)
    {
        var length = BinaryPrimitives.ReadUInt16BigEndian(Take(ref rest, sizeof(ushort)));
        if (length is 0 or > Entry.MaxTargetBytes)
            throw DriveException.Protocol($"A tree has a link whose target has {length} bytes.");
        var target = Text(Take(ref rest, length));
        return target.Contains('\0') ? throw DriveException.Protocol("A tree has a link whose target has a NUL.") : Entry.Symlink(target);
    }

    private static ReadOnlySpan<byte> Take(ref ReadOnlySpan<byte> rest, int length)
    {
        if (rest.Length < length)
            throw DriveException.Protocol("A tree ends inside an entry.");
        var taken = rest[..length];
        rest = rest[length..];
        return taken;
    }

    private static string Text(ReadOnlySpan<byte> utf8)
    {
        try
        {
            return StrictUtf8.GetString(utf8);
        }
        catch (DecoderFallbackException)
        {
            throw DriveException.Protocol("A tree has a name or target that is not valid UTF-8.");
        }
    }
}
