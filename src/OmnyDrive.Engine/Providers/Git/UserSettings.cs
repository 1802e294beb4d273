using System.Text;

namespace OmnyDrive.Engine.Providers.Git;

/// <summary>What of a user's own configuration of git decides about what belongs into a commit, and who made it. Nothing else of it counts.</summary>
internal static class UserSettings
{
    // Without them, files would be committed that the user's git leaves out, and lines ended as it does not end them.
    private const string Contents = @"^core\.(excludesfile|autocrlf|eol|safecrlf)$";

    /// <summary>Arguments for git, before its command, that make the user's settings of contents count where the repository has none of its own.</summary>
    internal static async Task<IReadOnlyList<string>> ReadAsync(GitRepository repository, CancellationToken cancellation)
    {
        var own = await MatchingAsync(repository, ["--local"], cancellation);
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var file in Files().Where(File.Exists))
        {
            foreach (var (key, value) in await MatchingAsync(repository, ["--file", file, "--includes"], cancellation))
                found.TryAdd(key, value);
        }
        return [.. found.Where(setting => !own.ContainsKey(setting.Key)).SelectMany(setting => new[] { "-c", $"{setting.Key}={setting.Value}" })];
    }

    private static async Task<Dictionary<string, string>> MatchingAsync(GitRepository repository, string[] where, CancellationToken cancellation)
    {
        var run = await repository.TryAsync(["config", .. where, "--null", "--get-regexp", Contents], cancellation);
        var settings = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in Encoding.UTF8.GetString(run.Output).Split('\0', StringSplitOptions.RemoveEmptyEntries))
        {
            var end = line.IndexOf('\n', StringComparison.Ordinal);
            // A key alone is one that is set.
            settings[end < 0 ? line : line[..end]] = end < 0 ? "true" : line[(end + 1)..];
        }
        return settings;
    }

    /// <summary>A setting of the repository, else of the user; null where neither has it.</summary>
    internal static async Task<string?> FindAsync(GitRepository repository, string key, CancellationToken cancellation) =>
        await repository.ConfigAsync(key, cancellation) is { Length: > 0 } own ? own : await OfUserAsync(repository, key, cancellation);

    private static async Task<string?> OfUserAsync(GitRepository repository, string key, CancellationToken cancellation)
    {
        foreach (var file in Files().Where(File.Exists))
        {
            var run = await repository.TryAsync(["config", "--file", file, "--includes", "--get", key], cancellation);
            var value = Encoding.UTF8.GetString(run.Output).TrimEnd('\n');
            if (run.ExitCode == 0 && value.Length > 0 && !value.AsSpan().ContainsAny('\n', '\0'))
                return value;
        }
        return null;
    }

    // The first wins with git, too.
    private static IEnumerable<string> Files()
    {
        var home = Environment.GetEnvironmentVariable("HOME") ?? "/";
        yield return Path.Combine(home, ".gitconfig");
        yield return Path.Combine(Environment.GetEnvironmentVariable("XDG_CONFIG_HOME") is { Length: > 0 } configuration ? configuration : Path.Combine(home, ".config"), "git", "config");
    }
}
