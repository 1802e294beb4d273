using OmnyDrive.Snapshots;

namespace OmnyDrive.Chunking;

/// <summary>A chunk wherever it lies.</summary>
/// <param name="Length">Its length in bytes.</param>
/// <param name="Hash">SHA-256 of its bytes.</param>
public readonly record struct ChunkRef(int Length, Hash256 Hash);
