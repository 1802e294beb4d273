using OmnyDrive.Git;

namespace OmnyDrive.Engine.Providers.Git;

/// <summary>Which branches of a repository are protected, as somebody chose: kept in its own configuration, so that it holds for whatever process works on it.</summary>
internal static class GitProtection
{
    private const string Key = "omnydrive.protected";

    /// <summary>The names that were chosen; null where nobody chose any.</summary>
    internal static async Task<IReadOnlyList<string>?> ReadAsync(GitRepository repository, CancellationToken cancellation) =>
        await repository.AskAsync(["config", "--local", "--null", "--get-all", Key], cancellation) is { } told ? [.. told.Split('\0', StringSplitOptions.RemoveEmptyEntries)] : null;

    /// <summary>Chooses; null goes back to what holds where nobody chose.</summary>
    internal static async Task WriteAsync(GitRepository repository, IReadOnlyCollection<string>? names, CancellationToken cancellation)
    {
        var wanted = names is null ? null : ProtectedBranches.Checked(names);
        var known = await ReadAsync(repository, cancellation);
        if (wanted is null ? known is null : known is not null && wanted.SequenceEqual(known))
            return;
        if (known is not null)
            await repository.RunAsync(["config", "--local", "--unset-all", Key], cancellation);
        // An empty one says that there are none.
        foreach (var name in wanted is { Count: 0 } ? [""] : wanted ?? [])
            await repository.RunAsync(["config", "--local", "--add", Key, name], cancellation);
    }
}
