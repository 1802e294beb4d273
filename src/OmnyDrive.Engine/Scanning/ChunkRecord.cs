using System.Runtime.CompilerServices;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.Scanning;

/// <summary>What is remembered of one chunk: enough to see that its bytes are still the same without SHA-256.</summary>
/// <param name="Length">Bytes.</param>
/// <param name="Hash">SHA-256 of its bytes.</param>
/// <param name="Tag">Its keyed tag; zeros where nothing is remembered.</param>
internal readonly record struct ChunkRecord(int Length, Hash256 Hash, ChunkTag Tag);

/// <summary>A nonce and the AES-GMAC tag made with it.</summary>
[InlineArray(Size)]
internal struct ChunkTag
{
    internal const int NonceSize = 12, Size = NonceSize + 16;

    private byte _first;
}
