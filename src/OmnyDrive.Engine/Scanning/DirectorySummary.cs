using OmnyDrive.Drives;
using OmnyDrive.Engine.Files;
using OmnyDrive.Filtering;

namespace OmnyDrive.Engine.Scanning;

/// <summary>What a directory would be as a drive.</summary>
/// <param name="Ref">Equal refs name equal content.</param>
/// <param name="Files">Files in it.</param>
/// <param name="Bytes">Bytes in these files.</param>
/// <param name="Problems">What could not be read; the ref then stands for the rest.</param>
public sealed record DirectorySummary(SyncRef Ref, long Files, long Bytes, IReadOnlyList<Problem> Problems)
{
    // Each is disposable; those of the directories that were asked for last are worth their place.
    private const int KeptIndexes = 16;

    /// <summary>
    /// Looks at a directory and writes nothing into it. What <c>.omnyignore</c> files leave out is left out. Throws
    /// <see cref="Errors.DriveException"/> <c>root_missing</c> where there is no directory, <c>io_error</c> where it cannot be read.
    /// </summary>
    /// <param name="path">The directory.</param>
    /// <param name="cacheDirectory">Where to remember what was seen, so that the next look reads only what changed; null remembers nothing.</param>
    /// <param name="cancellation">Ends the look.</param>
    public static DirectorySummary Of(string path, string? cacheDirectory, CancellationToken cancellation)
    {
        using var root = RootDirectory.OpenAt(path);
        var stat = root.Top.Stat();
        var index = cacheDirectory is null ? null : Path.Combine(cacheDirectory, $"look-{stat.Device:x}-{stat.Inode:x}.index");
        var scan = new RootScanner(TimeProvider.System, index, FilterOptions.Default).Scan(root, cancellation);
        if (cacheDirectory is not null)
            Prune(cacheDirectory);
        return new DirectorySummary(scan.Snapshot.Ref, scan.Files, scan.Bytes, scan.Problems);
    }

    private static void Prune(string cacheDirectory)
    {
        if (!Directory.Exists(cacheDirectory))
            return;
        foreach (var old in new DirectoryInfo(cacheDirectory).GetFiles("look-*.index").OrderByDescending(file => file.LastWriteTimeUtc).Skip(KeptIndexes))
            old.Delete();
    }
}
