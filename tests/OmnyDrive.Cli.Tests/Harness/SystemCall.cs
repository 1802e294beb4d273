using System.Text.RegularExpressions;

namespace OmnyDrive.Cli.Tests.Harness;

/// <summary>A path that a system call named.</summary>
/// <param name="Directory">Where the descriptor leads from which it is relative; null where it is absolute or relative to the working directory.</param>
/// <param name="Path">The path as it was given; joined to the working directory where it is relative to that.</param>
internal sealed record NamedPath(string? Directory, string Path)
{
    /// <summary>The path from the file system's root.</summary>
    public string Full => Directory is null || Path.Length == 0 ? Directory ?? Path : System.IO.Path.Join(Directory, Path);
}

/// <summary>A system call that named files, as strace wrote it.</summary>
/// <param name="Line">All of it.</param>
/// <param name="Name">Which call.</param>
/// <param name="Paths">The paths that it named; not the text of a link, read or made.</param>
/// <param name="Result">Where the descriptor leads that it returned; null where it returned none.</param>
internal sealed partial record SystemCall(string Line, string Name, IReadOnlyList<NamedPath> Paths, string? Result)
{
    /// <summary>Whether the call does not follow a link at the last name.</summary>
    public bool KeepsLastLink => Line.Contains("NOFOLLOW", StringComparison.Ordinal)
        || Name is "readlinkat" or "symlinkat" or "unlinkat" or "renameat" or "renameat2" or "mkdirat";

    /// <summary>Whether the kernel follows no link at all and stays below the descriptor.</summary>
    public bool IsBeneath => Name == "openat2" && Line.Contains("RESOLVE_NO_SYMLINKS", StringComparison.Ordinal) && Line.Contains("RESOLVE_BENEATH", StringComparison.Ordinal);

    public static SystemCall Parse(string line)
    {
        var name = line[..line.IndexOf('(', StringComparison.Ordinal)];
        var paths = Quoted().Matches(line).Select(PathOf);
        // The first text of symlinkat is the link's, the second of readlink what it holds, and execve has arguments.
        paths = name.StartsWith("symlink", StringComparison.Ordinal) ? paths.Skip(1)
            : name.StartsWith("readlink", StringComparison.Ordinal) || name == "execve" ? paths.Take(1)
            : paths;
        var result = Returned().Match(line);
        return new SystemCall(line, name, [.. paths], result.Success ? result.Groups["path"].Value : null);
    }

    private static NamedPath PathOf(Match match)
    {
        var (descriptor, directory, path) = (match.Groups["fd"].Value, match.Groups["at"].Value, match.Groups["path"].Value);
        return path.StartsWith('/') || directory.Length == 0 ? new NamedPath(null, path)
            : descriptor == "AT_FDCWD" ? new NamedPath(null, Path.Join(directory, path))
            : new NamedPath(directory, path);
    }

    [GeneratedRegex(@"(?:(?<fd>\d+|AT_FDCWD)<(?<at>[^>]*)>(?:\(deleted\))?, )?""(?<path>(?:[^""\\]|\\.)*)""")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"= \d+<(?<path>/[^>]*)>(?:\(deleted\))?$")]
    private static partial Regex Returned();
}
