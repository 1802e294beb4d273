using System.Buffers.Binary;
using System.Security.Cryptography;

namespace OmnyDrive.Chunking;

/// <summary>
/// The 256 random numbers of the gear hash. Entry <c>i</c> is the first eight bytes, big-endian, of
/// SHA-256("omnydrive gear v1" ‖ byte i), so that anybody can make the table again. Part of the format: frozen.
/// </summary>
internal static class GearTable
{
    internal static readonly ulong[] Values = Make();

    private static ulong[] Make()
    {
        var tag = "omnydrive gear v1"u8;
        Span<byte> input = stackalloc byte[tag.Length + 1];
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        tag.CopyTo(input);
        var values = new ulong[256];
        for (var i = 0; i < values.Length; i++)
        {
            input[^1] = (byte)i;
            SHA256.HashData(input, hash);
            values[i] = BinaryPrimitives.ReadUInt64BigEndian(hash);
        }
        return values;
    }
}
