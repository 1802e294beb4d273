using System.Text;
using OmnyDrive.Drives;
using OmnyDrive.Engine.Git;
using OmnyDrive.Errors;

namespace OmnyDrive.Engine.Providers.Git;

/// <summary>Commits what a mount's work tree has and no commit has.</summary>
internal static class GitCommits
{
    private const int Named = 2;

    /// <summary>
    /// Commits all of it on the branch that is checked out; nothing that git leaves out. Throws <c>not_supported</c>, and commits nothing, where a file goes into a commit by a program that the repository does not name, as
    /// with Git LFS that is not set up in the mount: it would go in as it lies here.
    /// </summary>
    /// <param name="repository">The mount's.</param>
    /// <param name="self">The endpoint, which stands in where git has no name to commit with.</param>
    /// <param name="cancellation">Ends it before the commit is made.</param>
    internal static async Task CommitAllAsync(GitRepository repository, EndpointId self, CancellationToken cancellation)
    {
        var settings = await repository.UserSettingsAsync(cancellation);
        if (await repository.IsUnmergedAsync(cancellation))
            throw new DriveException(ErrorCode.Conflict, $"There are files with conflicts in \"{repository.Directory}\" since a moment ago. Nothing was committed.", "Resolve them, and run omnydrive sync again.");
        await RequireFiltersAsync(repository, settings, cancellation);
        await repository.AddAllAsync(cancellation);
        var (count, first) = await StagedAsync(repository, cancellation);
        // Such as a file that was touched.
        if (count > 0)
            await repository.RunAsync(["commit", "--quiet", "--no-verify", "--no-gpg-sign", "--cleanup=verbatim", "--file=-"], cancellation, await IdentityAsync(repository, self, cancellation), Encoding.UTF8.GetBytes(MessageOf(self, count, first)));
    }

    private static string MessageOf(EndpointId self, int count, string first) => $"Update {(count < Named ? first.ReplaceLineEndings(" ") : $"{count} files")}\n\nCommitted by omnydrive sync on {self}.\n";

    private static async Task<(int Count, string First)> StagedAsync(GitRepository repository, CancellationToken cancellation)
    {
        var (count, first) = (0, "");
        await repository.ExchangeAsync(["diff", "--cached", "--name-only", "-z", "--no-renames", "--ignore-submodules=dirty"], null, async output =>
        {
            var records = new GitRecords(output);
            while (await records.ReadTextAsync(cancellation) is { } name)
                first = count++ == 0 ? name : first;
        }, cancellation);
        return (count, first);
    }

    private static async Task RequireFiltersAsync(GitRepository repository, IReadOnlyList<string> settings, CancellationToken cancellation)
    {
        var changed = new MemoryStream();
        await repository.ExchangeAsync([.. settings, "ls-files", "-z", "--modified", "--others", "--exclude-standard", .. GitRepository.AllPaths], null, output => output.CopyToAsync(changed, cancellation), cancellation);
        if (changed.Length == 0)
            return;
        var known = new Dictionary<string, bool>(StringComparer.Ordinal);
        await repository.ExchangeAsync(["check-attr", "-z", "--stdin", "filter"], to => GitCommand.CopyAsync(new MemoryStream(changed.ToArray()), to, cancellation), async output =>
        {
            var records = new GitRecords(output);
            while (await records.ReadTextAsync(cancellation) is { } path && await records.ReadTextAsync(cancellation) is not null && await records.ReadTextAsync(cancellation) is { } filter)
            {
                if (filter is "unspecified" or "unset" or "set" or "")
                    continue;
                if (!known.TryGetValue(filter, out var isKnown))
                    known[filter] = isKnown = await repository.ConfigAsync($"filter.{filter}.clean", cancellation) is not null || await repository.ConfigAsync($"filter.{filter}.process", cancellation) is not null;
                if (!isKnown)
                    throw new DriveException(ErrorCode.NotSupported, $"\"{path}\" goes into a commit by the filter \"{filter}\", which is not set up in this mount. Nothing was committed.",
                        filter == "lfs" ? "Set it up in the mount: git lfs install --local; or commit there by git yourself." : $"Set it up in the mount: git config {ShellWord.Of($"filter.{filter}.clean")} COMMAND; or commit there by git yourself.");
            }
        }, cancellation);
    }

    private static async Task<Dictionary<string, string>> IdentityAsync(GitRepository repository, EndpointId self, CancellationToken cancellation)
    {
        var name = await UserSettings.FindAsync(repository, "user.name", cancellation) ?? self.Value;
        var email = await UserSettings.FindAsync(repository, "user.email", cancellation) ?? $"{self}@omnydrive.invalid";
        return new Dictionary<string, string> { ["GIT_AUTHOR_NAME"] = name, ["GIT_AUTHOR_EMAIL"] = email, ["GIT_COMMITTER_NAME"] = name, ["GIT_COMMITTER_EMAIL"] = email };
    }
}
