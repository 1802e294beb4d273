using System.Collections.Concurrent;
using System.Text;
using OmnyDrive.Engine.Files;
using OmnyDrive.Engine.Scanning.Index;
using OmnyDrive.Filtering;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.Scanning;

/// <summary>What all workers of one scan share.</summary>
internal sealed class ScanRun
{
    private readonly ConcurrentBag<Problem> _problems = [];
    private readonly ConcurrentDictionary<DrivePath, IReadOnlyList<IgnoreFile>> _ignoreFiles = new();
    private readonly HashSet<int>? _dirty;
    private readonly long _settledBefore;
    private readonly ulong _device;
    private readonly Lazy<KnownInodes?> _inodes;

    internal ScanRun(ScanRequest request, long startedNanoseconds)
    {
        Request = request;
        Top = request.Root.Top;
        ChangesSince = Top.ChangesFromNow();
        KeepsDirectoryTimes = Top.FileSystem().KeepsDirectoryTimes;
        _settledBefore = startedNanoseconds - (KeepsDirectoryTimes ? ScanIndex.SettlingNanoseconds : ScanIndex.SettlingElsewhereNanoseconds);
        TrustsNames = KeepsDirectoryTimes && request.Known?.IgnoreNames == IgnoreFileReader.Identity(request.Options);
        IgnoreNames = [.. request.Options.IgnoreFileNames.Select(name => (name, Encoding.UTF8.GetBytes(name)))];
        if (request is { Dirty: { } dirty, Known: { } known })
            _dirty = [.. dirty.Directories.Select(path => Nearest(known, path))];
        _device = Top.Stat().Device;
        _inodes = new(() => KeepsDirectoryTimes && request.Known is { } index ? new KnownInodes(index) : null);
    }

    internal ScanRequest Request { get; }

    internal IDirectoryHandle Top { get; }

    internal ScanIndex? Known => Request.Known;

    /// <summary>Whether the index can vouch for a directory's names.</summary>
    internal bool TrustsNames { get; }

    /// <summary>Whether every change to the names in a directory shows in its ctime.</summary>
    internal bool KeepsDirectoryTimes { get; }

    /// <summary>A time that no change made since the scan began is stamped earlier than.</summary>
    internal long ChangesSince { get; }

    /// <summary>The names of ignore files, lowest precedence first.</summary>
    internal IReadOnlyList<(string Text, byte[] Bytes)> IgnoreNames { get; }

    internal bool IsPartial => _dirty is not null;

    internal IReadOnlyDictionary<DrivePath, IReadOnlyList<IgnoreFile>> IgnoreFiles => _ignoreFiles;

    internal bool IsSettled(long changed) => changed < _settledBefore;

    /// <summary>Whether a directory is to be looked at, rather than taken as it was. What lies in one that was moved was nowhere said not to have changed.</summary>
    internal bool MustVisit(ScanNode node) => _dirty is null || node.IsForced || node.IsMoved || node.Known is not { } number || _dirty.Contains(number);

    /// <summary>
    /// Whether a directory is another than the one known by its name, so that nothing known says anything of what lies below it. One that is not said to have
    /// changed and did is another, even where it has the inode number of the old one. A full scan looks into all of them anyway.
    /// </summary>
    internal bool IsReplaced(EntryRecord known, FileStat now) => _dirty is not null && !_dirty.Contains((int)known.Extra)
        && Known!.Directory((int)known.Extra) is var before && (before.Inode, before.Changed, before.Modified) != (now.Inode, now.Changed, now.Modified);

    internal bool IsElsewhere(in FileStat directory) => directory.Device != _device;

    /// <summary>
    /// The number of the directory that an inode belonged to when the index was made, at another path. Only where inodes stay what they are.
    /// </summary>
    /// <remarks>
    /// What the index knows of the files in it holds for the same reason as at its path: on one file system a ctime that was settled belongs to one state of one inode.
    /// A file that was edited, replaced or renamed by itself since, or that got the inode of another, has a later one, and so has a directory that got the inode of another
    /// for its names. Only what follows from the path is another: the rules, the depth, where a problem lies.
    /// </remarks>
    internal int? KnownElsewhere(in FileStat directory) => IsElsewhere(directory) ? null : _inodes.Value?.Find(directory.Inode);

    internal void Report(ScanNode directory, ReadOnlySpan<byte> name, string reason) => _problems.Add(new Problem(PathOf(directory, name), reason));

    internal void Report(ScanNode directory, string reason) => _problems.Add(new Problem(Encoding.UTF8.GetString(directory.Path), reason));

    internal void Report(Problem problem) => _problems.Add(problem);

    /// <summary>The problems in the order of their paths.</summary>
    internal IReadOnlyList<Problem> Problems => [.. _problems.OrderBy(problem => problem.Path, StringComparer.Ordinal)];

    internal void AddIgnoreFiles(ScanNode directory, IReadOnlyList<IgnoreFile> files) => _ignoreFiles[directory.DrivePath] = files;

    /// <summary>The hash of a file that was just written, where it is still as it was written then.</summary>
    internal ContentHash? Written(ScanNode directory, ReadOnlySpan<byte> name, Fingerprint now)
    {
        if (Request.Written is not { Count: > 0 } written)
            return null;
        return written.TryGetValue(directory.DrivePath.Append(Encoding.UTF8.GetString(name)), out var file) && file is { } was && was.Fingerprint == now
            ? was.Content
            : null;
    }

    private static string PathOf(ScanNode directory, ReadOnlySpan<byte> name)
    {
        var text = ListedName.Of(name).Name;
        return directory.Path.Length == 0 ? text : $"{Encoding.UTF8.GetString(directory.Path)}/{text}";
    }

    private static int Nearest(ScanIndex known, DrivePath path)
    {
        while (true)
        {
            if (known.Find(path) is { } number)
                return number;
            path = path.Parent;
        }
    }
}
