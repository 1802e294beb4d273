using OmnyDrive.Drives;
using OmnyDrive.Engine.Providers;
using OmnyDrive.Engine.Scanning;
using OmnyDrive.Engine.State;
using OmnyDrive.Errors;
using OmnyDrive.Filtering;
using OmnyDrive.Origins;
using OmnyDrive.Reconciling;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.Conflicts;

/// <summary>The conflicts of a mount whose state is a tree.</summary>
internal sealed class MountConflicts(MountWork work, RootScanner scanner, Func<CancellationToken, Task<ITreeOrigin>> connect) : IConflicts
{
    private readonly VersionStore _versions = new(work.Root);

    /// <inheritdoc/>
    public Task<IReadOnlyList<OpenConflict>> ListAsync(CancellationToken cancellation) => Task.FromResult(ConflictTable.Of(work.Store, work.Row.Id));

    /// <inheritdoc/>
    public async Task WriteVersionAsync(DrivePath path, ConflictVersion version, Stream to, CancellationToken cancellation)
    {
        var open = Open();
        var conflict = open.FirstOrDefault(at => at.Conflict.Path == path)?.Conflict ?? throw ConflictErrors.NotInConflict(path.ToString(), open);
        var entry = (version switch { ConflictVersion.Base => conflict.Base, ConflictVersion.Ours => conflict.Ours, _ => conflict.Theirs }) ?? throw ConflictErrors.NothingThere(path, version);
        switch (entry.Kind)
        {
            case EntryKind.Symlink:
                await to.WriteAsync(System.Text.Encoding.UTF8.GetBytes(entry.Target), cancellation);
                break;
            case EntryKind.File:
                await GatherAsync([conflict], cancellation);
                if (!_versions.Has(entry.ContentHash, entry.Size))
                    throw ConflictErrors.NotKept(path, version);
                await CopyAsync(entry.ContentHash, to, cancellation);
                break;
            default:
                throw ConflictErrors.NoFile(path);
        }
    }

    /// <inheritdoc/>
    public async Task<ResolveResult> ResolveAsync(IReadOnlyList<string> patterns, ResolveOptions options, CancellationToken cancellation)
    {
        var open = Open();
        var chosen = Chosen(open, patterns);
        if (work.Row.AccessMode == AccessMode.ReadOnly && options.Choice != ResolutionChoice.Theirs)
            throw ConflictErrors.OnlyTheirs(work.Row.Id);
        if (options.Choice is ResolutionChoice.Merge or ResolutionChoice.Tool)
            await GatherAsync(chosen.Select(at => at.Conflict), cancellation);
        var (decided, left) = (new List<Resolution>(), new List<(OpenConflict, string)>());
        var baseline = BaselineTable.Load(work.Store, work.Row);
        var beside = new HashSet<DrivePath>();
        foreach (var at in chosen)
        {
            var (resolution, reason) = await TryDecideAsync(at, options, path => !beside.Add(path) || work.Root.Stat(path) is not null || baseline.Find(path) is not null, cancellation);
            if (resolution is null)
            {
                left.Add((at, reason!));
                continue;
            }
            decided.Add(resolution);
            // What somebody made by hand is kept, whatever happens to the next.
            if (resolution.Result is not null)
                ConflictTable.Resolve(work.Store, work.Row.Id, [resolution]);
        }
        ConflictTable.Resolve(work.Store, work.Row.Id, decided);
        var paths = decided.Select(resolution => resolution.Conflict.Path).ToHashSet();
        return new ResolveResult([.. ConflictTable.Of(work.Store, work.Row.Id).Where(at => paths.Contains(at.Conflict.Path))], left);
    }

    private IReadOnlyList<OpenConflict> Open() => ConflictTable.Of(work.Store, work.Row.Id) is { Count: > 0 } open ? open : throw ConflictErrors.NoneOpen(work.Row.Id);

    private static List<OpenConflict> Chosen(IReadOnlyList<OpenConflict> open, IReadOnlyList<string> patterns)
    {
        var chosen = new HashSet<OpenConflict>();
        foreach (var text in patterns)
        {
            // A name with brackets in it is first of all that name.
            var matching = open.Where(at => at.Conflict.Path.ToString() == text).ToList();
            if (matching.Count == 0)
            {
                var pattern = PathPattern.Parse(text);
                matching = [.. open.Where(at => pattern.Matches(at.Conflict.Path))];
            }
            if (matching.Count == 0)
                throw ConflictErrors.NotInConflict(text, open);
            chosen.UnionWith(matching);
        }
        return [.. open.Where(chosen.Contains)];
    }

    // What goes wrong with one is why that one stays open.
    private async Task<(Resolution? Resolution, string? Reason)> TryDecideAsync(OpenConflict open, ResolveOptions options, Func<DrivePath, bool> isTaken, CancellationToken cancellation)
    {
        try
        {
            return await DecideAsync(open, options, isTaken, cancellation);
        }
        catch (Exception e) when (e is IOException or DriveException { Code: not ErrorCode.NotSupported })
        {
            return (null, e.Message);
        }
    }

    private async Task<(Resolution? Resolution, string? Reason)> DecideAsync(OpenConflict open, ResolveOptions options, Func<DrivePath, bool> isTaken, CancellationToken cancellation)
    {
        var conflict = open.Conflict;
        if (conflict.Reason is { } why)
            return (null, $"it {why}; that is settled by another name or place, not by a choice");
        switch (options.Choice)
        {
            case ResolutionChoice.Ours:
                return (new Resolution(conflict, ResolutionKind.Ours), null);
            case ResolutionChoice.Theirs:
                return (new Resolution(conflict, ResolutionKind.Theirs), null);
            case ResolutionChoice.Both when conflict is { Ours: { IsDirectory: false }, Theirs: { IsDirectory: false } }:
                return (new Resolution(conflict, ResolutionKind.Both) { Beside = BesideName.Of(conflict.Path, work.Self, isTaken) }, null);
            case ResolutionChoice.Both:
                return (null, conflict.Ours is null || conflict.Theirs is null ? "there is only one version; choose --ours or --theirs" : "a directory cannot lie beside another version; choose --ours or --theirs");
            default:
                return await new VersionMerge(work.Root, _versions, work.Time).MergeAsync(conflict, open.Draft, options, (work.Self.Value, work.Row.Drive.ToString()), cancellation);
        }
    }

    private async Task GatherAsync(IEnumerable<PathConflict> conflicts, CancellationToken cancellation)
    {
        List<ContentRequest> lacking = [.. conflicts.SelectMany(VersionGathering.RequestsOf).DistinctBy(request => request.Hash).Where(request => !_versions.Has(request.Hash, request.Size))];
        if (lacking.Count == 0)
            return;
        await using var origin = await connect(cancellation);
        // An origin serves what it was asked about.
        await origin.GetHeadAsync(cancellation);
        await new VersionGathering(work.Root, scanner).GatherAsync(lacking, origin, cancellation);
    }

    private async Task CopyAsync(ContentHash content, Stream to, CancellationToken cancellation)
    {
        var place = VersionStore.PlaceOf(content);
        var holder = work.Root.Holder(place);
        using var file = holder.OpenRead(place.Name);
        var buffer = new byte[256 << 10];
        long at = 0;
        for (int read; (read = holder.Read(file, buffer, at)) > 0; at += read)
            await to.WriteAsync(buffer.AsMemory(0, read), cancellation);
    }
}
