using OmnyDrive.Cli.Json;
using OmnyDrive.Errors;

namespace OmnyDrive.Cli.Output;

/// <summary>Says what a sync of a git drive did with commits and branches.</summary>
internal static class GitReport
{
    /// <summary>Lines for below the headline; none where the drive is no git drive, or nothing was done.</summary>
    public static IEnumerable<string> Lines(SyncValue value)
    {
        if (value.Git is not { } git || git.Action is "none" or "refuse")
        {
            if (value.Git is { Action: "none", WaitsOn: { } waits })
                yield return $"  {Quantities.Count(value.Git.Ahead, "commit")} of the mount {(value.Git.Ahead == 1 ? "waits" : "wait")} on the origin's branch {waits}; somebody merges it there: git merge {ShellWord.Of(waits)}";
            yield break;
        }
        var isPlan = value.Status == "planned";
        if (git.Committed)
            yield return isPlan ? "  changes that are not committed would be committed first" : "  changes that were not committed were committed first";
        if (git.Action == "pull")
            yield return $"  {git.Branch} {(isPlan ? "would go" : "went")} forward by {Quantities.Count(git.Behind, "commit")}";
        else
            yield return $"  {Target(git, isPlan)}{(git.Reason is null ? "" : $", because {git.Reason}")}";
    }

    /// <summary>How the branches stand, in a line; null where the drive is no git drive.</summary>
    public static string? Standing(GitValue? git) => git is null ? null
        : git.Branch is null ? "no branch is checked out"
        : $"on branch {git.Branch}: {Quantities.Count(git.Ahead, "commit")} ahead of the origin, {Quantities.Count(git.Behind, "commit")} behind{(git.WaitsOn is { } waits ? $"; that work waits on the origin's branch {waits}" : "")}";

    private static string Target(GitValue git, bool isPlan) => (git.PushedTo, isPlan) switch
    {
        (null, _) => "a new branch of the origin would take it",
        ({ } to, true) => $"the origin's branch {to} would take it",
        ({ } to, _) => $"it is on the origin's branch {to}",
    };
}
