using OmnyDrive.Drives;
using OmnyDrive.Engine.Files;
using OmnyDrive.Engine.History;
using OmnyDrive.Engine.Scanning;
using OmnyDrive.Engine.Scanning.Index;
using OmnyDrive.Filtering;
using OmnyDrive.Origins;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.Origins;

/// <summary>What a published directory was seen to hold, and what of that is served: only what a state that readers were told of holds, or what the history has. A path alone reaches neither private nor filtered files.</summary>
internal sealed class SeenStates : IDisposable
{
    private readonly OriginStates _states = new();
    private readonly SemaphoreSlim _lookingBack = new(1, 1);

    // As they were last seen: what is left out since is not served to those who knew it before.
    private volatile TreeRules? _rules;

    /// <summary>The trees of the states, the newest first.</summary>
    internal IEnumerable<Snapshot> Snapshots => _states.All().Select(state => state.Snapshot);

    /// <summary>All states, the newest first. Empty where nobody was told of one since this origin was opened: what requests name was told by the one before.</summary>
    internal IReadOnlyList<ScanIndex> All() => _states.All();

    internal ScanIndex? Find(SyncRef state) => _states.Find(state);

    internal void Add(ScanResult scan)
    {
        _states.Add(scan.Index);
        _rules = scan.Rules;
    }

    /// <summary>Takes the rules that a push has brought.</summary>
    internal void SetRules(TreeRules rules) => _rules = rules;

    internal bool IsServed(IEnumerable<ScanIndex> states, DrivePath path, ContentHash content, long size) =>
        states.Any(state => state.TryGet(path, out var file) && file.Content == content && file.Fingerprint.Size == size) && !IsFiltered(path);

    /// <summary>Where each content that is asked for lies; null for one that is not served. What the newest state does not hold any more lies in the trash, if anywhere.</summary>
    internal async Task<Func<ContentRequest, DrivePath?>> LocateAsync(RootDirectory root, IReadOnlyList<ScanIndex> states, IReadOnlyList<ContentRequest> requests, CancellationToken cancellation)
    {
        bool IsThere(ContentRequest request, IEnumerable<ScanIndex> among) => IsServed(among, request.Path, request.Hash, request.Size);
        var displaced = await DisplacedAsync(root, [.. requests.Where(request => !IsThere(request, states.Take(1)))], cancellation);
        return request => IsThere(request, states.Take(1)) ? request.Path
            : IsFiltered(request.Path) ? null
            : displaced.PlaceOf(request) ?? (IsThere(request, states) ? request.Path : null);
    }

    /// <inheritdoc/>
    public void Dispose() => _lookingBack.Dispose();

    // One at a time: the whole history may have to be gone through.
    private async Task<DisplacedContents> DisplacedAsync(RootDirectory root, IReadOnlyList<ContentRequest> wanted, CancellationToken cancellation)
    {
        await _lookingBack.WaitAsync(cancellation);
        try
        {
            return DisplacedContents.Find(root, wanted);
        }
        finally
        {
            _lookingBack.Release();
        }
    }

    private bool IsFiltered(DrivePath path) => _rules?.IsFiltered(path, isDirectory: false) == true;
}
