using System.Security.Cryptography;
using OmnyDrive.Drives;
using OmnyDrive.Engine.State;
using OmnyDrive.Engine.Syncing;
using OmnyDrive.Errors;
using OmnyDrive.Git;
using OmnyDrive.Origins;
using OmnyDrive.Reconciling;

namespace OmnyDrive.Engine.Providers.Git;

/// <summary>
/// Synchronizes a mount with a git repository: brings the branch that is checked out forward, or pushes what it has. Moves branches only forward, merges nothing, and pushes nothing to a protected branch. The caller
/// holds the mount's sync lock to apply.
/// </summary>
internal sealed class GitSynchronizer : ISynchronizer
{
    // An origin that moved while a push was on its way is looked at once more, to find out what that makes of it.
    private const int Attempts = 2;

    private readonly MountWork _work;
    private readonly GitRepository _repository;
    private readonly GitTransport _transport;
    private readonly GitPlanner _planner;
    private readonly GitLargeFiles _largeFiles;
    private readonly GitWork _journal;
    private readonly IGitOrigin _origin;

    internal GitSynchronizer(MountWork work, IGitOrigin origin)
    {
        (_work, _origin, _repository) = (work, origin, new GitRepository(work.Root.Top.Path, isMount: true));
        _transport = new GitTransport(_repository, origin);
        _planner = new GitPlanner(work, _repository, _transport);
        _largeFiles = new GitLargeFiles(_repository, origin);
        _journal = new GitWork(_repository, work.Root);
    }

    /// <inheritdoc/>
    public (long Files, long Bytes) Held { get; private set; }

    /// <inheritdoc/>
    public async Task<SyncPlan> PlanAsync(SyncOptions options, CancellationToken cancellation)
    {
        GitMount.RepositoryOf(_work.Root);
        return (await _planner.PrepareAsync(await _origin.GetHeadAsync(cancellation), !options.NoCommit, cancellation)).Plan;
    }

    /// <inheritdoc/>
    public async Task<SyncResult> ApplyAsync(SyncOptions options, CancellationToken cancellation)
    {
        var (started, previous) = (_work.Time.GetTimestamp(), _work.Row.Baseline!.Value);
        GitMount.RepositoryOf(_work.Root);
        // Who cannot be reached says so in its own words, not in git's.
        var head = await _origin.GetHeadAsync(cancellation);
        var wasBrokenOff = await _journal.RecoverAsync(cancellation);
        _journal.Begin();
        try
        {
            var (prepared, branches) = await ApplyAsync(head, options, cancellation);
            IReadOnlyList<Problem> lacking = branches.Action == BranchAction.Pull || wasBrokenOff || await _largeFiles.IsLackingAsync(cancellation) ? await _largeFiles.BringAsync(cancellation) : [];
            _journal.End();
            return await ResultAsync(prepared with { Problems = [.. prepared.Problems, .. lacking] }, branches, previous, _work.Time.GetElapsedTime(started), cancellation);
        }
        catch (DriveException) when (!_repository.WasKilled)
        {
            // Git has ended by itself, and left nothing to clear up.
            _journal.End();
            throw;
        }
    }

    private async Task<(PreparedGitSync Prepared, BranchSync Branches)> ApplyAsync(OriginHead head, SyncOptions options, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            var prepared = await _planner.PrepareAsync(head, !options.NoCommit, cancellation);
            if (prepared.Plan.Conflict is { } refused)
                throw new ConflictDetectedException(refused);
            if (await ApplyAsync(prepared, cancellation) is { } branches)
                return (prepared, branches);
            if (attempt == Attempts)
                throw new DriveException(ErrorCode.Conflict, $"{_work.Row.Drive} or the mount moved while the sync was at work, and again at each attempt. Nothing was changed at the origin.", "Run omnydrive sync again.");
        }
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<Problem>> CloneAsync(OriginHead head, IProgress<TransferProgress>? progress, CancellationToken cancellation)
    {
        var isNew = !Path.Exists(Path.Combine(_repository.Directory, ".git"));
        var branch = isNew ? await new GitCloning(_work, _origin).MakeAsync(isShallow: _work.Row.AccessMode == AccessMode.ReadOnly, cancellation) : await FetchAgainAsync(cancellation);
        _journal.Begin();
        // One that was broken off may have its files already: it stays on the branch that they are of, whichever one a clone would begin with now.
        var begun = isNew ? null : await _repository.CommitOfAsync("HEAD", cancellation);
        if (begun is null && branch is null && await _repository.AskAsync(["for-each-ref", "--count=1", GitRefs.AtOrigin("")], cancellation) is { Length: > 0 })
            throw DriveException.Invalid($"The origin of {_work.Row.Drive} has no branch checked out, so it does not say which one a clone begins with.", "At the origin: git switch BRANCH (without a work tree: git symbolic-ref HEAD refs/heads/BRANCH); then clone again.");
        var commit = begun ?? (branch is null ? null : await _repository.CommitOfAsync(GitRefs.AtOrigin(branch), cancellation));
        if (begun is not null)
            await AgreeOnBegunAsync(begun, cancellation);
        else if (commit is not null)
            await CheckOutAsync(branch!, commit, isNew, cancellation);
        IReadOnlyList<Problem> problems = commit is null ? [] : [.. await DescribeAsync(commit, cancellation), .. await _largeFiles.BringAsync(cancellation)];
        Agree(commit ?? GitRefs.NoCommit);
        _journal.End();
        return problems;
    }

