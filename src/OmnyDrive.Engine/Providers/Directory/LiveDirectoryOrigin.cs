using OmnyDrive.Drives;
using OmnyDrive.Engine.Applying;
using OmnyDrive.Engine.Files;
using OmnyDrive.Engine.History;
using OmnyDrive.Engine.Origins;
using OmnyDrive.Engine.Roots;
using OmnyDrive.Engine.Scanning;
using OmnyDrive.Engine.Scanning.Index;
using OmnyDrive.Engine.Syncing;
using OmnyDrive.Engine.Transfer;
using OmnyDrive.Errors;
using OmnyDrive.Filtering;
using OmnyDrive.History;
using OmnyDrive.Origins;
using OmnyDrive.Reconciling;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.Providers.Directory;

/// <summary>
/// The origin of a directory drive on this machine: the directory itself, looked at anew for every head and every commit. Its files are
/// the user's; a push changes them only where the directory stands exactly where the push expects.
/// </summary>
internal sealed class LiveDirectoryOrigin : ITreeOrigin
{
    /// <summary>What any directory origin can do.</summary>
    internal const Capabilities All = Capabilities.Read | Capabilities.Write | Capabilities.Push | Capabilities.AtomicPush | Capabilities.Symlinks | Capabilities.Executable;

    private static readonly TimeSpan CommitPatience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LandedPatience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan BetweenExpiries = TimeSpan.FromDays(1);

    private readonly string _path;
    private readonly RootIdentity _identity;
    private readonly AccessMode _mode;
    private readonly FilterOptions _filter;
    private readonly RootScanner _scanner;
    private readonly TimeProvider _time;
    private readonly Func<SyncRef, Task> _landed;
    private readonly SharedScan _heads;
    private readonly SeenStates _states = new();
    private readonly StateReading _reading;
    private readonly PushSessions _pushes;
    private readonly OriginHistory _history;
    private readonly RetentionPolicy _retention;
    private DateTimeOffset _expired;

    // What the last push wrote is being taken over into the index.
    private Task _remembering = Task.CompletedTask;
    private readonly CancellationTokenSource _closing = new();

    /// <param name="published">What is published.</param>
    /// <param name="scanner">Scans the root.</param>
    /// <param name="landed">Told of each push that landed, before its client gets the answer.</param>
    /// <param name="time">The clock.</param>
    /// <param name="retention">How long what pushes displace is kept; the default where null.</param>
    internal LiveDirectoryOrigin(PublishedRoot published, RootScanner scanner, Func<SyncRef, Task> landed, TimeProvider time, RetentionPolicy? retention = null)
    {
        (_landed, _retention) = (landed, retention ?? RetentionPolicy.Default);
        (Drive, _path, _identity, _mode, _filter) = (published.Drive, published.Path, published.Identity, published.AccessMode, published.Filter);
        (_scanner, _time, _pushes, _history) = (scanner, time, new PushSessions(), new OriginHistory(published, time));
        _heads = new SharedScan(ScanNow);
        _reading = new StateReading(Open, _states, () => scanner.LargeFiles, Moved);
    }

    /// <inheritdoc/>
    public DriveId Drive { get; }

    /// <inheritdoc/>
    public async Task<OriginHead> GetHeadAsync(CancellationToken cancellation = default)
    {
        var scan = await _heads.RunAsync(cancellation);
        using var root = Open();
        return new OriginHead(scan.Snapshot.Ref, _mode, All.Under(_mode), _filter) { Generation = OriginHistory.GenerationAt(root, scan.Snapshot.Ref) };
    }

