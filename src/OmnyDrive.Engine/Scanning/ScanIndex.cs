using System.Diagnostics.CodeAnalysis;
using OmnyDrive.Engine.Files;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.Scanning;

/// <summary>What a file was when its content was hashed.</summary>
/// <param name="Fingerprint">Its stat fingerprint.</param>
/// <param name="Content">Its hash.</param>
/// <param name="IsSettled">
/// Whether the fingerprint was taken so long after the file's last change that any later change must show in it. Where not, the fingerprint
/// serves this run, and the next scan hashes the file again (git calls such an entry racy).
/// </param>
internal readonly record struct IndexedFile(Fingerprint Fingerprint, ContentHash Content, bool IsSettled);

/// <summary>The files of a root with their fingerprints and hashes, by directory. Immutable; a disposable cache when it comes from disk.</summary>
internal sealed class ScanIndex(IReadOnlyDictionary<DrivePath, IReadOnlyDictionary<string, IndexedFile>> directories)
{
    /// <summary>
    /// How far a file's ctime must lie back when its fingerprint is taken. Kernels stamp times with their timer tick, ten milliseconds at most.
    /// </summary>
    internal const long SettlingNanoseconds = 20_000_000;

    internal static ScanIndex Empty { get; } = new(new Dictionary<DrivePath, IReadOnlyDictionary<string, IndexedFile>>());

    internal IReadOnlyDictionary<DrivePath, IReadOnlyDictionary<string, IndexedFile>> Directories { get; } = directories;

    internal static bool HasSettled(Fingerprint fingerprint, long observedNanoseconds) =>
        fingerprint.Changed < observedNanoseconds - SettlingNanoseconds;

    internal bool TryGet(DrivePath file, [MaybeNullWhen(false)] out IndexedFile indexed)
    {
        indexed = default;
        return Directories.TryGetValue(file.Parent, out var files) && files.TryGetValue(file.Name, out indexed);
    }

    /// <summary>Whether saving this index where <paramref name="saved"/> is saved would bring nothing new. Files that are gone do no harm there.</summary>
    internal bool IsContainedIn(ScanIndex saved) => Directories.All(directory =>
        saved.Directories.TryGetValue(directory.Key, out var files) && directory.Value.All(file =>
            !file.Value.IsSettled || (files.TryGetValue(file.Key, out var same) && same == file.Value)));

    /// <summary>The index after some files were written (or removed: null).</summary>
    internal ScanIndex With(IReadOnlyDictionary<DrivePath, IndexedFile?> changes)
    {
        var directories = new Dictionary<DrivePath, IReadOnlyDictionary<string, IndexedFile>>(Directories);
        foreach (var group in changes.GroupBy(change => change.Key.Parent))
        {
            var files = directories.TryGetValue(group.Key, out var old)
                ? new Dictionary<string, IndexedFile>(old, StringComparer.Ordinal)
                : new Dictionary<string, IndexedFile>(StringComparer.Ordinal);
            foreach (var (path, file) in group)
            {
                if (file is { } written)
                    files[path.Name] = written;
                else
                    files.Remove(path.Name);
            }
            directories[group.Key] = files;
        }
        return new ScanIndex(directories);
    }
}
