using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Filtering;

/// <summary>Numbers that stand for the rules of a directory: the first half of a SHA-256 over all that they come from, never 0.</summary>
internal static class RulesIdentity
{
    internal static UInt128 OfRoot(FilterOptions options, IReadOnlyList<IgnoreFile> files)
    {
        List<byte> source = [.. "omnydrive root rules 1"u8];
        Append(source, options.Include);
        Append(source, options.Exclude);
        return Of(source, files);
    }

    /// <summary>Chained to the directory around it, so that the same file one level deeper has another identity.</summary>
    internal static UInt128 Inside(UInt128 outer, bool chosen, IReadOnlyList<IgnoreFile> files)
    {
        Span<byte> number = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128LittleEndian(number, outer);
        return Of([.. "omnydrive rules 1"u8, .. number, chosen ? (byte)1 : (byte)0], files);
    }

    private static UInt128 Of(List<byte> source, IReadOnlyList<IgnoreFile> files)
    {
        Span<byte> hash = stackalloc byte[Hash256.Size];
        foreach (var file in files)
        {
            file.Hash.CopyTo(hash);
            source.AddRange(hash);
        }
        Hash256.Of(CollectionsMarshal.AsSpan(source)).CopyTo(hash);
        var identity = BinaryPrimitives.ReadUInt128LittleEndian(hash);
        return identity == 0 ? 1 : identity;
    }

    private static void Append(List<byte> source, IReadOnlyList<string> patterns)
    {
        Span<byte> number = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(number, patterns.Count);
        source.AddRange(number);
        foreach (var pattern in patterns)
        {
            var bytes = Encoding.UTF8.GetBytes(pattern);
            BinaryPrimitives.WriteInt32LittleEndian(number, bytes.Length);
            source.AddRange(number);
            source.AddRange(bytes);
        }
    }
}
