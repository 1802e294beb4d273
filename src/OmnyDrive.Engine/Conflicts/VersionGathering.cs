using OmnyDrive.Engine.Applying;
using OmnyDrive.Engine.Files;
using OmnyDrive.Engine.Scanning;
using OmnyDrive.Engine.Syncing;
using OmnyDrive.Engine.Transfer;
using OmnyDrive.Origins;
using OmnyDrive.Reconciling;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.Conflicts;

/// <summary>Brings together the contents of versions in conflict: from the mount, its trash and its bases, and from the origin, which may have a base in its own trash.</summary>
internal sealed class VersionGathering(RootDirectory root, RootScanner scanner)
{
    /// <summary>The largest version that is kept without being asked for, in bytes; a larger one stays where it is, and is fetched when somebody wants to see it.</summary>
    internal const long LargestKept = 16L << 20;

    private const long MostKept = 256L << 20;

    private readonly VersionStore _store = new(root);

    /// <summary>Keeps the versions of these conflicts, as far as they are small and can be had, and what was made of such, and removes what is kept for others. Returns nothing: what is lacking is seen when it is wanted.</summary>
    internal async Task KeepAsync(IReadOnlyList<PathConflict> conflicts, IEnumerable<Entry> made, ITreeOrigin origin, CancellationToken cancellation)
    {
        var left = MostKept;
        var wanted = new List<ContentRequest>();
        foreach (var request in conflicts.SelectMany(RequestsOf).DistinctBy(request => request.Hash).Where(request => request.Size <= LargestKept))
        {
            if ((left -= request.Size) >= 0)
                wanted.Add(request);
        }
        _store.RetainOnly(wanted.Select(request => request.Hash).Concat(made.Select(version => version.ContentHash)).ToHashSet());
        await GatherAsync(wanted, origin, cancellation);
    }

    /// <summary>Brings contents into the store, whatever their size; those that cannot be had are lacking afterwards.</summary>
    internal async Task GatherAsync(IReadOnlyList<ContentRequest> requests, ITreeOrigin origin, CancellationToken cancellation)
    {
        List<ContentRequest> lacking = [.. requests.Where(request => !_store.Has(request.Hash, request.Size))];
        if (lacking.Count == 0)
            return;
        var bases = new BaseStore(root).Find(lacking.Where(request => request.Size <= BaseStore.LargestFile).Select(request => request.Hash).ToHashSet());
        foreach (var (hash, bytes) in bases)
            _store.Add(hash, bytes);
        lacking.RemoveAll(request => bases.ContainsKey(request.Hash));
        using var staging = StagingArea.CreateEmpty(root, $"versions-{Guid.NewGuid():N}");
        var intake = new ContentIntake(root.Top.Path, staging, scanner.Scan(root, cancellation).Index, new ContentBases([.. lacking.Select(AsChange)]), scanner.LargeFiles);
        var meter = new TransferMeter(lacking.Count, lacking.Sum(request => request.Size), null);
        await new ContentFetcher(origin, intake, meter).FetchAsync(lacking, cancellation);
        staging.Flush();
        _store.TakeFrom(staging, [.. lacking.Select(ContentFetcher.NeedOf)]);
        staging.Complete();
    }

    /// <summary>What a conflict's versions are, as contents at its path.</summary>
    internal static IEnumerable<ContentRequest> RequestsOf(PathConflict conflict) =>
        new[] { conflict.Base, conflict.Ours, conflict.Theirs }.OfType<Entry>().Where(version => version.IsFile).Select(version => new ContentRequest(conflict.Path, version.ContentHash, version.Size));

    private static Change AsChange(ContentRequest request) => new(request.Path, null, Entry.File(request.Size, request.Hash));
}
