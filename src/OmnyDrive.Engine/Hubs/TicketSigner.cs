using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using OmnyDrive.Errors;
using OmnyDrive.Hubs;

namespace OmnyDrive.Engine.Hubs;

/// <summary>Signs tickets with the hub's ECDSA P-256 key. May be used concurrently.</summary>
public sealed class TicketSigner : IDisposable
{
    private readonly Lock _gate = new();
    private readonly ECDsa _key;
    private readonly string _header;

    private TicketSigner(ECDsa key)
    {
        _key = key;
        var publicKey = key.ExportSubjectPublicKeyInfo();
        Key = new TicketKey(Convert.ToHexStringLower(SHA256.HashData(publicKey)), publicKey);
        _header = TicketFormat.HeaderFor(Key.Id);
    }

    /// <summary>The public half, for verifiers.</summary>
    public TicketKey Key { get; }

    /// <summary>Draws a new key.</summary>
    public static TicketSigner Create() => new(ECDsa.Create(ECCurve.NamedCurves.nistP256));

    /// <summary>Takes a private key in PKCS #8; throws <see cref="DriveException"/> <c>invalid</c> where it is not one over P-256.</summary>
    public static TicketSigner FromPkcs8(ReadOnlySpan<byte> privateKey)
    {
        var key = ECDsa.Create();
        try
        {
            key.ImportPkcs8PrivateKey(privateKey, out var read);
            if (read == privateKey.Length && P256.IsCurveOf(key))
                return new TicketSigner(key);
        }
        catch (CryptographicException)
        {
            // Said below.
        }
        key.Dispose();
        throw DriveException.Invalid("The hub's signing key is not an ECDSA key over P-256.");
    }

    /// <summary>The private key in PKCS #8, for the hub's key file.</summary>
    public byte[] ExportPkcs8() => _key.ExportPkcs8PrivateKey();

    /// <summary>The ticket as a compact JWS.</summary>
    public string Sign(Ticket ticket)
    {
        var signed = $"{_header}.{TicketFormat.PayloadOf(ticket)}";
        return $"{signed}.{Base64Url.EncodeToString(SignatureOf(Encoding.ASCII.GetBytes(signed)))}";
    }

    // ECDsa promises nothing about concurrent use.
    private byte[] SignatureOf(byte[] data)
    {
        lock (_gate)
            return _key.SignData(data, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
    }

    /// <summary>Forgets the key.</summary>
    public void Dispose() => _key.Dispose();
}
