using OmnyDrive.Engine.Applying;
using OmnyDrive.Engine.Files;
using OmnyDrive.Engine.Scanning;
using OmnyDrive.Errors;
using OmnyDrive.Filtering;
using OmnyDrive.Reconciling;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.Origins;

/// <summary>
/// What a drive leaves out is enforced where it is served: nobody gets it, nobody puts something there, and no push takes into the drive what its
/// origin kept out of it.
/// </summary>
internal sealed class ServedPaths(RootDirectory root, ScanResult seen, StagingArea staged)
{
    /// <summary>The rules once a push has landed; throws where it brings or takes in what is left out.</summary>
    internal TreeRules Require(IReadOnlyList<Change> changes, CancellationToken cancellation)
    {
        var ignoreFiles = changes.Where(change => seen.Rules.Options.IsIgnoreFile(change.Path)).ToList();
        var after = ignoreFiles.Count == 0 ? seen.Rules : After(ignoreFiles);
        if (changes.FirstOrDefault(change => change.To is not null && after.IsFiltered(change.Path, change.To.IsDirectory)) is { } hidden)
            throw DriveException.Invalid($"The push brings \"{hidden.Path}\", which the drive leaves out. Nothing was changed.", "Update OmnyDrive where the mount is, and run omnydrive sync again.");
        if (new UncoveredPaths(root, seen.Rules, after, cancellation).Find(ignoreFiles.Select(change => change.Path.Parent)) is [var uncovered, ..])
            throw new DriveException(ErrorCode.Conflict, $"The push would take \"{uncovered}\" into the drive, which lies at the origin and is left out of it. Nothing was changed.", $"Leave it out in another ignore file, or have it moved away at the origin, and run omnydrive sync again.");
        return after;
    }

    private TreeRules After(List<Change> ignoreFiles)
    {
        var changed = ignoreFiles.ToDictionary(change => change.Path);
        return seen.Rules.With(seen.Rules.Options, changed.Keys.Select(path => path.Parent).Distinct().Select(directory => KeyValuePair.Create(directory, (IReadOnlyList<IgnoreFile>)FilesIn(directory, changed))));
    }

    private List<IgnoreFile> FilesIn(DrivePath directory, Dictionary<DrivePath, Change> changed)
    {
        var files = new List<IgnoreFile>();
        foreach (var path in seen.Rules.Options.IgnoreFileNames.Select(directory.Append))
        {
            var entry = changed.TryGetValue(path, out var change) ? change.To : seen.Snapshot.Find(path);
            if (entry is null or { IsDirectory: true })
                continue;
            if (entry is not { IsFile: true, Size: <= IgnoreFile.MaxBytes })
                throw DriveException.Invalid($"The push makes something of \"{path}\" that cannot be read as an ignore file. Nothing was changed.", $"An ignore file is a file of at most {IgnoreFile.MaxBytes} bytes.");
            files.Add(seen.Rules.Find(entry.ContentHash) ?? Staged(entry));
        }
        return files;
    }

    private IgnoreFile Staged(Entry entry)
    {
        var (directory, name) = staged.FileOf(entry.ContentHash);
        using var file = directory.OpenRead(name);
        var content = new byte[entry.Size];
        int length = 0, read;
        while (length < content.Length && (read = directory.Read(file, content.AsSpan(length), length)) > 0)
            length += read;
        return IgnoreFile.Parse(content.AsSpan(0, length));
    }
}
