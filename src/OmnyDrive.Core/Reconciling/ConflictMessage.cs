using OmnyDrive.Errors;
using OmnyDrive.Git;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Reconciling;

/// <summary>Says a conflict to a person: what each side changed, what overlaps, that nothing was applied, and what to do next.</summary>
public static class ConflictMessage
{
    private const int Shown = QuotedPaths.Shown;

    /// <summary>What happened, to which paths.</summary>
    public static string Of(Conflict conflict) => conflict.Branches is { } branches ? BranchMessage.Of(conflict.Drive, branches) : conflict.Kind switch
    {
        ConflictKind.LocalDivergence =>
            $"This mount of {conflict.Drive} is read-only and has local changes: {List(conflict.LocalChanges.Select(change => change.Path).Concat(Overlap(conflict)))}. Nothing was applied, and your edits are kept.",
        ConflictKind.ContentDivergence when conflict.Paths.Any(path => path.Reason is not null) =>
            $"This mount of {conflict.Drive} has files of its own that the origin would take into the drive or put something over: {Reasons(conflict)}. Nothing was applied, and nothing of them was sent.",
        ConflictKind.ContentDivergence =>
            $"Both sides of {conflict.Drive} changed {List(Overlap(conflict))} since the last sync, differently. {Rest(conflict)}Nothing was applied.",
        ConflictKind.NameRefused =>
            $"The file system of this mount cannot hold {(conflict.Paths.Count == 1 ? "a name" : $"{conflict.Paths.Count} names")} of {conflict.Drive}: {Reasons(conflict)}. Nothing was applied.",
        ConflictKind.ProtectedBranch => $"The branch of {conflict.Drive} is protected. Nothing was applied.",
        _ => $"Both sides of {conflict.Drive} changed since the last sync: {Changed("the mount", conflict.LocalChanges)}; {Changed("the origin", conflict.OriginChanges)}. No path overlaps. Nothing was applied.",
    };

    /// <summary>What happened where all else was applied.</summary>
    public static string OfHeldBack(Conflict conflict) => conflict.Kind switch
    {
        ConflictKind.LocalDivergence => $"This mount of {conflict.Drive} is read-only and has local changes: {List(Overlap(conflict))}. They were left as they are; all else is in step.",
        ConflictKind.NameRefused => $"The file system of this mount cannot hold {(conflict.Paths.Count == 1 ? "a name" : $"{conflict.Paths.Count} names")} of {conflict.Drive}: {Reasons(conflict)}. All else is in step.",
        ConflictKind.ContentDivergence when conflict.Paths.Any(path => path.Reason is not null) => $"Some paths of {conflict.Drive} were left as they are: {Reasons(conflict)}. All else is in step.",
        _ when conflict.Paths.Count == 0 => $"Both sides of {conflict.Drive} changed once more while this sync ran: {Changed("the mount", conflict.LocalChanges)}; {Changed("the origin", conflict.OriginChanges)}. That was left as it is.",
        _ => $"Both sides of {conflict.Drive} changed {List(Overlap(conflict))} since the last sync, differently. {(conflict.Paths.Count == 1 ? "It was" : "They were")} left as {(conflict.Paths.Count == 1 ? "it is" : "they are")} on both sides; all else is in step.",
    };

    /// <summary>The next step.</summary>
    /// <param name="conflict">The conflict.</param>
    /// <param name="mount">How a command names the mount: its id, a path in it, or <c>.</c> for the mount around the current directory.</param>
    public static string HintOf(Conflict conflict, string mount = ".") => conflict.Branches is { } branches ? BranchMessage.HintOf(branches) : conflict.Kind switch
    {
        ConflictKind.LocalDivergence =>
            $"See: omnydrive diff {mount}; drop your changes (the history of the mount keeps them): omnydrive resolve {mount} {Argument(conflict)} --theirs; or move them out of the mount, or clone the drive read-write; then: omnydrive sync {mount}",
        ConflictKind.RefMoved => $"Combine them: omnydrive sync {mount} --merge ({Count(conflict.OriginChanges)} would come into the mount, {Count(conflict.LocalChanges)} would go to the origin).",
        ConflictKind.ContentDivergence when conflict.Paths.All(path => path.Reason is null) =>
            $"See: omnydrive conflicts {mount}; settle: omnydrive resolve {mount} {Argument(conflict)} --ours|--theirs|--both|--merge; then: omnydrive sync {mount}{Combine(conflict, mount)}",
        ConflictKind.NameRefused => "Give each another name at the origin and run the same command again, or clone the drive to a file system that can hold them.",
        ConflictKind.ContentDivergence when conflict.Paths.Any(path => path.Reason is not null) =>
            "Leave them out by an ignore file of the mount, or move them out of it, and run omnydrive sync again. What you move back afterwards is in the drive.",
        _ => "Look at both versions, make one side's paths as they were at the last sync (or equal on both sides), and run omnydrive sync again.",
    };

    private static string Argument(Conflict conflict) => (conflict.Paths.Count, conflict.LocalChanges.Count) switch
    {
        (1, _) => Word(conflict.Paths[0].Path),
        (0, 1) => Word(conflict.LocalChanges[0].Path),
        _ => "PATH",
    };

    private static string Word(DrivePath path) => ShellWord.OfPath(Printable.Of(path.ToString()));

    private static string Count(IReadOnlyList<Change> changes) => changes.Count == 1 ? "1 change" : $"{changes.Count} changes";

    private static string Combine(Conflict conflict, string mount) => conflict.LocalChanges.Count + conflict.OriginChanges.Count == 0
        ? ""
        : $"; the rest alone: omnydrive sync {mount} --merge ({Count(conflict.OriginChanges)} would come into the mount, {Count(conflict.LocalChanges)} would go to the origin)";

    private static IEnumerable<DrivePath> Overlap(Conflict conflict) => conflict.Paths.Select(path => path.Path);

    private static string Reasons(Conflict conflict) =>
        string.Join("; ", conflict.Paths.Where(path => path.Reason is not null).Take(Shown).Select(path => $"\"{Printable.Of(path.Path.ToString())}\" {path.Reason}"))
        + (conflict.Paths.Count > Shown ? $"; and {conflict.Paths.Count - Shown} more" : "");

    private static string Rest(Conflict conflict)
    {
        if (conflict.LocalChanges.Count + conflict.OriginChanges.Count == 0)
            return "";
        var parts = new[] { (Who: "the mount", Changes: conflict.LocalChanges), (Who: "the origin", Changes: conflict.OriginChanges) };
        return "Besides, " + string.Join("; ", parts.Where(part => part.Changes.Count > 0).Select(part => Changed(part.Who, part.Changes))) + ". ";
    }

    private static string Changed(string who, IReadOnlyList<Change> changes) => $"{who} changed {List(changes.Select(change => change.Path))}";

    private static string List(IEnumerable<DrivePath> paths)
    {
        var all = paths.ToList();
        return QuotedPaths.Of(all, all.Count);
    }
}
