using System.Globalization;
using OmnyDrive.Cli.Json;

namespace OmnyDrive.Cli.Output;

/// <summary>Says to a person how a mount and its origin stand to each other, and what to do next.</summary>
internal static class StatusReport
{
    public static void Print(Printer printer, StatusValue value, string mount)
    {
        printer.Result(value, CliJson.Shared.StatusValue, Lines(printer, value));
        foreach (var problem in value.Problems)
            printer.Warning($"\"{problem.Path}\" cannot be read: {problem.Reason}");
        if (Next(value, mount) is { } next)
            printer.Note(next);
    }

    private static IEnumerable<string> Lines(Printer printer, StatusValue value)
    {
        yield return $"{value.Path} is a mount of {value.DriveId} ({value.AccessMode}, {value.Policy}), last in step {value.LastSyncedAt?.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) ?? "never"}";
        if (value.OriginUnknown is { } why)
            yield return $"the origin could not be asked: {why}";
        if (GitReport.Standing(value.Git) is { } standing)
            yield return standing;
        foreach (var line in Side(printer, "changed in the mount", value.Local).Concat(Side(printer, "changed at the origin", value.Origin)))
            yield return line;
        if (value.Conflicts.Count > 0)
        {
            yield return $"changed on both sides, differently: {Quantities.Count(value.Conflicts.Count, "path")}";
            foreach (var line in ConflictReport.Lines(value.Conflicts, printer.Verbose))
                yield return $"  {line}";
        }
        if (value.OriginUnknown is null && value.Local.Count + value.Origin.Count + value.Conflicts.Count == 0 && value.Git is null or { Ahead: 0, Behind: 0 })
            yield return "both sides are in step";
    }

    private static IEnumerable<string> Side(Printer printer, string what, IReadOnlyList<ChangeValue> changes) =>
        changes.Count == 0 ? [] : [$"{what}: {Quantities.Count(changes.Count, "change")}", .. SyncReport.Listed(printer, changes)];

    private static string? Next(StatusValue value, string mount) =>
        value.Git is { } git ? git.Action switch
        {
            "none" => null,
            "refuse" => $"What to do: omnydrive sync {mount} --dry-run",
            _ => $"Bring both in step: omnydrive sync {mount}",
        }
        : value.Conflicts.Any(conflict => conflict.Resolution is null)
            ? $"Look: omnydrive conflicts {mount}; settle: omnydrive resolve {mount} PATH {ConflictReport.Choices(value.Conflicts)}"
        : value.Local.Count > 0 && value.Origin.Count > 0 && value.Conflicts.Count == 0 && value.Policy == "strict" ? $"Combine both: omnydrive sync {mount} --merge"
        : value.Local.Count + value.Origin.Count > 0 ? $"Bring both in step: omnydrive sync {mount}" : null;
}
