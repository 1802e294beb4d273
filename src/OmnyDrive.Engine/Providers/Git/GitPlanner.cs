using OmnyDrive.Drives;
using OmnyDrive.Git;
using OmnyDrive.Origins;
using OmnyDrive.Reconciling;

namespace OmnyDrive.Engine.Providers.Git;

/// <summary>A sync of a git drive before it is done: how the branches stand, what is decided, and what that changes.</summary>
internal sealed record PreparedGitSync(BranchStanding At, BranchDecision Decision, SyncPlan Plan, IReadOnlyList<Problem> Problems);

/// <summary>The first half of a sync of a git drive: brings what the origin has into the repository, and finds out how the branches stand. Changes neither files nor branches.</summary>
internal sealed class GitPlanner(MountWork work, GitRepository repository, GitTransport transport)
{
    private readonly GitWorkTree _tree = new(repository, work.Root);

    /// <summary>Looks at both sides and decides.</summary>
    /// <param name="head">Where the origin stands.</param>
    /// <param name="mayCommit">Whether what no commit has may be committed.</param>
    /// <param name="cancellation">Ends it.</param>
    internal async Task<PreparedGitSync> PrepareAsync(OriginHead head, bool mayCommit, CancellationToken cancellation)
    {
        await transport.FetchAsync(isShallow: false, cancellation);
        var at = await StandingAsync(head.ProtectedBranches ?? ProtectedBranches.Default, cancellation);
        // Before anybody is told to merge it.
        if (at is { Origin: { } coming, Behind: > 0 })
            await _tree.RequirePlaceableAsync(coming, cancellation);
        var decision = BranchDecision.Of(at, work.Row.AccessMode, mayCommit);
        return await WithChangesAsync(at, decision, cancellation);
    }

    private async Task<BranchStanding> StandingAsync(IReadOnlyList<string> isProtected, CancellationToken cancellation)
    {
        var branch = await repository.BranchAsync(cancellation);
        var local = await repository.CommitOfAsync("HEAD", cancellation);
        var origin = branch is null ? null : await repository.CommitOfAsync(GitRefs.AtOrigin(branch), cancellation);
        var (ahead, behind) = (local, origin) switch
        {
            (null, null) => (0, 0),
            (null, _) => (0, 1),
            (_, null) => (await repository.CountUnknownToOriginAsync(local, cancellation), 0),
            _ => await repository.CountAsync(local, origin, cancellation),
        };
        return new BranchStanding(branch, local, origin, ahead, behind)
        {
            IsDirty = await repository.IsDirtyAsync(cancellation),
            Unfinished = await _tree.UnfinishedAsync(cancellation),
            HoldsAgreed = branch is null || await HoldsAgreedAsync(branch, local, origin, cancellation),
            IsProtected = branch is not null && (isProtected.Contains(branch) || (await GitProtection.ReadAsync(repository, cancellation))?.Contains(branch) == true),
            Work = branch is null || local is null ? null : await WorkAsync(branch, local, cancellation),
        };
    }

    // Where the mount does not have it any more either, its user has followed the origin.
    private async Task<bool> HoldsAgreedAsync(string branch, string? local, string? origin, CancellationToken cancellation)
    {
        if (await repository.CommitOfAsync(GitRefs.Agreed(branch), cancellation) is not { } agreed)
            return true;
        return origin is not null && (await repository.IsAncestorAsync(agreed, origin, cancellation) || local is null || !await repository.IsAncestorAsync(agreed, local, cancellation));
    }

    private async Task<WorkBranch?> WorkAsync(string branch, string local, CancellationToken cancellation)
    {
        if (await repository.ConfigAsync(GitRefs.WorkBranchKey(branch), cancellation) is not { Length: > 0 } name)
            return null;
        if (await repository.CommitOfAsync(GitRefs.AtOrigin(name), cancellation) is not { } commit)
            return new WorkBranch(name, null, 0, 0);
        var (ahead, behind) = await repository.CountAsync(local, commit, cancellation);
        return new WorkBranch(name, commit, ahead, behind);
    }

