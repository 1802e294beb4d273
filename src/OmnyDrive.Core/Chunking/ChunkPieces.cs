namespace OmnyDrive.Chunking;

/// <summary>The pieces of one chunk of a list, in their order.</summary>
/// <param name="Chunk">Which chunk of the list, counted from 0.</param>
/// <param name="Pieces">What it is made of.</param>
public sealed record ChunkPieces(int Chunk, IReadOnlyList<Piece> Pieces);
