using OmnyDrive.Cli.Json;
using OmnyDrive.Engine;
using OmnyDrive.Errors;

namespace OmnyDrive.Cli.Output;

/// <summary>Says how a sync ended: one line, and under it the paths.</summary>
internal static class SyncReport
{
    private const int ShownUnlessVerbose = 20;

    /// <summary>Prints a sync that was done or may be done.</summary>
    public static void Print(Printer printer, MountInfo mount, SyncValue value)
    {
        printer.Result(value, CliJson.Shared.SyncValue, Lines(printer, mount, value));
        foreach (var problem in value.Problems)
            printer.Warning($"\"{problem.Path}\" was left as it is: {problem.Reason}");
    }

    /// <summary>Prints a sync that was done but for paths that both sides changed; that these are open is an error.</summary>
    public static void PrintHeldBack(Printer printer, MountInfo mount, SyncValue value, DriveException open)
    {
        printer.Result(value, CliJson.Shared.SyncValue, value.Changes.Count == 0 ? [] : Lines(printer, mount, value));
        foreach (var problem in value.Problems)
            printer.Warning($"\"{problem.Path}\" was left as it is: {problem.Reason}");
        if (printer.Json)
            return;
        printer.Explain(open);
        Versions(printer, value);
    }

    // Made when they are printed, so not where a value is.
    private static IEnumerable<string> Lines(Printer printer, MountInfo mount, SyncValue value)
    {
        yield return Headline(mount, value);
        foreach (var line in GitReport.Lines(value))
            yield return line;
        foreach (var line in Listed(printer, value.Changes))
            yield return line;
    }

    private static void Versions(Printer printer, SyncValue value)
    {
        foreach (var conflict in value.Conflicts.Where(conflict => conflict.Path != ".").Take(Limit(printer)))
            printer.Note($"  {conflict.Path}{(conflict.Reason is null ? "" : $" {conflict.Reason}")}: base {Shown(conflict.Base)}, ours {Shown(conflict.Ours)}, theirs {Shown(conflict.Theirs)}");
    }

    /// <summary>Prints a sync that was refused or halted; for a person all of it is an error.</summary>
    public static void PrintRefusal(Printer printer, SyncValue value, DriveException why)
    {
        printer.Result(value, CliJson.Shared.SyncValue);
        if (printer.Json)
            return;
        printer.Explain(why);
        Versions(printer, value);
        foreach (var (who, changes) in new[] { ("the mount", value.Local), ("the origin", value.Origin) })
        {
            if (changes is { Count: > 0 })
                printer.Note($"changed in {who}: {string.Join(", ", changes.Take(Limit(printer)).Select(change => $"{change.Kind} {change.Path}"))}{More(changes.Count, Limit(printer))}");
        }
    }

    private static string Headline(MountInfo mount, SyncValue value)
    {
        var changes = Quantities.Count(value.Changes.Count, "change");
        return value.Status switch
        {
            "clean" => $"clean: {mount.Path} and {mount.Drive} are in step{InStep(value.Git)}",
            "pushed" => $"pushed {changes} from {mount.Path} to {mount.Drive}{Cost(value)}",
            "pulled" => $"pulled {changes} from {mount.Drive} into {mount.Path}{Cost(value)}",
            "merged" or "conflicted" when value.AppliedChanges > 0 => $"merged: {Directions(value)}{Cost(value)}",
            _ when value.Changes.Any(change => change.Side == "local") && value.Changes.Any(change => change.Side == "origin") => $"planned {Directions(value)}; nothing was done",
            _ when value.Changes.Count == 0 => "planned: no file changes; nothing was done",
            _ => $"planned {changes} {(value.Changes[0].Side == "local" ? $"from {mount.Drive} into {mount.Path}" : $"from {mount.Path} to {mount.Drive}")}; nothing was done",
        };
    }

    // A protected branch lacks what its work branch has.
    private static string InStep(GitValue? git) => git is { Ahead: > 0, Branch: { } branch } ? $" ({Quantities.Count(git.Ahead, "commit")} not in the origin's {branch} yet)" : "";

    private static string Directions(SyncValue value)
    {
        var (into, out_) = (value.Changes.Count(change => change.Side == "local"), value.Changes.Count(change => change.Side == "origin"));
        return string.Join(", ", new[] { into > 0 ? $"{Quantities.Count(into, "change")} into the mount" : "", out_ > 0 ? $"{Quantities.Count(out_, "change")} to the origin" : "" }.Where(part => part.Length > 0));
    }

    private static string Cost(SyncValue value) =>
        $" ({Quantities.Bytes(value.Metrics.BytesTransferred)}{Reused(value.Metrics)}, {Quantities.Time(TimeSpan.FromMilliseconds(value.Metrics.DurationMs))})";

    private static string Reused(MetricsValue metrics) => metrics.BytesReused > 0 ? $", {Quantities.Bytes(metrics.BytesReused)} reused" : "";

    /// <summary>The changes, a line each; the first few unless all are wanted.</summary>
    public static IEnumerable<string> Listed(Printer printer, IReadOnlyList<ChangeValue> listed)
    {
        // Looked at several times, and made anew each time unless they are all kept.
        List<ChangeValue> changes = [.. listed];
        var limit = Limit(printer);
        var goesBothWays = changes.Select(change => change.Side).Distinct().Count() > 1;
        // A file that was moved is one line, and what it left is none.
        var left = changes.Where(change => change.MovedFrom is not null).Select(change => (change.Side, change.MovedFrom!)).ToHashSet();
        var told = changes.Where(change => change.Kind != "delete" || !left.Contains((change.Side, change.Path))).ToList();
        var lines = told.Take(limit).Select(change => $"  {(change.MovedFrom is null ? $"{change.Kind,-6} {change.Path}" : $"move   {change.MovedFrom} -> {change.Path}")}{(!goesBothWays ? "" : change.Side == "local" ? " (in the mount)" : " (at the origin)")}");
        return told.Count > limit ? lines.Append($"  … and {told.Count - limit} more; all of them: --verbose") : lines;
    }

    private static int Limit(Printer printer) => printer.Verbose ? int.MaxValue : ShownUnlessVerbose;

    private static string More(int count, int limit) => count > limit ? $" and {count - limit} more" : "";

    private static string Shown(string? version) => version is null ? "nothing" : Quantities.Short(version);
}
