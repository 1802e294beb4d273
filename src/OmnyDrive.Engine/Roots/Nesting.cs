using OmnyDrive.Engine.Files;
using OmnyDrive.Errors;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.Roots;

/// <summary>Keeps drives and mounts from lying inside each other unasked: one sync would carry the files of another.</summary>
internal static class Nesting
{
    /// <summary>Throws <c>nested_root</c> where a path lies in one of the roots or holds one.</summary>
    internal static void RequireFree(string path, IEnumerable<string> roots, string what, bool sameIsFree)
    {
        foreach (var root in roots)
        {
            if (sameIsFree && root == path)
                continue;
            if (IsAtOrBelow(path, root))
                throw Nested($"\"{path}\" lies in the {what} \"{root}\".");
            if (IsAtOrBelow(root, path))
                throw Nested($"\"{path}\" holds the {what} \"{root}\".");
        }
    }

    /// <summary>
    /// Throws <c>nested_root</c> where a directory above a path is a root of that kind by its marker, whichever endpoint or state made it.
    /// </summary>
    internal static void RequireNoneAbove(string path, Func<Marker, bool> isOfKind, string what)
    {
        for (var above = Path.GetDirectoryName(path); above is not null; above = Path.GetDirectoryName(above))
        {
            if (!File.Exists(Path.Combine(above, NameRules.PrivateDirectory, RootLayout.Marker)))
                continue;
            using var root = RootDirectory.OpenAt(above);
            if (MarkerFile.Read(root) is { } marker && isOfKind(marker))
                throw Nested($"\"{path}\" lies in the {what} \"{above}\".");
        }
    }

    /// <summary>Throws <c>nested_root</c> where a directory below a path is a root of that kind by its marker, whichever endpoint or state made it.</summary>
    internal static void RequireNoneBelow(string path, Func<Marker, bool> isOfKind, string what)
    {
        using var root = RootDirectory.OpenAt(path);
        if (RootsBelow.Find(root.Top, isOfKind) is { } below)
            throw Nested($"\"{path}\" holds the {what} \"{below}\".");
    }

    internal static bool IsAtOrBelow(string path, string directory) =>
        path == directory || path.StartsWith(directory == "/" ? directory : directory + "/", StringComparison.Ordinal);

    private static DriveException Nested(string message) =>
        new(ErrorCode.Nested, message, "Choose a place outside, or say that it is meant so with --nested.");
}
