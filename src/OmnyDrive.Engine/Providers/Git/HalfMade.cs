using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.Providers.Git;

/// <summary>Finds what a pull had begun to make that was killed.</summary>
internal static class HalfMade
{
    /// <summary>
    /// The paths at which the work tree is not what an index of the old commit has, if all of them are what a killed pull leaves: what the new commit has, the beginning of that, or nothing. Null where
    /// anything else is among them.
    /// </summary>
    internal static async Task<IReadOnlyList<DrivePath>?> FindAsync(GitRepository repository, (string From, string To) pull, IReadOnlyDictionary<string, string> environment, CancellationToken cancellation)
    {
        var coming = new Dictionary<string, GitRow>(StringComparer.Ordinal);
        foreach (var row in await GitRow.BetweenAsync(repository, pull.From, pull.To, cancellation))
            coming[row.Path] = row;
        var found = new List<DrivePath>();
        // What is new by the pull may be among what git leaves out.
        var changed = await ChangedAsync(repository, environment, cancellation);
        changed.UnionWith(await NamesAsync(repository, ["ls-files", "--others", "-z"], name => coming.ContainsKey(name) ? name : null, environment, cancellation));
        foreach (var name in changed)
        {
            if (!coming.TryGetValue(name, out var row) || !DrivePath.TryParse(name, out var path) || !await IsPartAsync(repository, row, cancellation))
                return null;
            found.Add(path);
        }
        return found;
    }

    private static async Task<bool> IsPartAsync(GitRepository repository, GitRow row, CancellationToken cancellation)
    {
        var file = new FileInfo(Path.Combine(repository.Directory, row.Path));
        // Others may have put something into it.
        if (System.IO.Directory.Exists(file.FullName) && file.LinkTarget is null)
            return false;
        if (!file.Exists && file.LinkTarget is null)
            return true;
        if (row.NewMode == GitRow.NoMode)
            return false;
        if (file.LinkTarget is { } target)
            return row.NewMode == GitRow.LinkMode && target == await repository.RunAsync(["cat-file", "blob", row.NewId], cancellation);
        return row.NewMode is not (GitRow.LinkMode or GitRow.SubmoduleMode) && await IsBeginningAsync(repository, file, row, cancellation);
    }

    // As the file would be written, so with what the attributes of the repository make of it.
    private static async Task<bool> IsBeginningAsync(GitRepository repository, FileInfo file, GitRow row, CancellationToken cancellation)
    {
        var isBeginning = false;
        await using var here = file.OpenRead();
        await repository.ExchangeAsync(["cat-file", "--filters", $"--path={row.Path}", row.NewId], null, async output =>
        {
            isBeginning = await StartsWithAsync(output, here, cancellation);
            await output.CopyToAsync(Stream.Null, cancellation);
        }, cancellation);
        return isBeginning;
    }

    private static async Task<bool> StartsWithAsync(Stream whole, Stream beginning, CancellationToken cancellation)
    {
        byte[] expected = new byte[64 << 10], found = new byte[64 << 10];
        for (int read; (read = await beginning.ReadAtLeastAsync(found, found.Length, throwOnEndOfStream: false, cancellation)) > 0;)
        {
            var length = await whole.ReadAtLeastAsync(expected.AsMemory(0, read), read, throwOnEndOfStream: false, cancellation);
            if (length < read || !expected.AsSpan(0, read).SequenceEqual(found.AsSpan(0, read)))
                return false;
        }
        return true;
    }

    private static async Task<HashSet<string>> ChangedAsync(GitRepository repository, IReadOnlyDictionary<string, string> environment, CancellationToken cancellation)
    {
        string[] arguments = [.. await repository.UserSettingsAsync(cancellation), "status", "--porcelain", "-z", "--untracked-files=all", "--no-renames", "--ignore-submodules=all", .. GitRepository.AllPaths];
        return await NamesAsync(repository, arguments, entry => entry.Length > 3 ? entry[3..] : null, environment, cancellation);
    }

    private static async Task<HashSet<string>> NamesAsync(GitRepository repository, string[] arguments, Func<string, string?> nameOf, IReadOnlyDictionary<string, string> environment, CancellationToken cancellation)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        await repository.ExchangeAsync(arguments, null, async output =>
        {
            var records = new GitRecords(output);
            while (await records.ReadTextAsync(cancellation) is { } record)
            {
                if (nameOf(record) is { } name)
                    names.Add(name);
            }
        }, cancellation, environment);
        return names;
    }
}
