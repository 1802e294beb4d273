namespace OmnyDrive.Chunking;

/// <summary>A part of a chunk.</summary>
/// <param name="Length">Its length in bytes.</param>
/// <param name="Hash">
/// The first eight bytes, big-endian, of SHA-256 of its bytes. A hint of where the bytes may be copied from: others can have it too, so a chunk is believed by its own hash alone.
/// </param>
public readonly record struct Piece(int Length, ulong Hash);
