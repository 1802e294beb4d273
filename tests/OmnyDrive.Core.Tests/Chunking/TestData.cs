using System.Buffers.Binary;
using System.Security.Cryptography;

namespace OmnyDrive.Core.Tests.Chunking;

/// <summary>
/// The bytes of the vectors, which anybody can make again: SHA-256("omnydrive test data" ‖ n) for n = 0, 1, 2 … as eight bytes,
/// big-endian, one behind the other.
/// </summary>
internal static class TestData
{
    public const int MiB = 1 << 20;

    private static readonly byte[] FourMiB = Make(4 * MiB);

    public static ReadOnlySpan<byte> First(int length) => FourMiB.AsSpan(0, length);

    private static byte[] Make(int length)
    {
        var input = new byte["omnydrive test data"u8.Length + sizeof(ulong)];
        "omnydrive test data"u8.CopyTo(input);
        var data = new byte[length];
        for (var n = 0; n < length / SHA256.HashSizeInBytes; n++)
        {
            BinaryPrimitives.WriteUInt64BigEndian(input.AsSpan(^sizeof(ulong)), (ulong)n);
            SHA256.HashData(input, data.AsSpan(n * SHA256.HashSizeInBytes));
        }
        return data;
    }
}
