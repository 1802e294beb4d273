namespace OmnyDrive.Engine.Providers.Git;

/// <summary>The lock files of git, which stay where it is killed: whoever comes after is refused then, for ever.</summary>
internal static class GitLocks
{
    private static readonly EnumerationOptions Below = new() { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint };

    /// <summary>Removes those of a repository in which nobody works any more, with other files that work left which was broken off.</summary>
    internal static void Remove(string git)
    {
        foreach (var name in new[] { "index.lock", "HEAD.lock", "config.lock", "packed-refs.lock", "shallow.lock" })
            File.Delete(Path.Combine(git, name));
        foreach (var name in System.IO.Directory.EnumerateFiles(Path.Combine(git, "refs"), "*.lock", Below).Concat(System.IO.Directory.EnumerateFiles(git, "omnydrive-index.*")))
            File.Delete(name);
    }
}
