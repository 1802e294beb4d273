using OmnyDrive.Errors;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Reconciling;

/// <summary>How messages name paths: the first few in quotes, the others by their number.</summary>
internal static class QuotedPaths
{
    /// <summary>How many are named.</summary>
    internal const int Shown = 3;

    /// <param name="first">The paths, or the first of them.</param>
    /// <param name="all">How many there are in all.</param>
    internal static string Of(IEnumerable<DrivePath> first, long all)
    {
        var named = first.Take(Shown).Select(path => $"\"{Printable.Of(path.ToString())}\"").ToList();
        return string.Join(", ", named) + (all > named.Count ? $" and {all - named.Count} more" : "");
    }
}
