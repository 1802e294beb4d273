using System.Diagnostics;

namespace OmnyDrive.Testing;

/// <summary>Runs git as a user would, who has a name and no other configuration.</summary>
public static class GitTool
{
    /// <summary>Runs it in a directory; what it wrote, without the last line's end. Fails the test where it fails.</summary>
    public static string Run(string directory, params string[] arguments)
    {
        var (exitCode, output, errors) = Try(directory, arguments);
        return exitCode == 0 ? output.TrimEnd('\n') : throw new InvalidOperationException($"git {string.Join(' ', arguments)}: {exitCode} {output} {errors}");
    }

    /// <summary>The same, whatever its exit code.</summary>
    public static (int ExitCode, string Output, string Errors) Try(string directory, params string[] arguments)
    {
        var start = new ProcessStartInfo("git", ["-c", "user.name=Somebody", "-c", "user.email=somebody@example.org", "-c", "init.defaultBranch=main", .. arguments])
        {
            WorkingDirectory = directory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        // Another test may be trying what inherited ones do.
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("GIT_", StringComparison.Ordinal)).ToList())
            start.Environment.Remove(name);
        start.Environment["GIT_CONFIG_GLOBAL"] = "/dev/null";
        start.Environment["GIT_CONFIG_NOSYSTEM"] = "1";
        start.Environment["GIT_TERMINAL_PROMPT"] = "0";
        using var git = Process.Start(start)!;
        git.StandardInput.Close();
        var errors = git.StandardError.ReadToEndAsync();
        var output = git.StandardOutput.ReadToEnd();
        git.WaitForExit();
        return (git.ExitCode, output, errors.GetAwaiter().GetResult());
    }

    /// <summary>Writes files, a content each, and commits all that a work tree has.</summary>
    public static string Commit(string directory, params (string Path, string Content)[] files)
    {
        foreach (var (path, content) in files)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(directory, path))!);
            File.WriteAllText(Path.Combine(directory, path), content);
        }
        Run(directory, "add", "--all");
        Run(directory, "commit", "--quiet", "--allow-empty", "--message", string.Join(' ', files.Select(file => file.Path)) + " changed");
        return Run(directory, "rev-parse", "HEAD");
    }
}
