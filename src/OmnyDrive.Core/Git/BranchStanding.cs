using OmnyDrive.Drives;

namespace OmnyDrive.Git;

/// <summary>How a mount's checked-out branch and the branch of that name at the origin stand to each other: what a sync of a git drive is decided by.</summary>
/// <param name="Branch">The branch; null where none is checked out (a detached HEAD).</param>
/// <param name="Local">The mount's commit; null where the branch has none yet.</param>
/// <param name="Origin">The origin's commit of that branch; null where it has no such branch.</param>
/// <param name="Ahead">How many commits only the mount has.</param>
/// <param name="Behind">How many commits only the origin has.</param>
public sealed record BranchStanding(string? Branch, string? Local, string? Origin, int Ahead, int Behind)
{
    /// <summary>Whether the mount has changes that no commit has.</summary>
    public bool IsDirty { get; init; }

    /// <summary>What the mount itself has begun and not ended, such as <c>merge</c>; null where nothing is.</summary>
    public string? Unfinished { get; init; }

    /// <summary>Whether the origin's branch still has the commit that both agreed on last; false where its history was written anew. True where they agreed on none.</summary>
    public bool HoldsAgreed { get; init; } = true;

    /// <summary>Whether a push may not move that branch at the origin.</summary>
    public bool IsProtected { get; init; }

    /// <summary>The branch at the origin that takes this mount's work instead of the protected one; null before the first.</summary>
    public WorkBranch? Work { get; init; }
}

/// <summary>A branch that was made at the origin for the work of one mount.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Commit">Where it is at the origin; null where it is gone from there.</param>
/// <param name="Ahead">How many commits of the mount it lacks.</param>
/// <param name="Behind">How many commits it has that the mount has not.</param>
public sealed record WorkBranch(string Name, string? Commit, int Ahead, int Behind);

/// <summary>What a sync of a git drive does.</summary>
public enum BranchAction
{
    /// <summary>Nothing: both sides are in step.</summary>
    None,
    /// <summary>The mount's branch goes forward to where the origin's is.</summary>
    Pull,
    /// <summary>The origin's branch goes forward to where the mount's is, or is made.</summary>
    Push,
    /// <summary>A new branch at the origin takes the work.</summary>
    PushToNewBranch,
    /// <summary>The branch at the origin that took this mount's work before takes this, too.</summary>
    PushToWorkBranch,
    /// <summary>Nothing may be applied: see <see cref="BranchDecision.Conflict"/>.</summary>
    Refuse,
}

/// <summary>A decision about a sync of a git drive.</summary>
/// <param name="Action">What is done.</param>
/// <param name="Commits">Whether what no commit has is committed before.</param>
/// <param name="Conflict">Why nothing is done; null unless it is refused.</param>
public sealed record BranchDecision(BranchAction Action, bool Commits, BranchConflict? Conflict)
{
    /// <summary>
    /// Decides by how the branches stand. Never moves a branch but forward, never merges, and never pushes what is not to be pushed: what both sides changed is refused, and settled with git.
    /// </summary>
    /// <param name="at">How they stand.</param>
    /// <param name="mode">What the mount may do.</param>
    /// <param name="mayCommit">Whether what no commit has may be committed.</param>
    public static BranchDecision Of(BranchStanding at, AccessMode mode, bool mayCommit)
    {
        if (at.Unfinished is not null)
            return Refuse(BranchConflict.Unfinished);
        if (at.Branch is null)
            return at.IsDirty || at.Ahead > 0 ? Refuse(BranchConflict.Detached) : Nothing;
        if (!at.HoldsAgreed)
            return Refuse(BranchConflict.OriginRewritten);
        var hasWork = at.IsDirty || at.Ahead > 0;
        if (at.Behind > 0)
            return hasWork ? Refuse(mode == AccessMode.ReadOnly ? BranchConflict.ReadOnly : BranchConflict.Diverged) : new BranchDecision(BranchAction.Pull, Commits: false, null);
        if (!hasWork)
            return at.Origin is null && at.Local is not null && mode == AccessMode.ReadWrite ? Push(at) : Nothing;
        if (mode == AccessMode.ReadOnly)
            return Refuse(BranchConflict.ReadOnly);
        return at.IsDirty && !mayCommit ? Refuse(BranchConflict.Uncommitted) : Push(at);
    }

    private static BranchDecision Nothing { get; } = new(BranchAction.None, Commits: false, null);

    private static BranchDecision Refuse(BranchConflict why) => new(BranchAction.Refuse, Commits: false, why);

    private static BranchDecision Push(BranchStanding at)
    {
        // An origin without any commit has nothing to protect.
        if (!at.IsProtected || at.Origin is null)
            return new BranchDecision(BranchAction.Push, at.IsDirty, null);
        return at.Work switch
        {
            // What somebody else did to it is not taken back.
            { Commit: not null, Behind: > 0 } or null or { Commit: null } => new BranchDecision(BranchAction.PushToNewBranch, at.IsDirty, null),
            { Ahead: 0 } when !at.IsDirty => Nothing,
            _ => new BranchDecision(BranchAction.PushToWorkBranch, at.IsDirty, null),
        };
    }
}

/// <summary>Why a sync of a git drive was refused.</summary>
public enum BranchConflict
{
    /// <summary>Both sides have commits, or the mount has changes, that the other lacks.</summary>
    Diverged,
    /// <summary>The origin's branch does not have the commit any more that both agreed on last.</summary>
    OriginRewritten,
    /// <summary>A mount that may not push has work of its own.</summary>
    ReadOnly,
    /// <summary>Changes are not committed, and the user does not want them to be.</summary>
    Uncommitted,
    /// <summary>No branch is checked out, and there is work that belongs to none.</summary>
    Detached,
    /// <summary>A merge, rebase or the like is going on in the mount.</summary>
    Unfinished,
}
