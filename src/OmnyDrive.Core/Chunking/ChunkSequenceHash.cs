using System.Buffers.Binary;
using System.Security.Cryptography;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Chunking;

/// <summary>
/// Makes the <see cref="ContentHash"/> of a file of 1 MiB or more from its chunks, whoever cut and hashed them. Whether they are the chunks
/// that <see cref="FastCdc"/> cuts is the caller's duty. For one content at a time; not safe for concurrent use.
/// </summary>
public sealed class ChunkSequenceHash : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>Begins with no chunk.</summary>
    public ChunkSequenceHash() => _hash.AppendData(Tag);

    private static ReadOnlySpan<byte> Tag => "omnydrive chunks v1\0"u8;

    /// <summary>Takes the next chunk: its length in bytes and SHA-256 of its bytes.</summary>
    public void Append(int length, Hash256 hash)
    {
        Span<byte> record = stackalloc byte[sizeof(uint) + Hash256.Size];
        BinaryPrimitives.WriteUInt32BigEndian(record, (uint)length);
        hash.CopyTo(record[sizeof(uint)..]);
        _hash.AppendData(record);
    }

    /// <summary>The hash of the content that the chunks make up. Afterwards the sequence is empty again.</summary>
    public ContentHash Finish()
    {
        Span<byte> hash = stackalloc byte[Hash256.Size];
        _hash.GetHashAndReset(hash);
        _hash.AppendData(Tag);
        return new ContentHash(new Hash256(hash));
    }

    /// <inheritdoc/>
    public void Dispose() => _hash.Dispose();
}
