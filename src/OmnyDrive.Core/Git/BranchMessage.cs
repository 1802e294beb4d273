using OmnyDrive.Drives;
using OmnyDrive.Errors;

namespace OmnyDrive.Git;

/// <summary>Says to a person why a sync of a git drive was refused, and which commands settle it.</summary>
internal static class BranchMessage
{
    internal static string Of(DriveId drive, BranchDivergence at) => at.Why switch
    {
        BranchConflict.Diverged =>
            $"Both sides of {drive} have work on {Quoted(at.Branch)} that the other lacks: the mount has {Ours(at)}, the origin {Commits(at.Behind)}. Nothing was applied, and nothing was committed.",
        BranchConflict.OriginRewritten when at.IsGone => $"The origin has deleted the branch {Quoted(at.Branch)} of {drive}. Nothing was applied, and it was not made again.",
        BranchConflict.OriginRewritten =>
            $"The origin's branch {Quoted(at.Branch)} of {drive} does not have the commit any more that both sides agreed on last: it was written anew. Nothing was applied.",
        BranchConflict.ReadOnly => $"This mount of {drive} is read-only and has work of its own on {Quoted(at.Branch)}: {Ours(at)}. Nothing was applied, and it is kept.",
        BranchConflict.Uncommitted => $"This mount of {drive} has changes that are not committed, and --no-commit was given. Nothing was applied.",
        BranchConflict.Detached => $"This mount of {drive} has no branch checked out, and has work that belongs to none: {Ours(at)}. Nothing was applied.",
        _ when at.Unfinished == BranchDivergence.Unmerged => $"This mount of {drive} has files with conflicts that nobody has resolved. Nothing was applied, and nothing was committed.",
        _ => $"{(at.Unfinished == "am" ? "An" : "A")} {at.Unfinished} is going on in this mount of {drive}. Nothing was applied.",
    };

    internal static string HintOf(BranchDivergence at) => at.Why switch
    {
        BranchConflict.Diverged => $"In the mount: {(at.IsDirty ? "git add --all && git commit; then " : "")}git merge {Origin(at)} (or: git rebase {Origin(at)}); then: omnydrive sync",
        BranchConflict.OriginRewritten when at.IsGone => "In the mount, go to another branch (git switch BRANCH), or keep your own under another name (git switch -c NAME); then: omnydrive sync",
        BranchConflict.OriginRewritten => $"In the mount, see: git log {Origin(at)}. To follow it: git reset --keep {Origin(at)}; to keep your own under another name: git switch -c NAME; then: omnydrive sync",
        BranchConflict.ReadOnly => $"In the mount: {PutAside(at)}; then: omnydrive sync. Or clone the drive read-write.",
        BranchConflict.Uncommitted => "Commit them in the mount (git add --all && git commit), or put them aside (git stash); then: omnydrive sync",
        BranchConflict.Detached => "Give it a branch in the mount: git switch -c NAME; then: omnydrive sync",
        _ when at.Unfinished == BranchDivergence.Unmerged => "In the mount, see which: git status. Edit them, and say of each that it is resolved: git add FILE; then: omnydrive sync",
        _ => $"End it in the mount: git {at.Unfinished} --continue, or git {at.Unfinished} --abort; then: omnydrive sync",
    };

    // What is not committed stays where it is when a branch goes back.
    private static string PutAside(BranchDivergence at) => (at.IsDirty, at.Ahead > 0, at.IsGone) switch
    {
        (_, true, true) => $"{(at.IsDirty ? "git add --all && git commit; then " : "")}go back to a branch of the origin's: git switch BRANCH",
        (true, false, _) => "put it aside: git stash --include-untracked",
        (true, true, _) => $"put it aside: git stash --include-untracked; keep the commits under another name: git branch NAME; and go back to the origin's: git reset --keep {Origin(at)}",
        _ => $"keep the commits under another name: git branch NAME; and go back to the origin's: git reset --keep {Origin(at)}",
    };

    private static string Ours(BranchDivergence at) => (at.Ahead, at.IsDirty) switch
    {
        (0, _) => "changes that are not committed",
        (_, true) => $"{Commits(at.Ahead)} and changes that are not committed",
        _ => Commits(at.Ahead),
    };

    private static string Commits(int count) => count == 1 ? "1 commit" : $"{count} commits";

    private static string Quoted(string? branch) => $"\"{Printable.Of(branch ?? "")}\"";

    // Git refuses names that a shell would take for more than one word or for a command, but for a few characters.
    private static string Origin(BranchDivergence at) => ShellWord.Of(Printable.Of($"origin/{at.Branch}"));
}