    private async Task<IReadOnlyList<Problem>> DescribeAsync(string commit, CancellationToken cancellation)
    {
        var (files, bytes, submodules) = await new GitWorkTree(_repository, _work.Root).DescribeAsync(commit, cancellation);
        Held = (files, bytes);
        return submodules;
    }

    // Both have what the clone brought, and somebody may have made commits here since.
    private async Task AgreeOnBegunAsync(string begun, CancellationToken cancellation)
    {
        if (await _repository.BranchAsync(cancellation) is not { } branch)
            return;
        var origin = await _repository.CommitOfAsync(GitRefs.AtOrigin(branch), cancellation);
        var agreed = origin is not null ? await _repository.AskAsync(["merge-base", begun, origin], cancellation)
            : await _repository.CountUnknownToOriginAsync(begun, cancellation) == 0 ? begun : null;
        if (agreed is not null)
            await _repository.SetRefAsync(GitRefs.Agreed(branch), agreed, cancellation);
    }

    // One that was broken off has its repository, and perhaps what somebody did there since.
    private async Task<string?> FetchAgainAsync(CancellationToken cancellation)
    {
        GitMount.RepositoryOf(_work.Root);
        await _journal.RecoverAsync(cancellation);
        _journal.Begin();
        var branch = await _transport.DefaultBranchAsync(cancellation);
        // Of one that has a commit, what follows on that is wanted, too.
        await _transport.FetchAsync(isShallow: _work.Row.AccessMode == AccessMode.ReadOnly && branch is not null && await _repository.CommitOfAsync("HEAD", cancellation) is null, cancellation);
        return branch;
    }

    private async Task CheckOutAsync(string branch, string commit, bool isNew, CancellationToken cancellation)
    {
        var tree = new GitWorkTree(_repository, _work.Root);
        await tree.RequirePlaceableAsync(commit, cancellation);
        if (!isNew)
        {
            await _repository.RunAsync(["symbolic-ref", "HEAD", GitRefs.Heads + branch], cancellation);
            await _repository.SetConfigAsync($"branch.{branch}.remote", GitRefs.Remote, cancellation);
            await _repository.SetConfigAsync($"branch.{branch}.merge", GitRefs.Heads + branch, cancellation);
        }
        // Broken off, it is ended with this commit, wherever the origin is then: its files are nobody's edits.
        _journal.Begin((GitRefs.NoCommit, commit));
        if (!await new GitPull(_repository, _work.Root).BeginAsync(branch, commit, cancellation))
            throw new DriveException(ErrorCode.Conflict, $"Somebody made a commit on \"{branch}\" in \"{_repository.Directory}\" before the clone was complete. It is kept.", "Run the same clone again; then see: omnydrive status");
        await _repository.SetRefAsync(GitRefs.Agreed(branch), commit, cancellation);
    }

    // Null where the origin moved.
    private async Task<BranchSync?> ApplyAsync(PreparedGitSync prepared, CancellationToken cancellation)
    {
        var (at, branches) = (prepared.At, prepared.Plan.Branches!);
        if (prepared.Decision.Action == BranchAction.None)
        {
            if (at is { Branch: { } branch, Local: { } local } && at.Local == at.Origin)
                await AgreeAsync(branch, local, cancellation);
            return branches;
        }
        // The user may have gone to another branch meanwhile.
        if (await _repository.BranchAsync(cancellation) != at.Branch || await _repository.CommitOfAsync("HEAD", cancellation) != at.Local)
            return null;
        if (prepared.Decision.Action == BranchAction.Pull)
        {
            return await PullAsync(at, cancellation) ? branches : null;
        }
        if (prepared.Decision.Commits)
            await GitCommits.CommitAllAsync(_repository, _work.Self, cancellation);
        var commit = await _repository.CommitOfAsync("HEAD", cancellation);
        if (await _repository.BranchAsync(cancellation) != at.Branch)
            throw new DriveException(ErrorCode.Conflict, $"Somebody went to another branch than \"{at.Branch}\" in the mount of {_work.Row.Drive} while the sync was at work. Nothing was pushed.", "See in the mount: git log -1; then run omnydrive sync again, for the branch that is checked out now.");
        // Commits that somebody made in the last instant are looked at first.
        if (!await IsAtOrNextAsync(commit, at.Local, cancellation))
            return null;
        // What was dirty may have been a file that was only touched.
        return commit is null ? branches with { Action = BranchAction.None, Commits = false } : await PushAsync(prepared, commit, cancellation);
    }

    // Whether a commit is another, or follows it alone and at once.
    private async Task<bool> IsAtOrNextAsync(string? commit, string? before, CancellationToken cancellation) =>
        commit == before || (commit is not null && (await _repository.RunAsync(["rev-list", "--parents", "--max-count=1", commit], cancellation)).TrimEnd('\n') == (before is null ? commit : $"{commit} {before}"));

