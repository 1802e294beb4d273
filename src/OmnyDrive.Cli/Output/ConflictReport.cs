using System.Globalization;
using OmnyDrive.Cli.Json;
using OmnyDrive.Reconciling;

namespace OmnyDrive.Cli.Output;

/// <summary>Says conflicts to a person: a line for each, with what each side has.</summary>
internal static class ConflictReport
{
    private const int ShownUnlessVerbose = 50;

    /// <summary>The options of <c>resolve</c> that make sense: a mount that may not push can only take the origin's versions.</summary>
    public static string Choices(IReadOnlyList<OpenConflictValue> conflicts) => conflicts.All(conflict => conflict.Kind == nameof(ConflictKind.LocalDivergence)) ? "--theirs" : "--ours|--theirs|--both|--merge";

    public static IEnumerable<string> Lines(IReadOnlyList<OpenConflictValue> conflicts, bool all)
    {
        if (conflicts.Count == 0)
            return [];
        List<string[]> rows = [["PATH", "BASE", "OURS", "THEIRS", "THEIRS BY", "DECIDED"], .. conflicts.Take(all ? int.MaxValue : ShownUnlessVerbose).Select(Row)];
        var lines = TextTable.Lines(rows);
        return conflicts.Count > rows.Count - 1 ? lines.Append($"… and {conflicts.Count - rows.Count + 1} more; all of them: --verbose") : lines;
    }

    public static IEnumerable<string> Lines(ResolveValue value, bool all)
    {
        foreach (var resolved in value.Resolved.Take(all ? int.MaxValue : ShownUnlessVerbose))
            yield return $"  {Word(resolved),-7} {resolved.Path}{(resolved.Beside is null ? "" : $", ours as {resolved.Beside}")}";
        if (!all && value.Resolved.Count > ShownUnlessVerbose)
            yield return $"  … and {value.Resolved.Count - ShownUnlessVerbose} more; all of them: --verbose";
        foreach (var open in value.Open)
            yield return $"  open    {open.Path}: {open.Reason}";
    }

    private static string Word(OpenConflictValue conflict) => conflict.Resolution ?? "open";

    private static string[] Row(OpenConflictValue conflict) =>
    [
        conflict.Path, What(conflict.Base, conflict.BaseSize, null), What(conflict.Ours, conflict.OursSize, conflict.OursModifiedAt), What(conflict.Theirs, conflict.TheirsSize, conflict.TheirsModifiedAt),
        conflict.TheirsAuthor ?? (conflict.TheirsChangedAt is null ? "-" : "in place"), conflict.Reason is null ? conflict.Resolution ?? "-" : conflict.Reason,
    ];

    private static string What(string? version, long? size, DateTimeOffset? at) => version is null ? "nothing"
        : size is { } bytes ? Quantities.Bytes(bytes) + (at is { } time ? time.ToLocalTime().ToString(", yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) : "")
        : version.StartsWith("link:", StringComparison.Ordinal) ? $"link to {version[5..]}" : version;
}
