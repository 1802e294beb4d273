namespace OmnyDrive.Chunking;

/// <summary>Finds the chunks of a list that its base does not have, as the runs go by that it is told in.</summary>
public sealed class FreshChunks
{
    private readonly List<int> _chunks = [];
    private int _next;

    /// <summary>Which chunks of the list, ascending.</summary>
    public IReadOnlyList<int> Chunks => _chunks;

    /// <summary>
    /// Whether it pays to tell their pieces: not more than half of the chunks are new. Where most of a content is new, hardly anything of a new chunk is in the base either.
    /// </summary>
    public bool AreFew => _chunks.Count > 0 && _chunks.Count <= _next / 2;

    /// <summary>Takes the next runs.</summary>
    public void Add(IEnumerable<ChunkRun> runs)
    {
        foreach (var run in runs)
        {
            if (!run.IsOfBase)
                _chunks.Add(_next);
            _next += Math.Max(run.Count, 1);
        }
    }
}
