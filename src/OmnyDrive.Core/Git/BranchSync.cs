namespace OmnyDrive.Git;

/// <summary>What a sync of a git drive did with branches, or would do.</summary>
/// <param name="Branch">The branch that the mount has checked out; null where it has none.</param>
/// <param name="Ahead">How many commits only the mount had, those that the sync makes left out.</param>
/// <param name="Behind">How many commits only the origin had.</param>
/// <param name="Action">What was done.</param>
/// <param name="Commits">Whether what no commit had was committed.</param>
/// <param name="PushedTo">The branch at the origin that was moved or made; null where none was, and where its name is not drawn yet.</param>
/// <param name="Reason">Why another branch than the mount's took the work; null where none did.</param>
public sealed record BranchSync(string? Branch, int Ahead, int Behind, BranchAction Action, bool Commits, string? PushedTo, string? Reason)
{
    /// <summary>The branch at the origin that has all commits of the mount which the origin's branch of the same name lacks, as that is protected: there they wait for somebody to merge them. Null where none has them all.</summary>
    public string? WaitsOn { get; init; }
}

/// <summary>How branches stand that a sync of a git drive did not put in step.</summary>
/// <param name="Why">Why it was refused.</param>
/// <param name="Branch">The branch; null where the mount has none checked out.</param>
/// <param name="Ahead">How many commits only the mount has.</param>
/// <param name="Behind">How many commits only the origin has.</param>
/// <param name="IsDirty">Whether the mount has changes that no commit has.</param>
/// <param name="Unfinished">What the mount itself has begun, such as <c>merge</c>, or <see cref="Unmerged"/>; null where nothing is.</param>
public sealed record BranchDivergence(BranchConflict Why, string? Branch, int Ahead, int Behind, bool IsDirty, string? Unfinished)
{
    /// <summary>What is unfinished where files are in conflict with no merge going on, as after a <c>git stash pop</c>.</summary>
    public const string Unmerged = "unmerged";

    /// <summary>Whether the origin has no such branch.</summary>
    public bool IsGone { get; init; }
}
