using OmnyDrive.Engine.Files;

namespace OmnyDrive.Engine.Providers.Git;

/// <summary>The three versions that a mount and its origin are compared by, as commits or trees; null stands for nothing at all.</summary>
/// <param name="Start">Where the two parted.</param>
/// <param name="Ours">What the mount has, committed or not.</param>
/// <param name="Theirs">What the origin has, by the last look.</param>
internal sealed record GitThreeVersions(string? Start, string? Ours, string? Theirs);

/// <summary>Finds them, for the branch that is checked out.</summary>
internal sealed class GitVersions(GitRepository repository, RootDirectory root)
{
    internal async Task<GitThreeVersions> FindAsync(CancellationToken cancellation)
    {
        var local = await repository.CommitOfAsync("HEAD", cancellation);
        var origin = await repository.BranchAsync(cancellation) is { } branch ? await repository.CommitOfAsync(GitRefs.AtOrigin(branch), cancellation) : null;
        var start = local is null || origin is null ? local ?? origin : await repository.AskAsync(["merge-base", local, origin], cancellation);
        return new GitThreeVersions(start, await repository.IsDirtyAsync(cancellation) ? await new GitWorkTree(repository, root).WriteTreeAsync(cancellation) : local, origin ?? start);
    }
}
