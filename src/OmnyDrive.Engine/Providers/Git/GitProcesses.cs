namespace OmnyDrive.Engine.Providers.Git;

/// <summary>Looks for git on this machine.</summary>
internal static class GitProcesses
{
    /// <summary>Whether a git of this user works in a directory or below it; null where the system does not tell, as outside Linux.</summary>
    internal static bool? AnyIn(string directory) => OperatingSystem.IsLinux()
        ? System.IO.Directory.EnumerateDirectories("/proc").Where(path => char.IsAsciiDigit(path[^1])).Any(process => IsGitIn(process, directory))
        : null;

    private static bool IsGitIn(string process, string directory)
    {
        try
        {
            return File.ReadAllText(Path.Combine(process, "comm")).StartsWith("git", StringComparison.Ordinal)
                && new DirectoryInfo(Path.Combine(process, "cwd")).LinkTarget is { } at && (at == directory || at.StartsWith(directory + "/", StringComparison.Ordinal));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It has ended, or is another user's.
            return false;
        }
    }
}
