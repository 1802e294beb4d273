namespace OmnyDrive.Engine.Providers.Git;

/// <summary>What git said where it failed.</summary>
internal static class GitErrors
{
    /// <summary>The last lines, which say why.</summary>
    internal static string Shorten(string errors)
    {
        var lines = errors.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return lines.Length == 0 ? "it said nothing" : string.Join("; ", lines.TakeLast(4));
    }
}