    private async Task<PreparedGitSync> WithChangesAsync(BranchStanding at, BranchDecision decision, CancellationToken cancellation)
    {
        var (toLocal, toOrigin, conflict) = (GitDifference.None, GitDifference.None, (Conflict?)null);
        if (decision.Action == BranchAction.Pull)
            toLocal = await new GitChanges(repository).BetweenAsync(at.Local, at.Origin, cancellation);
        else if (decision.Action == BranchAction.Refuse)
            conflict = await ConflictAsync(at, decision.Conflict!.Value, cancellation);
        else if (decision.Action != BranchAction.None)
            toOrigin = await BetweenAsync(await BeforeAsync(at, decision, cancellation), at, cancellation);
        var plan = new SyncPlan(RefOf(work.Row.Baseline), SyncRef.OfCommit(at.Local ?? GitRefs.NoCommit), SyncRef.OfCommit(at.Origin ?? GitRefs.NoCommit), toLocal.Changes, toOrigin.Changes, conflict, [])
        {
            Branches = new BranchSync(at.Branch, at.Ahead, at.Behind, decision.Action, decision.Commits, TargetOf(at, decision), ReasonOf(at, decision))
            {
                WaitsOn = at is { Ahead: > 0, Work: { Commit: not null, Ahead: 0, Name: var waits } } ? waits : null,
            },
        };
        return new PreparedGitSync(at, decision, plan, [.. toLocal.Problems, .. toOrigin.Problems]);
    }

    private static SyncRef RefOf(SyncRef? baseline) => baseline ?? SyncRef.OfCommit(GitRefs.NoCommit);

    private static string? TargetOf(BranchStanding at, BranchDecision decision) => decision.Action switch
    {
        BranchAction.Push => at.Branch,
        BranchAction.PushToWorkBranch => at.Work!.Name,
        _ => null,
    };

    private static string? ReasonOf(BranchStanding at, BranchDecision decision) =>
        decision.Action is BranchAction.PushToNewBranch or BranchAction.PushToWorkBranch && at.IsProtected ? $"{at.Branch} is protected" : null;

    // What the origin has of it: where the branch is that takes it, or where it parted from what the origin has.
    private async Task<string?> BeforeAsync(BranchStanding at, BranchDecision decision, CancellationToken cancellation)
    {
        if (decision.Action == BranchAction.PushToWorkBranch)
            return at.Work!.Commit;
        if (at.Origin is not null || at.Local is null)
            return at.Origin;
        var first = (await repository.RunAsync(["rev-list", "--boundary", "--max-count=1", "--reverse", at.Local, "--not", $"--remotes={GitRefs.Remote}"], cancellation))
            .Split('\n').FirstOrDefault(line => line.StartsWith('-'));
        return first?[1..];
    }

    private async Task<GitDifference> BetweenAsync(string? before, BranchStanding at, CancellationToken cancellation)
    {
        using var ours = await _tree.OursAsync(at.Local, at.IsDirty, cancellation);
        return await new GitChanges(ours.Repository).BetweenAsync(before, ours.Id, cancellation);
    }

    private async Task<Conflict> ConflictAsync(BranchStanding at, BranchConflict why, CancellationToken cancellation)
    {
        var start = at is { Local: not null, Origin: not null } ? await repository.AskAsync(["merge-base", at.Local, at.Origin], cancellation) : at.Local ?? at.Origin;
        var ours = why == BranchConflict.Unfinished ? GitDifference.None : await BetweenAsync(start, at, cancellation);
        var theirs = await new GitChanges(repository).BetweenAsync(start, at.Origin ?? start, cancellation);
        var there = theirs.Changes.DistinctBy(change => change.Path).ToDictionary(change => change.Path);
        var both = ours.Changes.Where(change => there.TryGetValue(change.Path, out var other) && !Equals(other.To, change.To)).Select(change => new PathConflict(change.Path, change.From, change.To, there[change.Path].To)).ToList();
        var paths = both.Select(path => path.Path).ToHashSet();
        return new Conflict(KindOf(why, both.Count), work.Row.Drive, RefOf(work.Row.Baseline), SyncRef.OfCommit(at.Local ?? GitRefs.NoCommit), SyncRef.OfCommit(at.Origin ?? GitRefs.NoCommit), both,
            [.. ours.Changes.Where(change => !paths.Contains(change.Path))], [.. theirs.Changes.Where(change => !paths.Contains(change.Path))])
        {
            Branches = new BranchDivergence(why, at.Branch, at.Ahead, at.Behind, at.IsDirty, at.Unfinished) { IsGone = at.Origin is null },
        };
    }

    private static ConflictKind KindOf(BranchConflict why, int overlaps) => why switch
    {
        BranchConflict.Diverged => overlaps > 0 ? ConflictKind.ContentDivergence : ConflictKind.RefMoved,
        BranchConflict.OriginRewritten => ConflictKind.RefMoved,
        _ => ConflictKind.LocalDivergence,
    };
}
