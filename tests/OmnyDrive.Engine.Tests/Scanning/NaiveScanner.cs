using OmnyDrive.Snapshots;
using OmnyDrive.Testing.Trees;

namespace OmnyDrive.Engine.Tests.Scanning;

/// <summary>A scan as one would write it first, with .NET's own files alone: slow, in memory, one after the other.</summary>
internal static class NaiveScanner
{
    internal static Snapshot Scan(string root)
    {
        var flat = new FlatTree();
        Collect(new DirectoryInfo(root), DrivePath.Root, flat);
        return flat.ToSnapshot();
    }

    /// <summary>Whether there is anything to see: a directory that holds nothing but what is left out is none.</summary>
    private static bool Collect(DirectoryInfo directory, DrivePath at, FlatTree flat)
    {
        var (seen, leftOut) = (false, false);
        foreach (var info in directory.EnumerateFileSystemInfos())
        {
            if (info.Name is ".omnydrive" or ".git" || info.Name.Contains('\\', StringComparison.Ordinal) || info.Name.Any(char.IsControl))
            {
                leftOut = true;
                continue;
            }
            var path = at.Append(info.Name);
            if (info.LinkTarget is { } target)
                flat[path] = Entry.Symlink(target);
            else if (info is FileInfo file)
                flat[path] = Entry.File(file.Length, ContentHash.Of(File.ReadAllBytes(file.FullName)), file.UnixFileMode.HasFlag(UnixFileMode.UserExecute));
            else if (Collect((DirectoryInfo)info, path, flat))
                flat[path] = FlatTree.Directory;
            else
            {
                leftOut = true;
                continue;
            }
            seen = true;
        }
        return seen || !leftOut;
    }
}
