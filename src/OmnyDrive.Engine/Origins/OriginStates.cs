using OmnyDrive.Drives;
using OmnyDrive.Engine.Scanning.Index;

namespace OmnyDrive.Engine.Origins;

/// <summary>
/// The last few states of an origin that somebody was told of, so that a reader finds its trees while the origin moves on. Each lies in its own index,
/// of which memory holds only what is being read.
/// </summary>
internal sealed class OriginStates
{
    private const int Kept = 4;

    private readonly Lock _one = new();
    private readonly LinkedList<ScanIndex> _states = new();

    internal void Add(ScanIndex state)
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

    internal ScanIndex? Find(SyncRef state)
    {
        lock (_one)
            return _states.FirstOrDefault(known => known.Snapshot.Ref == state);
    }

    internal IReadOnlyList<ScanIndex> All()
    {
        lock (_one)
            return [.. _states];
    }
}
