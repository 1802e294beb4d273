using OmnyDrive.Errors;

namespace OmnyDrive.Engine.Providers.Git;

/// <summary>A path that differs between two trees, with the mode and id of both versions; <see cref="NoMode"/> where nothing is.</summary>
internal readonly record struct GitRow(string Path, string OldMode, string OldId, string NewMode, string NewId)
{
    internal const string NoMode = "000000", LinkMode = "120000", SubmoduleMode = "160000", ExecutableMode = "100755";

    /// <summary>The paths in which two trees or commits differ.</summary>
    internal static async Task<List<GitRow>> BetweenAsync(GitRepository repository, string from, string to, CancellationToken cancellation)
    {
        var rows = new List<GitRow>();
        string[] arguments = ["diff-tree", "-r", "--raw", "-z", "--no-renames", "--no-abbrev", "--end-of-options", from, to];
        await repository.ExchangeAsync(arguments, null, async output =>
        {
            var records = new GitRecords(output);
            // :old-mode new-mode old-id new-id status, and then the path.
            while (await records.ReadTextAsync(cancellation) is { } head && await records.ReadTextAsync(cancellation) is { } path)
                rows.Add(head.TrimStart(':').Split(' ') is [var oldMode, var newMode, var oldId, var newId, _] ? new GitRow(path, oldMode, oldId, newMode, newId) : throw DriveException.Protocol("git diff-tree wrote what it should not."));
        }, cancellation);
        return rows;
    }
}
