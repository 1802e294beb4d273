using OmnyDrive.Chunking;
using OmnyDrive.Engine.Scanning;
using OmnyDrive.Origins;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.Transfer;

/// <summary>The files open that one content after the other is put together from.</summary>
internal sealed class ChunkSources(ContentIntake intake) : IDisposable
{
    private ContentHash? _content;

    /// <summary>Those for the content that was last asked about, the best first.</summary>
    internal IReadOnlyList<ChunkSource> Open { get; private set; } = [];

    /// <summary>Opens those for a content, and closes the others.</summary>
    internal IReadOnlyList<ChunkSource> OpenFor(ContentHash content, CancellationToken cancellation)
    {
        if (_content == content)
            return Open;
        Dispose();
        Open = intake.SourcesFor(content, cancellation);
        _content = content;
        return Open;
    }

    /// <summary>Begins the chunk list of a content that is told by its base.</summary>
    internal ChunkListBuilder Begin(ContentNeed need, CancellationToken cancellation) =>
        new(need.Hash, need.Size, need.Base is { } known ? ListOf(need.Hash, known, cancellation) : null);

    // The file that was named may be gone by now, which is no fault of the peer that tells by it.
    private ChunkList? ListOf(ContentHash content, ContentHash known, CancellationToken cancellation) =>
        OpenFor(content, cancellation).FirstOrDefault(source => source.List.Content == known)?.List ?? intake.ListOf(known);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var source in Open)
            source.Dispose();
        (Open, _content) = ([], null);
    }
}
