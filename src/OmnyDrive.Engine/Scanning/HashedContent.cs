using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.Scanning;

/// <summary>What hashing an open file found.</summary>
/// <param name="Content">Its hash.</param>
/// <param name="Length">How many bytes were read.</param>
/// <param name="Fresh">How many of them went through SHA-256.</param>
/// <param name="Chunks">Its chunks, where they are to be remembered.</param>
internal readonly record struct HashedContent(ContentHash Content, long Length, long Fresh, ChunkList? Chunks);
