namespace OmnyDrive.Reconciling;

/// <summary>What a mount that may not push makes of its own changes: each is a conflict, so that it can be looked at and dropped.</summary>
public static class ReadOnlyPolicy
{
    /// <summary>The reconciliation with the mount's changes as conflicts.</summary>
    public static Reconciliation Apply(Reconciliation found) => found with
    {
        ToOrigin = [],
        Conflicts = [.. found.Conflicts.Concat(found.ToOrigin.Select(change => new PathConflict(change.Path, change.From, change.To, change.From))).OrderBy(conflict => conflict.Path)],
    };
}
