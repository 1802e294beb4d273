using OmnyDrive.Errors;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Cli.Demo;

/// <summary>The files that the demo works on.</summary>
internal static class DemoTree
{
    private static readonly (string Path, string Text)[] Sample =
    [
        ("readme.md", "# Notes\n\nA small drive.\n"),
        ("ideas/first.md", "- one file per thought\n"),
        ("ideas/second.md", "- and one directory per topic\n"),
        ("tools/hello.sh", "#!/bin/sh\necho hello\n"),
    ];

    /// <summary>The directory itself; throws <c>path_not_found</c> where there is none.</summary>
    public static string Existing(string directory) => Directory.Exists(directory)
        ? directory
        : throw new DriveException(ErrorCode.PathNotFound, $"There is no directory \"{directory}\".", "Name a directory to copy, or none for a small sample: omnydrive demo");

    /// <summary>Makes a directory with a copy of <paramref name="source"/>, or with the sample.</summary>
    public static async Task CreateAsync(string directory, string? source, CancellationToken cancellation)
    {
        Directory.CreateDirectory(directory);
        if (source is not null)
        {
            Copy(new DirectoryInfo(source), directory, cancellation);
            return;
        }
        foreach (var (path, text) in Sample)
        {
            var file = Path.Combine(directory, path);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            await File.WriteAllTextAsync(file, text, cancellation);
        }
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(Path.Combine(directory, "tools/hello.sh"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    // Links are copied as links; what no drive holds is left out. A pipe or device has no length: it becomes an empty file rather
    // than something to wait for.
    private static void Copy(DirectoryInfo source, string target, CancellationToken cancellation)
    {
        foreach (var item in source.EnumerateFileSystemInfos())
        {
            cancellation.ThrowIfCancellationRequested();
            var copy = Path.Combine(target, item.Name);
            if (NameRules.IsPrivate(item.Name))
                continue;
            if (item.LinkTarget is { } link)
                File.CreateSymbolicLink(copy, link);
            else if (item is DirectoryInfo directory)
                Copy(directory, Directory.CreateDirectory(copy).FullName, cancellation);
            else if (item is FileInfo { Length: > 0 } file)
                file.CopyTo(copy);
            else
                File.Create(copy).Dispose();
        }
    }
}
