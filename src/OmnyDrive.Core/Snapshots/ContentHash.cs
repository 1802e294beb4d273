using OmnyDrive.Chunking;

namespace OmnyDrive.Snapshots;

/// <summary>
/// The identity of a file's bytes. Below <see cref="ChunkedFrom"/> it is SHA-256 of the bytes; from there on it is SHA-256 over a
/// domain tag and the file's content-defined chunks (see <see cref="ContentHasher"/> and docs/snapshot-format.md), so that
/// chunks can be hashed on all cores and verified one by one. Which of the two it is follows from the size, which always
/// travels beside it.
/// </summary>
/// <param name="Value">The 32 bytes.</param>
public readonly record struct ContentHash(Hash256 Value)
{
    /// <summary>The size in bytes from which on a file is identified by its chunks: 1 MiB.</summary>
    public const long ChunkedFrom = 1 << 20;

    /// <summary>Whether a file of <paramref name="size"/> bytes is identified by its chunks.</summary>
    public static bool IsChunked(long size) => size >= ChunkedFrom;

    /// <summary>The hash of content that is in memory, of any size.</summary>
    public static ContentHash Of(ReadOnlySpan<byte> content)
    {
        if (!IsChunked(content.Length))
            return new ContentHash(Hash256.Of(content));
        using var hasher = new ContentHasher();
        hasher.Append(content);
        return hasher.Finish();
    }

    /// <summary><c>sha256:&lt;hex&gt;</c> or <c>cdc:&lt;hex&gt;</c>, as commands print it; the size decides which.</summary>
    public string ToText(long size) => (IsChunked(size) ? "cdc:" : "sha256:") + Value;
}
