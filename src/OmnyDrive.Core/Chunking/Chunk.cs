using OmnyDrive.Snapshots;

namespace OmnyDrive.Chunking;

/// <summary>One content-defined chunk of a file.</summary>
/// <param name="Offset">Where it begins, in bytes.</param>
/// <param name="Length">Its length in bytes.</param>
/// <param name="Hash">SHA-256 of its bytes.</param>
public readonly record struct Chunk(long Offset, int Length, Hash256 Hash);
