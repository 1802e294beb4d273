using OmnyDrive.Engine.Scanning;
using OmnyDrive.Errors;
using OmnyDrive.Filtering;
using OmnyDrive.Origins;
using OmnyDrive.Reconciling;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.Syncing;

/// <summary>
/// Finds out what an origin leaves out, as far as it matters for changes: reads the ignore files in the directories that lead to them. What the mount has
/// too comes from its scan; the rest is fetched into memory, within limits for each and for all.
/// </summary>
internal sealed class OriginRules(ITreeOrigin origin, ScanResult local, Snapshot theirs)
{
    private const long MostBytes = 16 << 20;

    private readonly List<Wanted> _wanted = [];
    private readonly Dictionary<ContentHash, IgnoreFile> _files = [];
    private readonly Dictionary<ContentHash, ContentRequest> _missing = [];

    internal async Task<OriginTreeRules> LoadAsync(FilterOptions options, Reconciliation found, CancellationToken cancellation)
    {
        var pushed = found.ToOrigin.Where(change => options.IsIgnoreFile(change.Path)).ToDictionary(change => change.Path, change => change.To);
        var paths = found.ToLocal.Concat(found.ToOrigin).Select(change => change.Path).Concat(found.Conflicts.Select(conflict => conflict.Path));
        foreach (var (directory, tree) in WithTrees(Holders(paths)))
            Want(directory, tree, options, pushed);
        await FetchAsync(cancellation);
        return new OriginTreeRules(Rules(options, wanted => wanted.Now), Rules(options, wanted => wanted.After));
    }

    // Where no change leads, the origin has the ignore files that the mount has.
    private TreeRules Rules(FilterOptions options, Func<Wanted, List<Entry>> of) => local.Rules.With(options, _wanted.Select(
        wanted => KeyValuePair.Create(wanted.Directory, (IReadOnlyList<IgnoreFile>)[.. of(wanted).Select(entry => _files[entry.ContentHash])])));

    private static HashSet<DrivePath> Holders(IEnumerable<DrivePath> paths)
    {
        var holders = new HashSet<DrivePath>();
        DrivePath? last = null;
        foreach (var path in paths)
        {
            // Paths come sorted: most lie beside the one before.
            if (last is { } known && path.IsIn(known))
                continue;
            last = path.Parent;
            for (var holder = path.Parent; holders.Add(holder) && !holder.IsRoot;)
                holder = holder.Parent;
        }
        return holders;
    }

    // Each with what the origin has in it; nothing where it has no such directory. Those around each are among them, and come before it.
    private IEnumerable<(DrivePath Directory, Tree Tree)> WithTrees(HashSet<DrivePath> directories)
    {
        var way = new Stack<(DrivePath Directory, Tree Tree)>();
        foreach (var directory in directories.Order())
        {
            while (way.TryPeek(out var above) && !directory.IsIn(above.Directory))
                way.Pop();
            var entry = directory.IsRoot ? Entry.Directory(theirs.Root) : way.Peek().Tree.Find(directory.Name);
            way.Push((directory, entry is { IsDirectory: true } ? theirs.Trees.Read(directory, entry.TreeHash) : Tree.Empty));
            yield return way.Peek();
        }
    }

    private void Want(DrivePath directory, Tree tree, FilterOptions options, Dictionary<DrivePath, Entry?> pushed)
    {
        var wanted = new Wanted(directory, [], []);
        foreach (var name in options.IgnoreFileNames)
        {
            var (file, now) = (directory.Append(name), tree.Find(name));
            Want(file, now, wanted.Now);
            Want(file, pushed.TryGetValue(file, out var landing) ? landing : now, wanted.After);
        }
        // None counts as well where the mount has one: what that has is not what the origin has.
        if (wanted.Now.Count > 0 || wanted.After.Count > 0 || local.Rules.FilesAt(directory).Count > 0)
            _wanted.Add(wanted);
    }

    private void Want(DrivePath file, Entry? entry, List<Entry> wanted)
    {
        if (entry is not { IsFile: true })
            return;
        if (entry.Size > IgnoreFile.MaxBytes)
            throw new DriveException(ErrorCode.Invalid, $"The origin's \"{file}\" has {entry.Size} bytes; what it leaves out is not known.", $"Ignore files have at most {IgnoreFile.MaxBytes} bytes.");
        wanted.Add(entry);
        if (local.Rules.FilesAt(file.Parent).FirstOrDefault(known => known.Content == entry.ContentHash) is { } known)
            _files[entry.ContentHash] = known;
        else
            _missing.TryAdd(entry.ContentHash, new ContentRequest(file, entry.ContentHash, entry.Size));
    }

    private async Task FetchAsync(CancellationToken cancellation)
    {
        if (_missing.Values.Sum(request => request.Size) > MostBytes)
            throw DriveException.Invalid($"The origin has more than {MostBytes >> 20} MiB of ignore files that are new here.", "Have them shortened at the origin: one pattern can name a whole directory.");
        var requests = _missing.Values.Where(request => !_files.ContainsKey(request.Hash)).ToList();
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

    private sealed record Wanted(DrivePath Directory, List<Entry> Now, List<Entry> After);
}
