using OmnyDrive.Errors;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Reconciling;

/// <summary>Says a conflict to a person: what each side changed, what overlaps, that nothing was applied, and what to do next.</summary>
public static class ConflictMessage
{
    private const int Shown = QuotedPaths.Shown;

    /// <summary>What happened, to which paths.</summary>
    public static string Of(Conflict conflict) => conflict.Kind switch
    {
        ConflictKind.LocalDivergence =>
            $"This mount of {conflict.Drive} is read-only and has local changes: {List(conflict.LocalChanges.Select(change => change.Path).Concat(Overlap(conflict)))}. Nothing was applied, and your edits are kept.",
        ConflictKind.ContentDivergence when conflict.Paths.Any(path => path.Reason is not null) =>
            $"This mount of {conflict.Drive} has files of its own that the origin would take into the drive: {Reasons(conflict)}. Nothing was applied, and nothing of them was sent.",
        ConflictKind.ContentDivergence =>
            $"Both sides of {conflict.Drive} changed {List(Overlap(conflict))} since the last sync, differently. {Rest(conflict)}Nothing was applied.",
        ConflictKind.NameRefused =>
            $"The file system of this mount cannot hold {(conflict.Paths.Count == 1 ? "a name" : $"{conflict.Paths.Count} names")} of {conflict.Drive}: {Reasons(conflict)}. Nothing was applied.",
        ConflictKind.ProtectedBranch => $"The branch of {conflict.Drive} is protected. Nothing was applied.",
        _ => $"Both sides of {conflict.Drive} changed since the last sync: {Changed("the mount", conflict.LocalChanges)}; {Changed("the origin", conflict.OriginChanges)}. No path overlaps. Nothing was applied.",
    };

    /// <summary>The next step.</summary>
    public static string HintOf(Conflict conflict) => conflict.Kind switch
    {
        ConflictKind.LocalDivergence => "Move your changes out of the mount, or clone the drive read-write, and run omnydrive sync again.",
        ConflictKind.NameRefused => "Give each another name at the origin and run the same command again, or clone the drive to a file system that can hold them.",
        ConflictKind.ContentDivergence when conflict.Paths.Any(path => path.Reason is not null) =>
            "Leave them out by an ignore file of the mount, or move them out of it, and run omnydrive sync again. What you move back afterwards is in the drive.",
        _ => "Look at both versions, make one side's paths as they were at the last sync (or equal on both sides), and run omnydrive sync again.",
    };

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
