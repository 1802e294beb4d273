using System.Globalization;
using System.Text;
using OmnyDrive.Chunking;
using OmnyDrive.Engine.Git;
using OmnyDrive.Errors;
using OmnyDrive.Reconciling;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.Providers.Git;

/// <summary>What leads from one commit or tree to another, as changes of paths, and what of it has no entry in a drive's tree.</summary>
internal sealed record GitDifference(IReadOnlyList<Change> Changes, IReadOnlyList<Problem> Problems)
{
    internal static GitDifference None { get; } = new([], []);
}

/// <summary>Compares commits and trees. Contents that differ are read once, one after the other, for their hashes and sizes; none is held.</summary>
internal sealed class GitChanges(GitRepository repository)
{
    // As git names the tree that holds nothing, in repositories whose ids are SHA-1.
    internal const string EmptyTree = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";

    /// <summary>The changes that lead from one to the other; null stands for nothing at all.</summary>
    internal async Task<GitDifference> BetweenAsync(string? from, string? to, CancellationToken cancellation)
    {
        if (from == to)
            return GitDifference.None;
        var rows = (await GitRow.BetweenAsync(repository, from ?? EmptyTree, to ?? EmptyTree, cancellation)).ConvertAll(row => (row.Path, Old: new Version(row.OldMode, row.OldId), New: new Version(row.NewMode, row.NewId)));
        var entries = await EntriesAsync([.. rows.SelectMany(row => new[] { row.Old, row.New }).Where(version => version.Mode is not (GitRow.NoMode or GitRow.SubmoduleMode)).Distinct()], cancellation);
        var (changes, problems) = (new List<Change>(), new List<Problem>());
        foreach (var row in rows)
        {
            if (row.Old.Mode == GitRow.SubmoduleMode || row.New.Mode == GitRow.SubmoduleMode)
                problems.Add(new Problem(row.Path, "it is a submodule: which commit it is at comes along, and its content does not"));
            else if (DrivePath.TryParse(row.Path, out var path))
                changes.Add(new Change(path, entries.GetValueOrDefault(row.Old), entries.GetValueOrDefault(row.New)));
            else
                problems.Add(new Problem(row.Path, "its name has no place in the list of changes; git keeps it all the same"));
        }
        return new GitDifference([.. changes.OrderBy(change => change.Path)], problems);
    }

    private async Task<Dictionary<Version, Entry>> EntriesAsync(IReadOnlyList<Version> versions, CancellationToken cancellation)
    {
        var entries = new Dictionary<Version, Entry>(versions.Count);
        if (versions.Count == 0)
            return entries;
        await repository.ExchangeAsync(
            ["cat-file", "--batch", "--buffer"],
            to => GitCommand.CopyAsync(new MemoryStream(Encoding.ASCII.GetBytes(string.Concat(versions.Select(version => version.Id + "\n")))), to, cancellation),
            async output =>
            {
                var records = new GitRecords(output);
                foreach (var version in versions)
                    entries[version] = await EntryAsync(records, version, cancellation);
            },
            cancellation);
        return entries;
    }

    private static async Task<Entry> EntryAsync(GitRecords records, Version version, CancellationToken cancellation)
    {
        // id, kind, size, or: id missing.
        var head = (await records.ReadTextAsync(cancellation, '\n') ?? throw DriveException.Protocol("git cat-file ended too early.")).Split(' ');
        // A shallow repository may lack what was there before.
        if (head is not [_, "blob", var size])
            return Entry.Unknown;
        var length = long.Parse(size, CultureInfo.InvariantCulture);
        if (version.Mode == GitRow.LinkMode)
            return await LinkAsync(records, length, cancellation);
        using var hasher = new ContentHasher();
        await records.ReadBytesAsync(length, hasher.Append, cancellation);
        await records.ReadBytesAsync(1, _ => { }, cancellation);
        return Entry.File(length, hasher.Finish(), version.Mode == GitRow.ExecutableMode);
    }

    private static async Task<Entry> LinkAsync(GitRecords records, long length, CancellationToken cancellation)
    {
        var target = new MemoryStream();
        await records.ReadBytesAsync(length, bytes =>
        {
            if (target.Length <= Entry.MaxTargetBytes)
                target.Write(bytes);
        }, cancellation);
        await records.ReadBytesAsync(1, _ => { }, cancellation);
        return length is > 0 and <= Entry.MaxTargetBytes ? Entry.Symlink(Encoding.UTF8.GetString(target.ToArray())) : Entry.Unknown;
    }

    private readonly record struct Version(string Mode, string Id);}
