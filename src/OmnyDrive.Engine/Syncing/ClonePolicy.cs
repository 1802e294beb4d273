using OmnyDrive.Engine.Providers;
using OmnyDrive.Errors;
using OmnyDrive.Reconciling;

namespace OmnyDrive.Engine.Syncing;

/// <summary>
/// How a clone is completed: changes flow to the mount only. What differs there because somebody worked in an interrupted clone stays, and the
/// syncs that follow see it as a change of the mount.
/// </summary>
internal static class ClonePolicy
{
    internal static SyncPlan Plan(Reconciliation found, SyncRefs refs) =>
        new(refs.Baseline, refs.Local, refs.Origin, found.ToLocal, [], null, found.Unknown);

    /// <summary>What a completed clone does not have as the origin has it, and why.</summary>
    internal static IReadOnlyList<Problem> LeftAsTheyAre(PreparedSync prepared)
    {
        var seen = prepared.Local.Problems.Select(problem => problem.Path).ToHashSet(StringComparer.Ordinal);
        return
        [
            .. prepared.Local.Problems,
            .. prepared.Found.Unknown.Select(path => path.ToString()).Where(path => !seen.Contains(path))
                .Select(path => new Problem(path, "it cannot be read at the origin")),
            .. prepared.Found.Conflicts.Select(conflict => new Problem(conflict.Path.ToString(),
                "it was made or edited here before the clone was complete, and the origin has another; the next sync calls it a conflict")),
        ];
    }

    internal static DriveException Incomplete(MountWork work, IReadOnlyList<Problem> problems) => new(
        ErrorCode.Incomplete,
        $"{(problems.Count == 1 ? "1 path" : $"{problems.Count} paths")} of {work.Row.Drive} could not be brought over, such as \"{problems[0].Path}\": {problems[0].Reason}.",
        $"What has arrived stays. Run the same clone again: omnydrive clone {work.Row.Drive} {ShellWord.Of(work.Row.Path)}");
}
