using System.Globalization;
using System.Text;
using OmnyDrive.Engine.Git;
using OmnyDrive.Errors;

namespace OmnyDrive.Engine.Providers.Git;

/// <summary>Finds the files that Git LFS put a pointer in the place of; see git-lfs' docs/spec.md.</summary>
internal sealed class GitPointers(GitRepository repository)
{
    // Nothing larger is taken for one.
    private const int MostBytes = 1024;

    /// <summary>The path of a pointer that came with what leads to a commit and that no commit of the origin's has, by the last look; null where there is none.</summary>
    internal async Task<string?> FindNewAsync(string commit, CancellationToken cancellation)
    {
        var small = new Dictionary<string, string>(StringComparer.Ordinal);
        await ListAsync([commit, "--not", $"--remotes={GitRefs.Remote}"], (id, path) => small.TryAdd(id, path), cancellation);
        var found = await PointersAsync(small, cancellation);
        // Git looks no further back than where the two parted, and it may have been there before.
        if (found.Count > 0)
            await ListAsync([$"--remotes={GitRefs.Remote}"], (id, _) => found.Remove(id), cancellation);
        return found.Values.FirstOrDefault();
    }

    // All files of some commits that are small enough, with a path at which each is.
    private Task ListAsync(string[] commits, Action<string, string> take, CancellationToken cancellation) => repository.ExchangeAsync(
        ["rev-list", "--objects", .. commits], null, objects => repository.ExchangeAsync(
            ["cat-file", "--batch-check=%(objectname) %(objecttype) %(objectsize) %(rest)", "--buffer"], to => GitCommand.CopyAsync(objects, to, cancellation), async output =>
            {
                var records = new GitRecords(output);
                while (await records.ReadTextAsync(cancellation, '\n') is { } line)
                {
                    if (line.Split(' ', 4) is [var id, "blob", var size, var path] && long.Parse(size, CultureInfo.InvariantCulture) <= MostBytes)
                        take(id, path);
                }
            }, cancellation), cancellation);

    private async Task<Dictionary<string, string>> PointersAsync(Dictionary<string, string> small, CancellationToken cancellation)
    {
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        await repository.ExchangeAsync(
            ["cat-file", "--batch", "--buffer"], to => GitCommand.CopyAsync(new MemoryStream(Encoding.ASCII.GetBytes(string.Concat(small.Keys.Select(id => id + "\n")))), to, cancellation), async output =>
            {
                var records = new GitRecords(output);
                foreach (var (id, path) in small)
                {
                    if (await IsPointerAsync(records, cancellation))
                        found.Add(id, path);
                }
            }, cancellation);
        return found;
    }

    private static async Task<bool> IsPointerAsync(GitRecords records, CancellationToken cancellation)
    {
        // id, kind, size.
        var head = (await records.ReadTextAsync(cancellation, '\n') ?? throw DriveException.Protocol("git cat-file ended too early.")).Split(' ');
        var content = new MemoryStream(MostBytes);
        await records.ReadBytesAsync(long.Parse(head[^1], CultureInfo.InvariantCulture), content.Write, cancellation);
        await records.ReadBytesAsync(1, _ => { }, cancellation);
        var bytes = content.ToArray();
        return bytes.AsSpan().StartsWith("version http"u8) && bytes.AsSpan().IndexOf("\noid sha256:"u8) > 0;
    }
}
