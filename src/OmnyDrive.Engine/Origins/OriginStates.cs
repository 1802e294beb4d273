using OmnyDrive.Drives;
using OmnyDrive.Engine.Scanning;

namespace OmnyDrive.Engine.Origins;

/// <summary>The last few states of an origin that somebody was told of, so that a reader finds its trees while the origin moves on.</summary>
internal sealed class OriginStates
{
    private const int Kept = 4;

    private readonly Lock _one = new();
    private readonly LinkedList<ScanResult> _states = new();

    /// <summary>The newest.</summary>
    internal ScanResult? Latest
    {
        get
        {
            lock (_one)
                return _states.First?.Value;
        }
    }

    internal void Add(ScanResult state)
    {
        lock (_one)
        {
            if (_states.First?.Value.Snapshot.Root == state.Snapshot.Root)
                _states.RemoveFirst();
            _states.AddFirst(state);
            if (_states.Count > Kept)
                _states.RemoveLast();
        }
    }

    internal ScanResult? Find(SyncRef state)
    {
        lock (_one)
            return _states.FirstOrDefault(known => known.Snapshot.Ref == state);
    }

    internal IReadOnlyList<ScanResult> All()
    {
        lock (_one)
            return [.. _states];
    }
}
