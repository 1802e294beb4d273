using OmnyDrive.Engine.Conflicts;
using OmnyDrive.Errors;
using OmnyDrive.Reconciling;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.Providers.Git;

/// <summary>What both sides of a git drive changed, by the last look at the origin. All versions are in the repository, and git settles them: a merge or a rebase in the mount.</summary>
internal sealed class GitConflicts(MountWork work) : IConflicts
{
    private readonly GitRepository _repository = GitMount.RepositoryOf(work.Root);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<OpenConflict>> ListAsync(CancellationToken cancellation)
    {
        using var versions = await VersionsAsync(cancellation);
        return await OfAsync(versions, cancellation);
    }

    /// <inheritdoc/>
    public async Task WriteVersionAsync(DrivePath path, ConflictVersion version, Stream to, CancellationToken cancellation)
    {
        using var versions = await VersionsAsync(cancellation);
        var open = await OfAsync(versions, cancellation);
        var conflict = open.FirstOrDefault(at => at.Conflict.Path == path)?.Conflict
            ?? throw (open.Count == 0 ? ConflictErrors.NoneOpen(work.Row.Id) : ConflictErrors.NotInConflict(path.ToString(), open));
        var (tree, entry) = version switch
        {
            ConflictVersion.Base => (versions.Start, conflict.Base),
            ConflictVersion.Ours => (versions.Ours, conflict.Ours),
            _ => (versions.Theirs, conflict.Theirs),
        };
        if (entry is null)
            throw ConflictErrors.NothingThere(path, version);
        await versions.Repository.ExchangeAsync(["cat-file", "blob", $"{tree}:{path}"], null, output => output.CopyToAsync(to, cancellation), cancellation);
    }

    /// <inheritdoc/>
    public Task<ResolveResult> ResolveAsync(IReadOnlyList<string> patterns, ResolveOptions options, CancellationToken cancellation) => throw new DriveException(
        ErrorCode.NotSupported, "This is a mount of a git drive: what both sides changed is settled by git.",
        "In the mount: git merge origin/BRANCH (or: git rebase origin/BRANCH); then: omnydrive sync. How the branches stand: omnydrive status");

    private Task<GitThreeVersions> VersionsAsync(CancellationToken cancellation) => new GitVersions(_repository, work.Root).FindAsync(cancellation);

    private async Task<IReadOnlyList<OpenConflict>> OfAsync(GitThreeVersions versions, CancellationToken cancellation)
    {
        if (versions.Ours == versions.Start || versions.Theirs == versions.Start)
            return [];
        var changes = new GitChanges(versions.Repository);
        var theirs = (await changes.BetweenAsync(versions.Start, versions.Theirs, cancellation)).Changes.DistinctBy(change => change.Path).ToDictionary(change => change.Path);
        var now = work.Time.GetUtcNow();
        return
        [
            .. from ours in (await changes.BetweenAsync(versions.Start, versions.Ours, cancellation)).Changes
               where theirs.TryGetValue(ours.Path, out var other) && !Equals(other.To, ours.To)
               select new OpenConflict(new PathConflict(ours.Path, ours.From, ours.To, theirs[ours.Path].To), ConflictKind.ContentDivergence, now, null),
        ];
    }
}
