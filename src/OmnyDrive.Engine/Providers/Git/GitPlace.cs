using OmnyDrive.Errors;

namespace OmnyDrive.Engine.Providers.Git;

/// <summary>Finds out, by looking at files alone, where a repository lies. Runs nothing, for what lies there is not known yet.</summary>
internal static class GitPlace
{
    /// <summary>The top of the work tree, or of the repository without one, that a directory is; null where it is none.</summary>
    internal static string? TopOf(string directory) => Path.Exists(Path.Combine(directory, ".git")) || IsRepository(directory) ? directory : null;

    /// <summary>The repository of a work tree, which it shares with its other work trees; the directory itself where it is one without.</summary>
    internal static string RepositoryOf(string top)
    {
        var git = Path.Combine(top, ".git");
        if (System.IO.Directory.Exists(git))
            return git;
        if (!File.Exists(git))
            return top;
        var own = LinkOf(git, "gitdir: ", top);
        return File.Exists(Path.Combine(own, "commondir")) ? LinkOf(Path.Combine(own, "commondir"), "", own) : own;
    }

    private static bool IsRepository(string directory) =>
        File.Exists(Path.Combine(directory, "HEAD")) && System.IO.Directory.Exists(Path.Combine(directory, "objects")) && System.IO.Directory.Exists(Path.Combine(directory, "refs"));

    private static string LinkOf(string file, string before, string relativeTo)
    {
        var text = File.ReadAllText(file).Trim();
        var path = text.StartsWith(before, StringComparison.Ordinal) ? Path.GetFullPath(text[before.Length..], relativeTo) : "";
        return System.IO.Directory.Exists(path) ? path : throw DriveException.Invalid($"\"{file}\" does not lead to a git repository.", "Look at it with git: git -C DIR status");
    }
}
