using OmnyDrive.Reconciling;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.Transfer;

/// <summary>
/// Which files of the receiving side a large content may be like: what lies at its path now, and large files that the same changes replace or take away, those of
/// the same name first, then those of about the same size.
/// </summary>
internal sealed class ContentBases
{
    private const int MostForEach = 3;

    private readonly Dictionary<ContentHash, (DrivePath Path, Entry? From, long Size)> _wanted = [];
    private readonly List<(DrivePath Path, Entry File)> _going = [];

    internal ContentBases(IEnumerable<Change> changes)
    {
        foreach (var change in changes)
        {
            if (change.NeedsContent && ContentHash.IsChunked(change.To!.Size))
                _wanted.TryAdd(change.To.ContentHash, (change.Path, change.From, change.To.Size));
            if (IsLarge(change.From))
                _going.Add((change.Path, change.From!));
        }
    }

    /// <summary>The best first; empty where nothing is like it.</summary>
    internal IReadOnlyList<(DrivePath Path, Entry File)> For(ContentHash content)
    {
        if (!_wanted.TryGetValue(content, out var wanted))
            return [];
        var own = IsLarge(wanted.From) ? new[] { (wanted.Path, wanted.From!) } : [];
        var others = _going.Where(going => going.Path != wanted.Path)
            .OrderByDescending(going => going.Path.Name == wanted.Path.Name)
            .ThenBy(going => Math.Abs(going.File.Size - wanted.Size));
        return [.. own, .. others.Take(MostForEach - own.Length)];
    }

    private static bool IsLarge(Entry? entry) => entry is { IsFile: true } && ContentHash.IsChunked(entry.Size);
}
