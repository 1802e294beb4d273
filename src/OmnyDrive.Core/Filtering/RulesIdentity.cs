using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Filtering;

/// <summary>Numbers that stand for the rules of a directory: the first half of a SHA-256 over all that they come from, never 0.</summary>
internal static class RulesIdentity
{
    internal static UInt128 OfRoot(FilterOptions options, IReadOnlyList<IgnoreFile> files)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData("omnydrive root rules 1"u8);
        Append(hash, options.Include);
        Append(hash, options.Exclude);
        return Finish(hash, files);
    }

    /// <summary>Chained to the directory around it, so that the same file one level deeper has another identity.</summary>
    internal static UInt128 Inside(UInt128 outer, bool chosen, IReadOnlyList<IgnoreFile> files)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData("omnydrive rules 1"u8);
        Span<byte> state = stackalloc byte[17];
        BinaryPrimitives.WriteUInt128LittleEndian(state, outer);
        state[16] = chosen ? (byte)1 : (byte)0;
        hash.AppendData(state);
        return Finish(hash, files);
    }

    private static UInt128 Finish(IncrementalHash hash, IReadOnlyList<IgnoreFile> files)
    {
        Span<byte> bytes = stackalloc byte[Hash256.Size];
        foreach (var file in files)
        {
            file.Hash.CopyTo(bytes);
            hash.AppendData(bytes);
        }
        hash.GetHashAndReset(bytes);
        var identity = BinaryPrimitives.ReadUInt128LittleEndian(bytes);
        return identity == 0 ? 1 : identity;
    }

    private static void Append(IncrementalHash hash, IReadOnlyList<string> patterns)
    {
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(length, patterns.Count);
        hash.AppendData(length);
        foreach (var pattern in patterns)
        {
            var bytes = Encoding.UTF8.GetBytes(pattern);
            BinaryPrimitives.WriteInt32LittleEndian(length, bytes.Length);
            hash.AppendData(length);
            hash.AppendData(bytes);
        }
    }
}
