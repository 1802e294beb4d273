namespace OmnyDrive.Engine.Providers.Git;

/// <summary>The lock files of git, which stay where it is killed: whoever comes after is refused then, for ever.</summary>
internal static class GitLocks
{
    private static readonly string[] Names = ["index.lock", "HEAD.lock", "ORIG_HEAD.lock", "FETCH_HEAD.lock", "config.lock", "packed-refs.lock", "packed-refs.new", "shallow.lock"];

    private static readonly EnumerationOptions Below = new() { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint };

    // By so much the clock of a file system may lag behind.
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(2);

    /// <summary>Removes those that were made since work began which was broken off, with other files that it left. Nobody may be at work there.</summary>
    /// <param name="git">The repository.</param>
    /// <param name="began">When that work began; what is older is not of it.</param>
    internal static void Remove(string git, DateTime began)
    {
        var directories = new[] { git }.Concat(System.IO.Directory.Exists(Path.Combine(git, "worktrees")) ? System.IO.Directory.EnumerateDirectories(Path.Combine(git, "worktrees")) : []);
        var locks = directories.SelectMany(directory => Names.Select(name => Path.Combine(directory, name)))
            .Concat(System.IO.Directory.EnumerateFiles(Path.Combine(git, "refs"), "*.lock", Below))
            .Concat(System.IO.Directory.EnumerateFiles(git, "omnydrive-index.*"));
        foreach (var file in locks.Where(file => File.Exists(file) && File.GetLastWriteTimeUtc(file) >= began - Slack).ToList())
            File.Delete(file);
    }
}
