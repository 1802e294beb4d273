using System.Security.Cryptography;

namespace OmnyDrive.Engine.Scanning;

/// <summary>Makes and checks keyed tags of chunks: AES-GMAC, three times as fast as SHA-256. For one thread at a time.</summary>
internal sealed class ChunkTagger(ChunkKeys keys) : IDisposable
{
    private const int MacSize = ChunkTag.Size - ChunkTag.NonceSize;

    private readonly AesGcm _gcm = new(keys.Tags, MacSize);

    // GMAC breaks where tags of two messages under one nonce become known. A nonce is drawn here for one message and stored with its tag; the record
    // keeps nonce, tag and message together in whatever list it is carried to. Matches uses the nonce again, on the bytes that lie
    // there now, as every verifier does: that tag is compared and forgotten, and only a yes or no leaves. Random nonces of 96 bits may serve
    // 2^32 messages under one key (NIST SP 800-38D, 8.3): 250 TiB hashed anew by one endpoint; and the tags lie in files that others cannot read.
    internal ChunkTag Make(ReadOnlySpan<byte> bytes)
    {
        var tag = default(ChunkTag);
        Span<byte> all = tag;
        RandomNumberGenerator.Fill(all[..ChunkTag.NonceSize]);
        _gcm.Encrypt(all[..ChunkTag.NonceSize], [], [], all[ChunkTag.NonceSize..], bytes);
        return tag;
    }

    /// <summary>Whether these are the bytes that the tag was made of; nobody without the key can find others for which it says so.</summary>
    internal bool Matches(in ChunkTag tag, ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<byte> all = tag;
        Span<byte> now = stackalloc byte[MacSize];
        // Not Decrypt, which tells a mismatch by an exception: after an insertion they are many.
        _gcm.Encrypt(all[..ChunkTag.NonceSize], [], [], now, bytes);
        return CryptographicOperations.FixedTimeEquals(now, all[ChunkTag.NonceSize..]);
    }

    /// <inheritdoc/>
    public void Dispose() => _gcm.Dispose();
}
