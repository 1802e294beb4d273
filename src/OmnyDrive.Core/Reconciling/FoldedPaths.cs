using System.Text;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Reconciling;

// Paths that some file system takes for one: there a name that comes and one that goes may be the same.
internal static class FoldedPaths
{
    // The coarsest that a file system makes of names.
    private static readonly TargetTraits Folding = new() { IsCaseInsensitive = true, IsNormalizationInsensitive = true, DropsTrailingDots = true };

    /// <summary>Compares what <see cref="KeyOf"/> gives.</summary>
    internal static StringComparer Comparer => StringComparer.OrdinalIgnoreCase;

    /// <summary>What is the same for paths that may be one. Most names are ASCII without a dot at the end, and are their own keys.</summary>
    internal static string KeyOf(DrivePath path) => path.ToString() is var text && Ascii.IsValid(text) && !text.EndsWith('.') && !text.Contains("./", StringComparison.Ordinal)
        ? text
        : string.Join('/', text.Split('/').Select(name => Folding.KeyOf(name).TrimEnd('.')));

    /// <summary>Whether a change takes away what is at its path, or turns it from a directory into something else.</summary>
    internal static bool Goes(Change change) => change.To is null || change.RemovesDirectory;

    /// <summary>Whether a directory comes that may be one with something that goes: then the old must be gone before the new can come, and nothing can be moved.</summary>
    internal static bool IsNewDirectoryAmongThoseThatGo(IReadOnlyList<Change> changes)
    {
        var coming = changes.Where(change => change is { To.IsDirectory: true, From: not { IsDirectory: true } }).Select(change => KeyOf(change.Path)).ToHashSet(Comparer);
        return coming.Count > 0 && changes.Any(change => Goes(change) && coming.Contains(KeyOf(change.Path)));
    }
}
