using System.Globalization;
using OmnyDrive.Drives;
using OmnyDrive.Errors;
using OmnyDrive.History;

namespace OmnyDrive.Engine.Providers.Git;

/// <summary>The history of a repository as that of a drive: the commits at which what is checked out was, one after the other. What was merged in counts as one with the merge.</summary>
internal static class GitHistory
{
    // In what is told of a commit somebody else chose all, lengths too.
    private const string Format = "--format=tformat:%x01%H%x00%P%x00%at%x00%<(100,trunc)%an%x00%<(200,trunc)%s%x00";
    private const char Begin = '\x01';

    /// <summary>The newest first, no more than so many; none where there is no commit. They are counted from the oldest that is here, which of a shallow clone is not the first.</summary>
    internal static async Task<IReadOnlyList<Generation>> ReadAsync(GitRepository repository, int most, CancellationToken cancellation)
    {
        if (await repository.CommitOfAsync("HEAD", cancellation) is not { } head)
            return [];
        var number = long.Parse(await repository.RunAsync(["rev-list", "--count", "--first-parent", head], cancellation), CultureInfo.InvariantCulture);
        var generations = new List<Generation>();
        string[] arguments =
        [
            "-c", "log.showRoot=true", "-c", "i18n.logOutputEncoding=UTF-8", "log", "-z", "--first-parent", "--diff-merges=first-parent", $"--max-count={most}", "--name-status", "--no-renames", "--no-ext-diff", "--no-show-signature",
            "--no-notes", "--no-mailmap", "--ignore-submodules=none", Format, "--end-of-options", head,
        ];
        await repository.ExchangeAsync(arguments, null, async output =>
        {
            var records = new GitRecords(output);
            for (var text = await records.ReadTextAsync(cancellation); text is not null;)
            {
                if (!text.StartsWith(Begin))
                    throw DriveException.Protocol("git log wrote what it should not.");
                var generation = await ReadAsync(records, text[1..], number--, cancellation);
                (var counts, text) = await CountAsync(records, cancellation);
                generations.Add(generation with { Counts = counts });
            }
        }, cancellation);
        return generations;
    }

    private static async Task<Generation> ReadAsync(GitRecords records, string commit, long number, CancellationToken cancellation)
    {
        async Task<string> NextAsync() => await records.ReadTextAsync(cancellation) ?? throw DriveException.Protocol("git log ended too early.");
        var parent = (await NextAsync()).Split(' ')[0];
        var at = TimeOf(await NextAsync());
        var note = new CommitNote((await NextAsync()).TrimEnd(), (await NextAsync()).TrimEnd());
        // What ends the commit itself.
        await NextAsync();
        return new Generation(number, GenerationKind.Commit, SyncRef.OfCommit(commit), SyncRef.OfCommit(parent.Length == 0 ? GitRefs.NoCommit : parent), null, at, null) { Commit = note };
    }

    // Anybody may write anything there.
    private static DateTimeOffset TimeOf(string seconds) => long.TryParse(seconds, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var since)
        ? DateTimeOffset.FromUnixTimeSeconds(Math.Clamp(since, DateTimeOffset.MinValue.ToUnixTimeSeconds(), DateTimeOffset.MaxValue.ToUnixTimeSeconds()))
        : DateTimeOffset.UnixEpoch;

    private static async Task<(ChangeCounts Counts, string? Next)> CountAsync(GitRecords records, CancellationToken cancellation)
    {
        var (added, modified, deleted) = (0, 0, 0);
        while (await records.ReadTextAsync(cancellation) is { } text)
        {
            if (text.StartsWith(Begin))
                return (new ChangeCounts(added, modified, deleted), text);
            _ = await records.ReadTextAsync(cancellation);
            (added, modified, deleted) = text.TrimStart('\n') switch { "A" => (added + 1, modified, deleted), "D" => (added, modified, deleted + 1), _ => (added, modified + 1, deleted) };
        }
        return (new ChangeCounts(added, modified, deleted), null);
    }
}
