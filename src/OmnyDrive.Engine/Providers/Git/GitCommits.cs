using OmnyDrive.Drives;
using OmnyDrive.Engine.Git;

namespace OmnyDrive.Engine.Providers.Git;

/// <summary>Commits what a mount's work tree has and no commit has.</summary>
internal static class GitCommits
{
    /// <summary>Commits all of it on the branch that is checked out; nothing that git leaves out.</summary>
    /// <param name="repository">The mount's.</param>
    /// <param name="self">The endpoint, which stands in where git has no name to commit with.</param>
    /// <param name="cancellation">Ends it before the commit is made.</param>
    internal static async Task CommitAllAsync(GitRepository repository, EndpointId self, CancellationToken cancellation)
    {
        await repository.RunAsync(["add", "--all", "--", "."], cancellation);
        var names = (await repository.RunAsync(["diff", "--cached", "--name-only", "-z", "--no-renames", "--ignore-submodules=dirty"], cancellation)).Split('\0', StringSplitOptions.RemoveEmptyEntries);
        // Such as a file that was touched.
        if (names.Length == 0)
            return;
        await repository.RunAsync(["commit", "--quiet", "--no-verify", "--no-gpg-sign", "--cleanup=verbatim", "--file=-"], cancellation, await IdentityAsync(repository, self, cancellation), System.Text.Encoding.UTF8.GetBytes(MessageOf(self, names)));
    }

    /// <summary>What the message of a commit says that a sync made.</summary>
    internal static string MessageOf(EndpointId self, IReadOnlyList<string> names) => names.Count == 1
        ? $"Update {names[0].ReplaceLineEndings(" ")}\n\nCommitted by omnydrive sync on {self}.\n"
        : $"Update {names.Count} files\n\nCommitted by omnydrive sync on {self}.\n";

    // The user's own configuration is asked for the name alone.
    private static async Task<Dictionary<string, string>> IdentityAsync(GitRepository repository, EndpointId self, CancellationToken cancellation)
    {
        var name = await SettingAsync(repository, "user.name", cancellation) ?? self.Value;
        var email = await SettingAsync(repository, "user.email", cancellation) ?? $"{self}@omnydrive.invalid";
        return new Dictionary<string, string> { ["GIT_AUTHOR_NAME"] = name, ["GIT_AUTHOR_EMAIL"] = email, ["GIT_COMMITTER_NAME"] = name, ["GIT_COMMITTER_EMAIL"] = email };
    }

    private static async Task<string?> SettingAsync(GitRepository repository, string key, CancellationToken cancellation)
    {
        if (await repository.ConfigAsync(key, cancellation) is { Length: > 0 } own)
            return own;
        var run = await GitCommand.RunAsync(repository.Directory, ["config", "--file", UserConfiguration(), "--includes", "--get", key], 1 << 16, cancellation);
        var value = System.Text.Encoding.UTF8.GetString(run.Output).TrimEnd('\n');
        return run.ExitCode == 0 && value.Length > 0 && !value.AsSpan().ContainsAny('\n', '\0') ? value : null;
    }

    private static string UserConfiguration() => Path.Combine(Environment.GetEnvironmentVariable("HOME") ?? "/", ".gitconfig");
}
