namespace OmnyDrive.Engine.Providers.Git;

/// <summary>What git said where it failed.</summary>
internal static class GitErrors
{
    private const int MostLines = 4, MostLength = 250;

    /// <summary>The first line that says that something is wrong, and the last ones, which say more; without git's advice, which is for those who work with git itself.</summary>
    internal static string Shorten(string errors)
    {
        var lines = errors.Split(['\n', '\r'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (lines.Length == 0)
            return "it said nothing";
        if (lines.Where(line => !line.StartsWith("hint:", StringComparison.Ordinal)).ToArray() is { Length: > 0 } own)
            lines = own;
        var last = Math.Max(0, lines.Length - MostLines);
        var first = Array.FindIndex(lines, line => line.StartsWith("error:", StringComparison.Ordinal) || line.StartsWith("fatal:", StringComparison.Ordinal));
        string[] kept = first < 0 || first >= last ? lines[last..] : [lines[first], .. first + 1 < last ? ["…"] : Array.Empty<string>(), .. lines[last..]];
        return string.Join("; ", kept.Select(line => line.Length > MostLength ? $"{line[..MostLength]}…" : line));
    }
}
