using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace OmnyDrive.Core.Tests.Chunking;

/// <summary>Chunking written from the documents alone, for a whole file at once and without any regard to speed.</summary>
internal static class NaiveChunker
{
    public static List<byte[]> Chunks(byte[] file)
    {
        var chunks = new List<byte[]>();
        for (var at = 0; at < file.Length; at += chunks[^1].Length)
            chunks.Add(file[at..(at + Length(file, at))]);
        return chunks;
    }

    public static string Hash(byte[] file)
    {
        if (file.Length < 1_048_576)
            return Convert.ToHexStringLower(SHA256.HashData(file));
        var list = new List<byte>(Encoding.ASCII.GetBytes("omnydrive chunks v1\0"));
        foreach (var chunk in Chunks(file))
        {
            var length = new byte[4];
            BinaryPrimitives.WriteInt32BigEndian(length, chunk.Length);
            list.AddRange(length);
            list.AddRange(SHA256.HashData(chunk));
        }
        return Convert.ToHexStringLower(SHA256.HashData([.. list]));
    }

    public static int Length(byte[] file, int at) => Length(file, at, (16_384, 65_536, 262_144), (18, 14));

    /// <summary>The length of a piece, from docs/wire-protocol.md.</summary>
    public static int PieceLength(byte[] chunk, int at) => Length(chunk, at, (256, 1_024, 4_096), (11, 9));

    private static int Length(byte[] file, int at, (int Shortest, int Normal, int Longest) sizes, (int Before, int Behind) bits)
    {
        var hash = 0UL;
        for (var length = 1; length <= file.Length - at; length++)
        {
            if (length > sizes.Shortest)
                hash = unchecked(hash * 2 + Gear(file[at + length - 1]));
            var zeroBits = length <= sizes.Normal ? bits.Before : bits.Behind;
            if ((length > sizes.Shortest && hash >> (64 - zeroBits) == 0) || length == sizes.Longest)
                return length;
        }
        return file.Length - at;
    }

    private static readonly ulong[] Gears = [.. Enumerable.Range(0, 256).Select(value =>
        BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData([.. "omnydrive gear v1"u8, (byte)value])))];

    private static ulong Gear(byte value) => Gears[value];
}
