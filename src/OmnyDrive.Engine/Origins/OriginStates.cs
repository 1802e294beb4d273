using OmnyDrive.Drives;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.Origins;

/// <summary>
/// The last few states of an origin that somebody was told of, so that a reader finds its trees while the origin moves on. Each lies in its own index,
/// of which memory holds only what is being read.
/// </summary>
internal sealed class OriginStates
{
    private const int Kept = 4;

    private readonly Lock _one = new();
    private readonly LinkedList<Snapshot> _states = new();

    internal void Add(Snapshot state)
    {
        lock (_one)
        {
            if (_states.First?.Value.Root == state.Root)
                _states.RemoveFirst();
            _states.AddFirst(state);
            if (_states.Count > Kept)
                _states.RemoveLast();
        }
    }

    internal Snapshot? Find(SyncRef state)
    {
        lock (_one)
            return _states.FirstOrDefault(known => known.Ref == state);
    }

    internal IReadOnlyList<Snapshot> All()
    {
        lock (_one)
            return [.. _states];
    }
}
