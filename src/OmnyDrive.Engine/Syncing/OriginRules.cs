using OmnyDrive.Engine.Scanning;
using OmnyDrive.Errors;
using OmnyDrive.Filtering;
using OmnyDrive.Origins;
using OmnyDrive.Reconciling;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.Syncing;

/// <summary>
/// Finds out what an origin leaves out, as far as it matters for changes: reads the ignore files in the directories that lead to them. What the mount has
/// too comes from its scan; the rest is fetched into memory, each at most <see cref="IgnoreFile.MaxBytes"/>.
/// </summary>
internal sealed class OriginRules(IOrigin origin, ScanResult local, Snapshot theirs)
{
    private readonly Dictionary<DrivePath, List<(DrivePath File, ContentHash Content, long Size)>> _wanted = [];
    private readonly Dictionary<ContentHash, IgnoreFile> _files = [];

    /// <summary>The rules of the origin once the mount's changes have landed.</summary>
    internal async Task<TreeRules> LoadAsync(FilterOptions options, Reconciliation found, CancellationToken cancellation)
    {
        var pushed = found.ToOrigin.ToDictionary(change => change.Path, change => change.To);
        var paths = found.ToLocal.Concat(found.ToOrigin).Select(change => change.Path).Concat(found.Conflicts.Select(conflict => conflict.Path));
        foreach (var directory in Holders(paths))
            Want(directory, options, pushed);
        await FetchAsync(cancellation);
        return local.Rules.With(options, _wanted.Select(
            directory => KeyValuePair.Create(directory.Key, (IReadOnlyList<IgnoreFile>)[.. directory.Value.Select(file => _files[file.Content])])));
    }

    private static HashSet<DrivePath> Holders(IEnumerable<DrivePath> paths)
    {
        var holders = new HashSet<DrivePath>();
        foreach (var path in paths)
        {
            for (var holder = path.Parent; holders.Add(holder) && !holder.IsRoot;)
                holder = holder.Parent;
        }
        return holders;
    }

    private void Want(DrivePath directory, FilterOptions options, Dictionary<DrivePath, Entry?> pushed)
    {
        // None counts as well: what the mount has there is not what the origin has.
        var wanted = _wanted[directory] = [];
        foreach (var file in options.IgnoreFileNames.Select(directory.Append))
        {
            var entry = pushed.TryGetValue(file, out var landing) ? landing : theirs.Find(file);
            if (entry is not { IsFile: true })
                continue;
            if (entry.Size > IgnoreFile.MaxBytes)
                throw new DriveException(ErrorCode.Invalid, $"The origin's \"{file}\" has {entry.Size} bytes; what it leaves out is not known.", $"Ignore files have at most {IgnoreFile.MaxBytes} bytes.");
            wanted.Add((file, entry.ContentHash, entry.Size));
            if (local.Rules.FilesAt(directory).FirstOrDefault(known => known.Content == entry.ContentHash) is { } known)
                _files[entry.ContentHash] = known;
        }
    }

    private async Task FetchAsync(CancellationToken cancellation)
    {
        var requests = _wanted.Values.SelectMany(files => files).DistinctBy(file => file.Content).Where(file => !_files.ContainsKey(file.Content))
            .Select(file => new ContentRequest(file.File, file.Content, file.Size)).ToList();
        if (requests.Count == 0)
            return;
        await foreach (var content in origin.FetchAsync(requests, cancellation))
        {
            if (content.Index < 0 || content.Index >= requests.Count)
                throw DriveException.Protocol($"The content {content.Index} was not asked for.");
            _files[requests[content.Index].Hash] = IgnoreFile.Parse(await ReadAsync(content, requests[content.Index], cancellation));
        }
        foreach (var request in requests)
        {
            if (!_files.ContainsKey(request.Hash))
                throw Moved(request);
        }
    }

    private static async Task<byte[]> ReadAsync(ContentStream content, ContentRequest request, CancellationToken cancellation)
    {
        var bytes = new byte[request.Size];
        int length = 0, read;
        while (length < bytes.Length && (read = await content.ReadAsync(bytes.AsMemory(length), cancellation)) > 0)
            length += read;
        var surplus = await content.ReadAsync(new byte[1], cancellation);
        if (content.Outcome == ContentOutcome.Unavailable || length < bytes.Length)
            throw Moved(request);
        return surplus == 0 && ContentHash.Of(bytes) == request.Hash
            ? bytes
            : throw new DriveException(ErrorCode.ContentMismatch, $"What the origin sent for \"{request.Path}\" is not what it announced. Nothing was changed.", "Run omnydrive sync again.");
    }

    private static DriveException Moved(ContentRequest request) =>
        new(ErrorCode.Conflict, $"\"{request.Path}\" changed at the origin while it was being looked at. Nothing was changed.", "Run omnydrive sync again.");
}
