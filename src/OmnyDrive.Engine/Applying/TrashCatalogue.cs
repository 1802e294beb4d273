using System.Buffers.Binary;
using System.Text;
using OmnyDrive.Engine.Files;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.Applying;

/// <summary>A content that lies in an area of the trash.</summary>
/// <param name="Content">Its hash, when it was put there.</param>
/// <param name="Size">Its bytes.</param>
/// <param name="Path">The path that it had, and has in the area.</param>
internal readonly record struct TrashedContent(ContentHash Content, long Size, string Path);

/// <summary>
/// What an area of the trash holds, beside it as <c>&lt;area&gt;.contents</c>: magic, version, the bytes of all files together; for each file its hash, size, the length of its path and the path as UTF-8.
/// Numbers are big-endian. Only a hint of where to look: one that is missing, cut off or wrong costs time.
/// </summary>
internal static class TrashCatalogue
{
    private const string Suffix = ".contents";
    private const uint Version = 2;
    private const int HeaderSize = 20, TotalOffset = 12, SizeOffset = Hash256.Size, LengthOffset = SizeOffset + sizeof(long), PathOffset = LengthOffset + sizeof(ushort);
    private const int LongestRecord = PathOffset + ushort.MaxValue, Buffer = 2 * LongestRecord;

    private static ReadOnlySpan<byte> Magic => "OMNYTRS\n"u8;

    internal static string NameOf(string area) => area + Suffix;

    /// <summary>The area that a catalogue is of; null for any other name.</summary>
    internal static string? AreaOf(string name) => name.Length > Suffix.Length && name.EndsWith(Suffix, StringComparison.Ordinal) ? name[..^Suffix.Length] : null;

    /// <summary>Writes the catalogue of an area, in place of one that is there.</summary>
    internal static void Write(IDirectoryHandle trash, string area, IReadOnlyCollection<TrashedContent> contents)
    {
        if (trash.Stat(NameOf(area)) is not null)
            trash.RemoveFile(NameOf(area));
        using var file = trash.CreateNew(NameOf(area), FileModes.PrivateFile);
        var buffer = new byte[Buffer];
        Magic.CopyTo(buffer);
        BinaryPrimitives.WriteUInt32BigEndian(buffer.AsSpan(Magic.Length), Version);
        BinaryPrimitives.WriteInt64BigEndian(buffer.AsSpan(TotalOffset), contents.Sum(content => content.Size));
        var (offset, filled) = (0L, HeaderSize);
        foreach (var content in contents)
        {
            if (Buffer - filled < LongestRecord)
            {
                trash.Write(file, buffer.AsSpan(0, filled), offset);
                (offset, filled) = (offset + filled, 0);
            }
            filled += Encode(content, buffer.AsSpan(filled));
        }
        trash.Write(file, buffer.AsSpan(0, filled), offset);
    }

    /// <summary>The bytes of all that an area holds; null where no catalogue tells.</summary>
    internal static long? BytesOf(IDirectoryHandle trash, string area)
    {
        if (trash.Stat(NameOf(area)) is not { Kind: FileKind.File })
            return null;
        using var file = trash.OpenRead(NameOf(area));
        Span<byte> header = stackalloc byte[HeaderSize];
        return trash.Read(file, header, 0) == HeaderSize && IsHeader(header) && BinaryPrimitives.ReadInt64BigEndian(header[TotalOffset..]) is >= 0 and var bytes ? bytes : null;
    }

    /// <summary>Reads a catalogue as far as it can be read, and no more of it than <paramref name="most"/> bytes.</summary>
    internal static IEnumerable<TrashedContent> Read(IDirectoryHandle trash, string area, long most)
    {
        using var file = trash.OpenRead(NameOf(area));
        var buffer = new byte[Buffer];
        var (offset, start, end) = (0L, 0, 0);
        var isBegun = false;
        while (true)
        {
            if (end - start < LongestRecord && offset < most)
            {
                buffer.AsSpan(start, end - start).CopyTo(buffer);
                (start, end) = (0, end - start);
                var read = trash.Read(file, buffer.AsSpan(end), offset);
                (offset, end) = (read == 0 ? long.MaxValue : offset + read, end + read);
            }
            else if (!isBegun)
            {
                if (!IsHeader(buffer.AsSpan(start, end - start)))
                    yield break;
                (isBegun, start) = (true, start + HeaderSize);
            }
            else if (Decode(buffer.AsSpan(start, end - start), out var length) is { } content)
            {
                start += length;
                yield return content;
            }
            else
                yield break;
        }
    }

    private static int Encode(in TrashedContent content, Span<byte> into)
    {
        content.Content.Value.CopyTo(into);
        BinaryPrimitives.WriteInt64BigEndian(into[SizeOffset..], content.Size);
        var length = Encoding.UTF8.GetBytes(content.Path, into[PathOffset..]);
        BinaryPrimitives.WriteUInt16BigEndian(into[LengthOffset..], checked((ushort)length));
        return PathOffset + length;
    }

    private static bool IsHeader(ReadOnlySpan<byte> bytes) =>
        bytes.Length >= HeaderSize && bytes.StartsWith(Magic) && BinaryPrimitives.ReadUInt32BigEndian(bytes[Magic.Length..]) == Version;

    private static TrashedContent? Decode(ReadOnlySpan<byte> bytes, out int length)
    {
        length = bytes.Length < PathOffset ? int.MaxValue : PathOffset + BinaryPrimitives.ReadUInt16BigEndian(bytes[LengthOffset..]);
        if (length > bytes.Length)
            return null;
        return new TrashedContent(
            new ContentHash(new Hash256(bytes[..Hash256.Size])), BinaryPrimitives.ReadInt64BigEndian(bytes[SizeOffset..]), Encoding.UTF8.GetString(bytes[PathOffset..length]));
    }
}
