using OmnyDrive.Chunking;
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

    /// <summary>Begins the chunk list of a content that is told by the first of its sources.</summary>
    internal ChunkListBuilder Begin(ContentNeed need, CancellationToken cancellation) =>
        new(need.Hash, need.Size, OpenFor(need.Hash, cancellation).FirstOrDefault(source => source.List.Content == need.Base)?.List);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var source in Open)
            source.Dispose();
        (Open, _content) = ([], null);
    }
}
