using OmnyDrive.Engine.Files;

namespace OmnyDrive.Engine.Providers.Git;

/// <summary>What a mount has, committed or not, for as long as this is not disposed.</summary>
/// <param name="Id">A commit, or a tree where not all is committed; null where there is nothing at all.</param>
/// <param name="Repository">The repository in which it is found.</param>
/// <param name="Scratch">What holds that which is not committed.</param>
internal sealed record GitOurs(string? Id, GitRepository Repository, GitScratch? Scratch) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose() => Scratch?.Dispose();
}

/// <summary>The three versions that a mount and its origin are compared by, as commits or trees; null stands for nothing at all. They are there until this is disposed.</summary>
/// <param name="Start">Where the two parted.</param>
/// <param name="Held">What the mount has, committed or not.</param>
/// <param name="Theirs">What the origin has, by the last look.</param>
internal sealed record GitThreeVersions(string? Start, GitOurs Held, string? Theirs) : IDisposable
{
    internal string? Ours => Held.Id;

    /// <summary>The repository in which all three are found.</summary>
    internal GitRepository Repository => Held.Repository;

    /// <inheritdoc/>
    public void Dispose() => Held.Dispose();
}

/// <summary>Finds them, for the branch that is checked out.</summary>
internal sealed class GitVersions(GitRepository repository, RootDirectory root)
{
    internal async Task<GitThreeVersions> FindAsync(CancellationToken cancellation)
    {
        var local = await repository.CommitOfAsync("HEAD", cancellation);
        var origin = await repository.BranchAsync(cancellation) is { } branch ? await repository.CommitOfAsync(GitRefs.AtOrigin(branch), cancellation) : null;
        var start = local is null || origin is null ? local ?? origin : await repository.AskAsync(["merge-base", local, origin], cancellation);
        return new GitThreeVersions(start, await new GitWorkTree(repository, root).OursAsync(local, await repository.IsDirtyAsync(cancellation), cancellation), origin ?? start);
    }
}
