using System.Security.Cryptography;
using System.Text;
using OmnyDrive.Errors;

namespace OmnyDrive.Engine.Hubs;

/// <summary>The two secrets of a hub: the key that signs tickets, and the one under which secrets and tokens are hashed.</summary>
public sealed class HubKeys : IDisposable
{
    private const string SigningLabel = "PRIVATE KEY";
    private const string HashingLabel = "OMNYDRIVE HASHING KEY";
    private const int HashingKeyLength = 32;

    private readonly byte[] _hashingKey;

    private HubKeys(TicketSigner signer, byte[] hashingKey) => (Signer, _hashingKey) = (signer, hashingKey);

    /// <summary>Signs tickets.</summary>
    public TicketSigner Signer { get; }

    /// <summary>Draws new keys.</summary>
    public static HubKeys Create() => new(TicketSigner.Create(), RandomNumberGenerator.GetBytes(HashingKeyLength));

    /// <summary>Reads what <see cref="ToPem"/> wrote; throws <see cref="DriveException"/> <c>invalid</c> otherwise.</summary>
    public static HubKeys FromPem(string pem)
    {
        var hashingKey = Block(pem, HashingLabel);
        if (hashingKey.Length != HashingKeyLength)
            throw DriveException.Invalid($"The hashing key of the hub has {HashingKeyLength} bytes, not {hashingKey.Length}.");
        return new HubKeys(TicketSigner.FromPkcs8(Block(pem, SigningLabel)), hashingKey);
    }

    /// <summary>Both keys as text; keep it where only the hub can read it.</summary>
    public string ToPem() =>
        PemEncoding.WriteString(SigningLabel, Signer.ExportPkcs8()) + "\n" + PemEncoding.WriteString(HashingLabel, _hashingKey) + "\n";

    /// <summary>What a store keeps of a secret: HMAC-SHA256 over what it is for and the secret, in hexadecimal. Useless without the key.</summary>
    internal string Hash(string purpose, string secret) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(_hashingKey, Encoding.UTF8.GetBytes($"{purpose}\0{secret}")));

    private static byte[] Block(string pem, string label)
    {
        for (var rest = pem.AsSpan(); PemEncoding.TryFind(rest, out var fields); rest = rest[fields.Location.End..])
        {
            if (rest[fields.Label].SequenceEqual(label))
                return Convert.FromBase64String(rest[fields.Base64Data].ToString());
        }
        throw DriveException.Invalid($"The keys of the hub have no {label}.");
    }

    /// <summary>Forgets the keys.</summary>
    public void Dispose()
    {
        Signer.Dispose();
        CryptographicOperations.ZeroMemory(_hashingKey);
    }
}
