using OmnyDrive.Reconciling;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.Syncing;

/// <summary>
/// The baseline of a mount, and what an interrupted pull had applied already: a path that holds what that pull was to bring has agreed with
/// its origin since. Without this, what the origin changed there afterwards would look like a change on both sides.
/// </summary>
/// <param name="Snapshot">The baseline.</param>
/// <param name="NewTrees">Its trees that are not stored yet.</param>
internal sealed record RecoveredBaseline(Snapshot Snapshot, IReadOnlyList<Tree> NewTrees)
{
    internal static RecoveredBaseline Of(Snapshot stored, Snapshot? pending, Snapshot local)
    {
        if (pending is null)
            return new RecoveredBaseline(stored, []);
        var advanced = Baseline.Recover(stored, local, pending);
        var trees = new LayeredTrees(new TreesByHash(advanced.NewTrees), stored.Trees, pending.Trees);
        return new RecoveredBaseline(new Snapshot(advanced.Root, trees), advanced.NewTrees);
    }

    private sealed class TreesByHash(IReadOnlyList<Tree> trees) : ITreeReader
    {
        private readonly Dictionary<Hash256, Tree> _trees = trees.DistinctBy(tree => tree.Hash).ToDictionary(tree => tree.Hash);

        public Tree? TryRead(DrivePath path, Hash256 hash) => _trees.GetValueOrDefault(hash);
    }
}
