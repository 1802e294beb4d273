using System.Runtime.CompilerServices;
using OmnyDrive.Engine.Inspecting;
using OmnyDrive.Origins;
using OmnyDrive.Reconciling;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.Providers.Git;

/// <summary>Inspects a mount of a git drive: both sides since the commit at which they parted.</summary>
internal sealed class GitInspector : IMountInspector
{
    private const int MostText = 1 << 20, MostDiff = 8 << 20;

    private readonly MountWork _work;
    private readonly GitRepository _repository;
    private readonly GitVersions _versions;
    private readonly IGitOrigin? _origin;

    internal GitInspector(MountWork work, IGitOrigin? origin)
    {
        (_work, _origin, _repository) = (work, origin, GitMount.RepositoryOf(work.Root));
        _versions = new GitVersions(_repository, work.Root);
    }

    /// <inheritdoc/>
    public async Task<MountComparison> CompareAsync(CancellationToken cancellation)
    {
        var head = await _origin!.GetHeadAsync(cancellation);
        var prepared = await new GitPlanner(_work, _repository, new GitTransport(_repository, _origin)).PrepareAsync(head, mayCommit: true, cancellation);
        using var versions = await _versions.FindAsync(cancellation);
        var changes = new GitChanges(versions.Repository);
        var (local, origin) = (await changes.BetweenAsync(versions.Start, versions.Ours, cancellation), await changes.BetweenAsync(versions.Start, versions.Theirs, cancellation));
        var now = _work.Time.GetUtcNow();
        var conflicts = (prepared.Plan.Conflict?.Paths ?? []).Select(path => new OpenConflict(path, prepared.Plan.Conflict!.Kind, now, null));
        return new MountComparison(local.Changes, origin.Changes, [.. conflicts], [.. local.Problems, .. origin.Problems], prepared.Plan.Origin) { Branches = prepared.Plan.Branches };
    }

    /// <inheritdoc/>
    public async Task<(IReadOnlyList<Change> Local, IReadOnlyList<Problem> Problems)> LookAtMountAsync(CancellationToken cancellation)
    {
        using var versions = await _versions.FindAsync(cancellation);
        var local = await new GitChanges(versions.Repository).BetweenAsync(versions.Start, versions.Ours, cancellation);
        return (local.Changes, local.Problems);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<PathDiff> DiffAsync(DiffOf which, DrivePath below, [EnumeratorCancellation] CancellationToken cancellation)
    {
        if (_origin is not null && which != DiffOf.Local)
            await new GitTransport(_repository, _origin).FetchAsync(isShallow: false, cancellation);
        using var versions = await _versions.FindAsync(cancellation);
        var (from, to) = which switch
        {
            DiffOf.Local => (versions.Start, versions.Ours),
            DiffOf.Origin => (versions.Start, versions.Theirs),
            _ => (versions.Ours, versions.Theirs),
        };
        foreach (var change in (await new GitChanges(versions.Repository).BetweenAsync(from, to, cancellation)).Changes.Where(change => change.Path.IsAtOrBelow(below)))
            yield return await DiffAsync(versions.Repository, change, from, to, cancellation);
    }

    private static async Task<PathDiff> DiffAsync(GitRepository repository, Change change, string? from, string? to, CancellationToken cancellation)
    {
        if (Math.Max(change.From?.Size ?? 0, change.To?.Size ?? 0) > MostText)
            return new PathDiff(change, null, "it is too large");
        string[] versions = [from ?? GitChanges.EmptyTree, to ?? GitChanges.EmptyTree];
        var told = await repository.TryAsync(["--literal-pathspecs", "diff", "--no-color", "--no-ext-diff", "--no-textconv", "--no-renames", "--end-of-options", .. versions, "--", change.Path.ToString()], cancellation, mostBytes: MostDiff);
        if (told.ExitCode != 0)
            throw repository.Failed("diff", told.ExitCode, told.Errors);
        var text = System.Text.Encoding.UTF8.GetString(told.Output);
        return text.IndexOf("\n@@ ", StringComparison.Ordinal) is >= 0 and var at ? new PathDiff(change, text[(at + 1)..], null)
            : text.Contains("\nBinary files ", StringComparison.Ordinal) ? new PathDiff(change, null, "it is no text")
            : new PathDiff(change, null, null);
    }
}