    // False where somebody was faster.
    private async Task<bool> PullAsync(BranchStanding at, CancellationToken cancellation)
    {
        var to = at.Origin!;
        _journal.Begin((at.Local ?? GitRefs.NoCommit, to));
        var pull = new GitPull(_repository, _work.Root);
        if (at.Local is not null)
            await pull.ForwardAsync(to, cancellation);
        else if (!await pull.BeginAsync(at.Branch!, to, cancellation))
            return false;
        _work.Root.Top.SyncFileSystem();
        await AgreeAsync(at.Branch!, to, cancellation);
        return true;
    }

    private async Task<BranchSync?> PushAsync(PreparedGitSync prepared, string commit, CancellationToken cancellation)
    {
        var (at, branches) = (prepared.At, prepared.Plan.Branches!);
        await _largeFiles.SendAsync(commit, cancellation);
        if (prepared.Decision.Action != BranchAction.Push)
            return await PushToWorkBranchAsync(prepared, commit, branches.Reason, cancellation);
        var branch = at.Branch!;
        var push = await _transport.PushAsync(commit, branch, at.Origin, cancellation);
        if (push.Kind == GitPushKind.Landed)
        {
            await _repository.SetRefAsync(GitRefs.AtOrigin(branch), commit, cancellation);
            await AgreeAsync(branch, commit, cancellation);
            return branches;
        }
        // Refused may also be that another push was there at the same instant.
        await _transport.FetchAsync(isShallow: false, cancellation);
        return push.Kind == GitPushKind.Moved || await _repository.CommitOfAsync(GitRefs.AtOrigin(branch), cancellation) != at.Origin
            ? null
            : await PushToWorkBranchAsync(prepared, commit, ReasonOf(branch, push.Reason), cancellation);
    }

    private static string ReasonOf(string branch, string said) => said.Contains("push-to-checkout", StringComparison.Ordinal)
        ? $"its publisher has {branch} checked out, with changes or with files that are in the way"
        : $"the origin does not take it on {branch}: {said}";

    private async Task<BranchSync?> PushToWorkBranchAsync(PreparedGitSync prepared, string commit, string? reason, CancellationToken cancellation)
    {
        var (at, known) = (prepared.At, prepared.At.Work is { Commit: not null, Behind: 0 } work ? work : null);
        var name = known?.Name ?? ProtectedBranches.WorkBranchOf(_work.Self.Value, at.Branch!, RandomNumberGenerator.GetBytes(6));
        if (known is null)
            await _repository.SetConfigAsync(GitRefs.WorkBranchKey(at.Branch!), name, cancellation);
        var push = await _transport.PushAsync(commit, name, known?.Commit, cancellation);
        if (push.Kind == GitPushKind.Moved)
            return null;
        if (push.Kind == GitPushKind.Refused)
            throw new DriveException(ErrorCode.Failed, $"The origin of {_work.Row.Drive} takes the work neither on \"{at.Branch}\" nor on the new branch \"{name}\": {push.Reason}.", "What was committed is kept in the mount. Look at the origin, and run omnydrive sync again.");
        await _repository.SetRefAsync(GitRefs.AtOrigin(name), commit, cancellation);
        Agree(commit);
        return prepared.Plan.Branches! with { Action = known is null ? BranchAction.PushToNewBranch : BranchAction.PushToWorkBranch, PushedTo = name, Reason = reason };
    }

    private async Task AgreeAsync(string branch, string commit, CancellationToken cancellation)
    {
        if (await _repository.CommitOfAsync(GitRefs.Agreed(branch), cancellation) != commit)
            await _repository.SetRefAsync(GitRefs.Agreed(branch), commit, cancellation);
        Agree(commit);
    }

    private void Agree(string commit) => MountTable.SetBaseline(_work.Store, _work.Row.Id, SyncRef.OfCommit(commit), _work.Time.GetUtcNow());

    private async Task<SyncResult> ResultAsync(PreparedGitSync prepared, BranchSync branches, SyncRef previous, TimeSpan duration, CancellationToken cancellation)
    {
        var plan = prepared.Plan;
        IReadOnlyList<AppliedChange> changes = [.. plan.ToLocal.Select(change => new AppliedChange(Side.Local, change)), .. plan.ToOrigin.Select(change => new AppliedChange(Side.Origin, change))];
        var status = branches.Action switch
        {
            BranchAction.None => SyncStatus.Clean,
            BranchAction.Pull => SyncStatus.Pulled,
            _ => SyncStatus.Pushed,
        };
        var files = changes.Count(applied => applied.Change.From is { IsFile: true } || applied.Change.To is { IsFile: true });
        var bytes = changes.Sum(applied => applied.Change.To is { IsFile: true } to ? to.Size : 0);
        var now = SyncRef.OfCommit(await _repository.CommitOfAsync("HEAD", cancellation) ?? GitRefs.NoCommit);
        return new SyncResult(_work.Row.Id, status, now, previous, changes, prepared.Problems, new SyncMetrics(files, bytes, 0, 0, duration)) { Branches = branches };
    }
}
