using Microsoft.Win32.SafeHandles;
using OmnyDrive.Engine.Files;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.Scanning;

/// <summary>
/// Hashes files of 1 MiB and more: one thread reads and cuts a file, all cores hash its chunks, and chunks that a kept list knows are checked
/// by their keyed tags instead. Half as many files at once as there are cores, a few megabytes for each. Safe for concurrent use.
/// </summary>
/// <param name="lists">Where the chunks of earlier contents are remembered; null hashes everything each time.</param>
internal sealed class LargeFileHasher(ChunkListStore? lists = null)
{
    // One crew, so that memory and threads are bounded for the process, however many endpoints it holds.
    private static readonly HashingCrew Crew = new(places: Math.Max(2, Environment.ProcessorCount / 2), helpers: Math.Max(1, Environment.ProcessorCount - 1));

    // Chunks are some 72 KiB long. What is longer is not read only to find that its list is too long.
    private const long LongestListed = ChunkList.MaxCount * (80L << 10);

    /// <summary>One that remembers nothing.</summary>
    internal static LargeFileHasher WithoutMemory { get; } = new();

    /// <summary>Where chunk lists are remembered; null where they are not.</summary>
    internal ChunkListStore? Lists => lists;

    /// <summary>
    /// The hash of what an open file holds now. Throws <see cref="FileOperationException"/> where it cannot be read.
    /// </summary>
    /// <param name="directory">Whose operations read the file.</param>
    /// <param name="file">Open for reading, 1 MiB or more.</param>
    /// <param name="before">What it held when it was last hashed; a wrong guess costs time only.</param>
    /// <param name="cancellation">Ends it between two pieces.</param>
    internal HashedContent Hash(IDirectoryHandle directory, SafeFileHandle file, ContentHash? before, CancellationToken cancellation) =>
        Hash(directory, file, before, remembers: lists is not null, cancellation);

    /// <summary>
    /// The chunk list of a content, remembered or made by reading an open file that holds it; null where the file holds anything else, or the list is too long.
    /// </summary>
    internal ChunkList? ListOf(IDirectoryHandle directory, SafeFileHandle file, ContentHash content, CancellationToken cancellation)
    {
        if (lists?.Find(content) is { } known)
            return known;
        if (directory.Stat(file).Size > LongestListed)
            return null;
        var hashed = Hash(directory, file, before: null, remembers: true, cancellation);
        if (hashed.Content != content)
            return null;
        Remember(hashed, before: null);
        return hashed.Chunks;
    }

    private HashedContent Hash(IDirectoryHandle directory, SafeFileHandle file, ContentHash? before, bool remembers, CancellationToken cancellation)
    {
        Crew.Enter(cancellation);
        try
        {
            var known = before is { } content ? lists?.Find(content) : null;
            using var walk = new LargeFileWalk(new FileSource(directory, file), Crew, lists?.Keys, known, remembers);
            return walk.Run(cancellation);
        }
        finally
        {
            Crew.Leave();
        }
    }

    /// <summary>Remembers the chunks of a content that turned out not to have changed while it was read.</summary>
    internal void Remember(in HashedContent hashed, ContentHash? before)
    {
        // Where nothing was hashed and the content is the same, a good list of it is there.
        if (hashed.Fresh == 0 && before == hashed.Content)
            lists?.Touch(hashed.Content);
        else if (hashed.Chunks is { } chunks)
            lists?.Keep(chunks, before);
    }
}
