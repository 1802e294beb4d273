using OmnyDrive.Chunking;
using OmnyDrive.Engine.Files;
using OmnyDrive.Engine.Scanning;
using OmnyDrive.Origins;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.Transfer;

/// <summary>Tells the chunk lists of files, as the difference to a base where the list of that is known here.</summary>
internal static class ServedChunks
{
    private const int RunsPerPart = 1024;

    /// <summary>The list of one file in parts; unavailable where the file cannot be read, holds something else or has no list.</summary>
    internal static IEnumerable<ChunkListPart> Of(RootDirectory root, LargeFileHasher large, int index, ChunkListRequest request, CancellationToken cancellation)
    {
        if (ListOf(root, large, request, cancellation) is not { } list)
        {
            yield return new ChunkListPart(index, [], ContentOutcome.Unavailable);
            yield break;
        }
        var known = request.Base is { } content ? large.Lists?.Find(content) : null;
        foreach (var runs in ChunkListDelta.Of(known, list).Chunk(RunsPerPart))
            yield return new ChunkListPart(index, runs, ContentOutcome.Open);
        yield return new ChunkListPart(index, [], ContentOutcome.Complete);
    }

    private static ChunkList? ListOf(RootDirectory root, LargeFileHasher large, ChunkListRequest request, CancellationToken cancellation)
    {
        if (!ContentHash.IsChunked(request.Size))
            return null;
        try
        {
            var holder = root.Holder(request.Path);
            using var file = holder.OpenRead(request.Path.Name);
            return holder.Stat(file) is { Kind: FileKind.File } stat && stat.Size == request.Size ? large.ListOf(holder, file, request.Hash, cancellation) : null;
        }
        catch (FileOperationException)
        {
            return null;
        }
    }
}
