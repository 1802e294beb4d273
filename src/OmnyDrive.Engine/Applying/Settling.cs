using OmnyDrive.Engine.Files;
using OmnyDrive.Engine.Scanning;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.Applying;

/// <summary>
/// After an apply, waits until the written files' times lie far enough back, and looks at each once more: those that are as they were written
/// need not be hashed by the next scan.
/// </summary>
internal static class Settling
{
    internal static async Task<IReadOnlyDictionary<DrivePath, IndexedFile?>> SettleAsync(
        RootDirectory root, IReadOnlyDictionary<DrivePath, IndexedFile?> written, TimeProvider time, CancellationToken cancellation)
    {
        if (written.Values.Any(file => file is not null))
            await Task.Delay(TimeSpan.FromMicroseconds(ScanIndex.SettlingNanoseconds / 1000 + 1000), time, cancellation);
        var settled = new Dictionary<DrivePath, IndexedFile?>(written.Count);
        foreach (var (path, file) in written.OrderBy(entry => entry.Key))
        {
            settled[path] = file is { } was && root.Stat(path) is { Kind: FileKind.File } now && now.Fingerprint == was.Fingerprint
                ? was with { IsSettled = true }
                : null;
        }
        return settled;
    }
}
