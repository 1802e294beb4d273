using OmnyDrive.Chunking;

namespace OmnyDrive.Engine.Transfer;

/// <summary>What a sender told of a large content.</summary>
/// <param name="List">Its chunk list, which has been believed.</param>
/// <param name="Pieces">The pieces of some of its new chunks; a hint.</param>
internal sealed record ToldChunks(IReadOnlyList<ChunkRef> List, IReadOnlyList<ChunkPieces> Pieces)
{
    /// <summary>The most pieces that are held of all contents that are put together at once, some 20 MB.</summary>
    internal const int MostPieces = 2 * ChunkListBuilder.MaxPieces;
}
