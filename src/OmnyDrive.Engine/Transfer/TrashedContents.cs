using OmnyDrive.Engine.Applying;
using OmnyDrive.Engine.Files;
using OmnyDrive.Engine.Roots;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.Transfer;

/// <summary>Finds contents in the trash of a root, by what was written down when they were put there. What lies there now is for the caller to verify.</summary>
internal static class TrashedContents
{
    private const long LeastBytes = 1 << 20, MostBytes = 64 << 20, BytesForEach = 4 << 10;

    /// <summary>
    /// How much of the catalogues may be read for contents of those sizes: not more than they are worth, so that a file that is new to a drive of many years is not looked
    /// for in all of them. The sizes are what a peer says.
    /// </summary>
    internal static long Worth(IEnumerable<long> sizes) =>
        Math.Max(LeastBytes, sizes.Aggregate(0L, (sum, size) => Math.Min(sum + Math.Clamp(size, 0, MostBytes) + BytesForEach, MostBytes)));

    /// <summary>Of each area, the newest first, the paths from the root of contents that are wanted when the area's turn comes.</summary>
    /// <param name="root">The root.</param>
    /// <param name="worth">How many bytes of catalogues may be read.</param>
    /// <param name="isWanted">Whether a content of that size is wanted.</param>
    internal static IEnumerable<IReadOnlyDictionary<ContentHash, DrivePath>> Find(RootDirectory root, long worth, Func<ContentHash, long, bool> isWanted)
    {
        using var trash = Open(root);
        if (trash is null)
            yield break;
        foreach (var (area, size) in Areas(trash))
        {
            if (worth <= 0)
                yield break;
            if (Find(trash, area, worth, isWanted) is { Count: > 0 } found)
                yield return found;
            worth -= size;
        }
    }

    private static IDirectoryHandle? Open(RootDirectory root)
    {
        using var own = PrivateDirectory.OpenOrMake(root);
        return own.Stat(RootLayout.Trash) is { Kind: FileKind.Directory } ? own.OpenDirectory(RootLayout.Trash) : null;
    }

    private static IEnumerable<(string Area, long Size)> Areas(IDirectoryHandle trash) => trash.List()
        .Where(listed => listed.IsText)
        .Select(listed => (Area: TrashCatalogue.AreaOf(listed.Name), Stat: trash.Stat(listed.Name)))
        .Where(file => file is { Area: not null, Stat.Kind: FileKind.File })
        .OrderByDescending(file => file.Stat!.Value.Modified)
        .Select(file => (file.Area!, file.Stat!.Value.Size));

    private static Dictionary<ContentHash, DrivePath> Find(IDirectoryHandle trash, string area, long worth, Func<ContentHash, long, bool> isWanted)
    {
        var found = new Dictionary<ContentHash, DrivePath>();
        try
        {
            foreach (var (content, size, path) in TrashCatalogue.Read(trash, area, worth))
            {
                if (isWanted(content, size) && DrivePath.TryParse($"{RootLayout.Private}/{RootLayout.Trash}/{area}/{path}", out var at))
                    found.TryAdd(content, at);
            }
        }
        catch (FileOperationException)
        {
            // What cannot be found here is fetched.
        }
        return found;
    }
}
