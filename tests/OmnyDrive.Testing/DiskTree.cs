using System.Security.Cryptography;

namespace OmnyDrive.Testing;

/// <summary>
/// Looks at a directory on disk without any code of the product: one line for each path, with what it is, its bytes' hash, its executable bit,
/// its target and its mtime. The private directory is left out.
/// </summary>
public static class DiskTree
{
    /// <summary>The lines, sorted; with <paramref name="times"/> each file's mtime to the nanosecond tick that .NET has (100 ns).</summary>
    public static string Describe(string root, bool times = false) => string.Join('\n', Lines(root, "", times).Order(StringComparer.Ordinal));

    private static IEnumerable<string> Lines(string root, string at, bool times)
    {
        foreach (var entry in new DirectoryInfo(Path.Combine(root, at)).EnumerateFileSystemInfos())
        {
            var path = at.Length == 0 ? entry.Name : $"{at}/{entry.Name}";
            if (entry.Name is ".omnydrive")
                continue;
            if (entry.LinkTarget is { } target)
                yield return $"{path} -> {target}";
            else if (entry is DirectoryInfo)
            {
                yield return $"{path}/";
                foreach (var line in Lines(root, path, times))
                    yield return line;
            }
            else
                yield return $"{path} {Hash(entry.FullName)} {(IsExecutable(entry) ? "x" : "-")}{(times ? $" {entry.LastWriteTimeUtc.Ticks}" : "")}";
        }
    }

    private static bool IsExecutable(FileSystemInfo file) => !OperatingSystem.IsWindows() && file.UnixFileMode.HasFlag(UnixFileMode.UserExecute);

    private static string Hash(string file)
    {
        using var stream = File.OpenRead(file);
        return Convert.ToHexStringLower(SHA256.HashData(stream))[..16];
    }
}
