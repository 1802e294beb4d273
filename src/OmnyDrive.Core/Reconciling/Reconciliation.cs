using OmnyDrive.Snapshots;

namespace OmnyDrive.Reconciling;

/// <summary>What three snapshots amount to, path by path, before any policy.</summary>
/// <param name="ToLocal">What the origin alone changed: to be made in the mount. Sorted by path.</param>
/// <param name="ToOrigin">What the mount alone changed: to be made at the origin. Sorted by path.</param>
/// <param name="Conflicts">What both changed, differently. Sorted by path.</param>
/// <param name="Unknown">Paths about which nothing can be concluded, because a side could not read them. Sorted by path.</param>
public sealed record Reconciliation(
    IReadOnlyList<Change> ToLocal,
    IReadOnlyList<Change> ToOrigin,
    IReadOnlyList<PathConflict> Conflicts,
    IReadOnlyList<DrivePath> Unknown)
{
    /// <summary>The changes to be made on a side.</summary>
    public IReadOnlyList<Change> On(Side side) => side == Side.Local ? ToLocal : ToOrigin;
}
