using OmnyDrive.Engine.Git;

namespace OmnyDrive.Engine.Providers.Git;

/// <summary>A path that a pull which was broken off had begun to make.</summary>
/// <param name="Path">The path.</param>
/// <param name="IsNew">Whether the old commit has nothing there.</param>
internal readonly record struct HalfMade(string Path, bool IsNew)
{
    /// <summary>
    /// The paths at which the work tree is not what the old commit has, if all of them are what a pull leaves that is broken off: what the new commit has, the beginning of that, or nothing. Null where
    /// anything else is among them.
    /// </summary>
    internal static async Task<IReadOnlyList<HalfMade>?> FindAsync(GitRepository repository, string from, string to, CancellationToken cancellation)
    {
        var coming = (await GitRow.BetweenAsync(repository, from, to, cancellation)).ToDictionary(row => row.Path, StringComparer.Ordinal);
        var found = new List<HalfMade>();
        foreach (var path in await ChangedAsync(repository, cancellation))
        {
            if (!coming.TryGetValue(path, out var row) || !await IsPartAsync(repository, path, row, cancellation))
                return null;
            found.Add(new HalfMade(path, row.OldMode == GitRow.NoMode));
        }
        return found;
    }

    private static async Task<bool> IsPartAsync(GitRepository repository, string path, GitRow row, CancellationToken cancellation)
    {
        var file = new FileInfo(System.IO.Path.Combine(repository.Directory, path));
        if (!file.Exists && file.LinkTarget is null)
            return true;
        if (row.NewMode == GitRow.NoMode)
            return false;
        if (file.LinkTarget is { } target)
            return row.NewMode == GitRow.LinkMode && target == await repository.RunAsync(["cat-file", "blob", row.NewId], cancellation);
        return row.NewMode != GitRow.LinkMode && await IsBeginningAsync(repository, file, row.NewId, cancellation);
    }

    // As the file would be written, so with what the attributes of the repository make of it.
    private static async Task<bool> IsBeginningAsync(GitRepository repository, FileInfo file, string blob, CancellationToken cancellation)
    {
        var isBeginning = false;
        await using var here = file.OpenRead();
        await GitCommand.ExchangeAsync(repository.Directory, ["cat-file", "blob", blob], null, _ => Task.CompletedTask, async output =>
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

    private static async Task<List<string>> ChangedAsync(GitRepository repository, CancellationToken cancellation)
    {
        var paths = new List<string>();
        string[] arguments = ["status", "--porcelain", "-z", "--untracked-files=all", "--no-renames", "--ignore-submodules=all"];
        var (exitCode, errors) = await GitCommand.ExchangeAsync(repository.Directory, arguments, null, _ => Task.CompletedTask, async output =>
        {
            var records = new GitRecords(output);
            while (await records.ReadTextAsync(cancellation) is { Length: > 3 } entry)
                paths.Add(entry[3..]);
        }, cancellation);
        return exitCode == 0 ? paths : throw repository.Failed(arguments[0], exitCode, errors);
    }
}