    /// <inheritdoc/>
    public Task<bool> HasBeenAtAsync(OriginGeneration state, CancellationToken cancellation = default)
    {
        using var root = Open();
        return Task.FromResult(_history.HasBeenAt(root, state));
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<PathAuthor>> FindAuthorsAsync(IReadOnlyList<DrivePath> paths, CancellationToken cancellation = default) => Task.Run(() =>
    {
        using var root = Open();
        return OriginHistory.AuthorsOf(root, paths, cancellation);
    }, cancellation);

    /// <inheritdoc/>
    public IAsyncEnumerable<LocatedTree> ReadTreesAsync(IReadOnlyList<TreeRequest> requests, CancellationToken cancellation = default) => _reading.ReadTreesAsync(requests, cancellation);

    /// <inheritdoc/>
    public IAsyncEnumerable<ChunkListPart> ReadChunksAsync(IReadOnlyList<ChunkListRequest> requests, CancellationToken cancellation = default) => _reading.ReadChunksAsync(requests, cancellation);

    /// <inheritdoc/>
    public IAsyncEnumerable<ContentStream> FetchAsync(IReadOnlyList<ContentRequest> requests, CancellationToken cancellation = default) => _reading.FetchAsync(requests, cancellation);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ContentNeed>> BeginPushAsync(PushIntent intent, IAsyncEnumerable<LocatedTree> trees, CancellationToken cancellation = default)
    {
        if (_mode == AccessMode.ReadOnly)
            throw new DriveException(ErrorCode.ReadOnly, $"{Drive} is published read-only; it takes no push.", "Ask its publisher for a read-write drive.");
        // A retry of a push that has ended: its commit tells how.
        if (ResultOf(intent.Id) is not null)
            return [];
        var state = _states.Find(intent.Expected) ?? throw Moved();
        var from = RecentTrees.Of(state.Snapshot);
        var pushed = new TreeMap();
        var announced = new AnnouncedTrees();
        announced.Announce(DrivePath.Root, intent.Target.Tree, withDescendants: true);
        await foreach (var (path, tree) in trees.WithCancellation(cancellation))
        {
            announced.Take(path, tree);
            PushedChanges.RequireKnown(path, tree, from);
            pushed.Add(path, tree);
        }
        var changes = PushedChanges.Between(from, new Snapshot(intent.Target.Tree, new LayeredTrees(pushed, from.Trees)));
        // What an earlier attempt has staged is taken over from it.
        await _pushes.CloseEarlierAsync(intent);
        return await Task.Run(() => Begin(intent, changes, state, cancellation), cancellation);
    }

    private IReadOnlyList<ContentNeed> Begin(PushIntent intent, IReadOnlyList<Change> changes, ScanIndex state, CancellationToken cancellation)
    {
        using var root = Open();
        changes = OriginHistory.WithTimes(root, intent, changes);
        var staging = StagingArea.Create(root, $"push-{intent.Id}", _time);
        try
        {
            // What comes back gets the modes that it had, path by path.
            var leadsBack = OriginHistory.LeadsBack(root, intent);
            var movable = new MovableDirectories(root, state);
            // What an ignore file says must be known before it is at its place.
            var planned = PlannedChanges.Of(changes, _filter.IgnoreFileNames.Contains, path => !leadsBack && movable.Contains(path));
            var intake = new ContentIntake(_path, staging, state, new ContentBases(changes), _scanner.LargeFiles);
            if (!leadsBack)
                staging.Expect(root, planned);
            if (intent.LeadsBack)
                TakeDisplaced(root, intake, ContentNeeds.Located(ContentNeeds.Staged(planned)), cancellation);
            var lacking = intake.TakeLocal(ContentNeeds.Of(ContentNeeds.Staged(planned)), need => need, cancellation);
            staging.RequireRoom(lacking);
            IReadOnlyList<ContentNeed> needs = [.. lacking.Select(need => ContentHash.IsChunked(need.Size) ? need with { Base = intake.BaseFor(need.Hash, cancellation) } : need)];
            // A client that has gone may have begun again by now.
            cancellation.ThrowIfCancellationRequested();
            _pushes.Add(new PushSession(intent, planned, needs, intake, _time));
            return needs;
        }
        catch
        {
            staging.Dispose();
            throw;
        }
    }

    private static void TakeDisplaced(RootDirectory root, ContentIntake intake, IReadOnlyList<ContentRequest> wanted, CancellationToken cancellation) =>
        intake.TakeFrom(DisplacedContents.Find(root, wanted).Places, [.. wanted.Select(ContentFetcher.NeedOf)], cancellation);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ContentRange>> OfferChunksAsync(PushId push, IAsyncEnumerable<ChunkListPart> lists, CancellationToken cancellation = default)
    {
        using var use = _pushes.TryUse(push) ?? throw PushSessions.NotInProgress(push);
        return await use.Session.OfferAsync(lists, cancellation);
    }

    /// <inheritdoc/>
    public async Task StageAsync(PushId push, IAsyncEnumerable<ContentStream> contents, CancellationToken cancellation = default)
    {
        using var use = _pushes.TryUse(push) ?? throw PushSessions.NotInProgress(push);
        await use.Session.StageAsync(contents, cancellation);
    }

    /// <inheritdoc/>
    public async Task<PushResult> CommitPushAsync(PushId push, CancellationToken cancellation = default)
    {
        using var use = _pushes.TryUse(push);
        if (use is null)
            return ResultOf(push) ?? throw PushSessions.NotInProgress(push);
        // A retry waits for the attempt before it and then finds its result.
        return await use.Session.InTurnAsync(
            async () => _pushes.ResultOf(push) ?? await CommitInTurnAsync(use.Session, cancellation), cancellation);
    }

    // The history knows those that landed before this process began.
    private PushResult? ResultOf(PushId push)
    {
        if (_pushes.ResultOf(push) is { } known)
            return known;
        using var root = Open();
        return OriginHistory.ResultOf(root, push);
    }

    private async Task<PushResult> CommitInTurnAsync(PushSession session, CancellationToken cancellation)
    {
        session.RequireOpen();
        session.RequireComplete();
        session.Staging.SetUses(ContentNeeds.Staged(session.Planned));
        session.Staging.Flush();
        var result = await CommitLockedAsync(session, cancellation);
        if (result.Landed)
            await TellLandedAsync(result.Ref);
        return result;
    }

    private async Task<PushResult> CommitLockedAsync(PushSession session, CancellationToken cancellation)
    {
        using var root = Open();
        using var held = await ApplyLock.WaitAsync(root, CommitPatience, _time, cancellation);
        // While this waited, the drive may have been withdrawn, or the push abandoned.
        RootGuard.RequireDrive(root, Drive, _identity);
        session.RequireOpen();
        return CommitOrClose(root, session, cancellation);
    }

    // Without the lock, and not for long: whoever listens decides nothing about a push that has landed.
    private async Task TellLandedAsync(SyncRef head)
    {
        try
        {
            await _landed(head).WaitAsync(LandedPatience);
        }
        catch (Exception)
        {
            // The push has landed all the same.
        }
    }

    private PushResult CommitOrClose(RootDirectory root, PushSession session, CancellationToken cancellation)
    {
        try
        {
            var result = Commit(root, session, cancellation);
            _pushes.End(session.Intent.Id, result);
            return result;
        }
        catch
        {
            // Its staged content may have been used; a retry begins anew.
            _pushes.Close(session.Intent.Id);
            throw;
        }
    }

    /// <inheritdoc/>
    public Task AbandonPushAsync(PushId push, CancellationToken cancellation = default)
    {
        _pushes.Close(push);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _pushes.Dispose();
        _states.Dispose();
        await _closing.CancelAsync();
        await _remembering;
    }

    // Under the lock: a look that began after it was taken decides, and nobody else commits before this push is done.
    private PushResult Commit(RootDirectory root, PushSession session, CancellationToken cancellation)
    {
        var scan = Look(root, cancellation);
        _history.NoticeLocked(root, scan, _states.Snapshots);
        var (intent, changes) = (session.Intent, session.Planned.Changes);
        if (scan.Snapshot.Ref != intent.Expected)
        {
            if (!intent.TouchedOnly || !TouchedPaths.AreAsSeen(scan.Snapshot, changes))
                return new PushResult(Landed: false, scan.Snapshot.Ref);
            intent = intent with { Expected = scan.Snapshot.Ref, Target = SyncRef.OfTree(TreePatch.Apply(scan.Snapshot, changes).Root) };
        }
        RequireAllowed(intent, scan.Snapshot, changes);
        var rules = new ServedPaths(root, scan, session.Staging).Require(changes, cancellation);
        using var trash = new TrashArea(root, OriginHistory.AreaOf(session.Intent.Id));
        var outcome = new TreeApplier(root, scan, session.Staging, trash, OriginHistory.ModesBack(root, intent)).ApplyAll(session.Planned, _history.Of(intent), cancellation);
        trash.WriteDown(outcome.Displacing);
        _states.SetRules(rules);
        session.Staging.Complete();
        _remembering = Task.Run(() => RememberAsync(scan, outcome), CancellationToken.None);
        return new PushResult(Landed: true, intent.Target) { Generation = OriginHistory.GenerationAt(root, intent.Target) };
    }

    // The push has landed, and whoever waits for that need not wait for this.
    private async Task RememberAsync(ScanResult scan, ApplyOutcome outcome)
    {
        try
        {
            await Settling.WaitAsync(outcome, _time, _closing.Token);
            using var root = Open();
            _scanner.Remember(root, scan, outcome);
            ExpireTrash(root);
        }
        catch (Exception e) when (e is DriveException or OperationCanceledException)
        {
            // The root is gone or another's, or nobody will ask again: the next scan looks for itself.
        }
    }

    // Where an apply is going on, it is the turn of whoever comes after that.
    private void ExpireTrash(RootDirectory root)
    {
        _expired = _time.GetUtcNow();
        TrashRetention.Expire(root, HistoryRole.Drive, _retention, _scanner.Remembered.Bytes, _time);
    }

    private ScanResult ScanNow()
    {
        using var root = Open();
        ApplyLock.EndBrokenOff(root);
        var newest = OriginHistory.NewestOf(root);
        var scan = Look(root, CancellationToken.None);
        _history.Notice(root, scan, newest, _states.Snapshots);
        if (_time.GetUtcNow() - _expired > BetweenExpiries)
            ExpireTrash(root);
        return scan;
    }

    // What is taken away while it is looked at is no drive whose files were deleted: the look counts where the root is still the drive's after it.
    private ScanResult Look(RootDirectory root, CancellationToken cancellation)
    {
        var scan = _scanner.Scan(root, cancellation);
        RootGuard.RequireDrive(root, Drive, _identity);
        _states.Add(scan);
        return scan;
    }

    // A client has asked itself the same; this origin does not take its word.
    private void RequireAllowed(PushIntent intent, Snapshot before, IReadOnlyList<Change> changes)
    {
        if (Brakes.Check(Side.Origin, before, changes) is { } tripped && !intent.Allowed.Contains(tripped.Brake))
            throw new DriveException(ErrorCode.Halted, HaltMessage.Of(Drive, [tripped]), HaltMessage.HintOf([tripped]));
    }

    private RootDirectory Open() => RootGuard.OpenDrive(_path, Drive, _identity);

    private DriveException Moved() =>
        new(ErrorCode.Conflict, $"{Drive} has moved on since it was looked at.", "Run omnydrive sync again.");
}
