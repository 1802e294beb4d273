using System.Security.Cryptography;
using OmnyDrive.Engine.State;
using OmnyDrive.Errors;

namespace OmnyDrive.Engine.Scanning;

/// <summary>The keys of this endpoint's chunk lists: one for the tags of chunks, one for the lists themselves.</summary>
/// <param name="secret">What both are derived from: 32 random bytes.</param>
internal sealed class ChunkKeys(ReadOnlySpan<byte> secret)
{
    internal const string FileName = "chunks.key";

    private const int Size = 32;

    internal byte[] Tags { get; } = Derive(secret, "omnydrive chunk tags v1"u8);

    internal byte[] Lists { get; } = Derive(secret, "omnydrive chunk lists v1"u8);

    /// <summary>The keys of the endpoint with that state directory, drawn at the first call.</summary>
    internal static ChunkKeys ReadOrCreate(string stateDirectory)
    {
        var hex = SecretFile.ReadOrCreate(stateDirectory, FileName, () => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(Size)));
        if (hex.Length != 2 * Size || !hex.All(char.IsAsciiHexDigitLower))
            throw new DriveException(ErrorCode.Io, $"\"{Path.Combine(stateDirectory, FileName)}\" does not hold {2 * Size} hexadecimal digits.",
                "Remove it: a new one is made, and large files are hashed in full once.");
        return new ChunkKeys(Convert.FromHexString(hex));
    }

    private static byte[] Derive(ReadOnlySpan<byte> secret, ReadOnlySpan<byte> purpose)
    {
        var key = new byte[Size];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, key, [], purpose);
        return key;
    }
}
