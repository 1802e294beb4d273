using System.Runtime.CompilerServices;
using OmnyDrive.Engine.Files;
using OmnyDrive.Engine.Scanning;
using OmnyDrive.Engine.Scanning.Index;
using OmnyDrive.Engine.Transfer;
using OmnyDrive.Errors;
using OmnyDrive.Origins;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.Origins;

/// <summary>The reading half of a directory's origin: trees, chunk lists and contents of states that readers were told of, and of nothing else.</summary>
/// <param name="open">Opens the root, anew for each request.</param>
/// <param name="states">The states that readers were told of.</param>
/// <param name="large">Knows the chunks of large files; asked for when one is read.</param>
/// <param name="moved">Why a state is not there any more.</param>
internal sealed class StateReading(Func<RootDirectory> open, SeenStates states, Func<LargeFileHasher> large, Func<DriveException> moved)
{
    /// <inheritdoc cref="ITreeOrigin.ReadTreesAsync"/>
    internal async IAsyncEnumerable<LocatedTree> ReadTreesAsync(IReadOnlyList<TreeRequest> requests, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await Task.CompletedTask;
        var all = states.All();
        foreach (var request in requests)
        {
            var state = all.FirstOrDefault(state => state.HoldsDirectory(request.Path, request.Hash)) ?? throw moved();
            foreach (var tree in TreesOf(state.Snapshot, request))
            {
                cancellation.ThrowIfCancellationRequested();
                yield return tree;
            }
        }
    }

    /// <inheritdoc cref="ITreeOrigin.ReadChunksAsync"/>
    internal async IAsyncEnumerable<ChunkListPart> ReadChunksAsync(IReadOnlyList<ChunkListRequest> requests, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await Task.CompletedTask;
        using var root = open();
        var told = Told();
        var served = new ServedChunks(root, large());
        for (var i = 0; i < requests.Count; i++)
        {
            var request = requests[i];
            var parts = states.IsServed(told, request.Path, request.Hash, request.Size)
                ? served.Of(i, request, cancellation)
                : [new ChunkListPart(i, [], ContentOutcome.Unavailable)];
            foreach (var part in parts)
                yield return part;
        }
    }

    /// <inheritdoc cref="ITreeOrigin.FetchAsync"/>
    internal async IAsyncEnumerable<ContentStream> FetchAsync(IReadOnlyList<ContentRequest> requests, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await Task.CompletedTask;
        using var root = open();
        var told = Told();
        var placeOf = await states.LocateAsync(root, told, requests, cancellation);
        for (var i = 0; i < requests.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            var request = requests[i];
            if (placeOf(request) is not { } place)
            {
                yield return new UnavailableContent(i);
                continue;
            }
            using var content = new FileContentStream(root, i, place, request.Size, request.Offset, request.Length);
            yield return content;
        }
    }

    // Where nobody was told of a state since this origin was opened, what requests name was told by the one before.
    private IReadOnlyList<ScanIndex> Told() => states.All() is { Count: > 0 } told ? told : throw moved();

    private static IEnumerable<LocatedTree> TreesOf(Snapshot snapshot, TreeRequest request)
    {
        var tree = snapshot.Trees.Read(request.Path, request.Hash);
        yield return new LocatedTree(request.Path, tree);
        if (!request.WithDescendants)
            yield break;
        foreach (var named in tree.Entries)
        {
            if (!named.Entry.IsDirectory)
                continue;
            foreach (var below in TreesOf(snapshot, new TreeRequest(request.Path.Append(named.Name), named.Entry.TreeHash, true)))
                yield return below;
        }
    }
}
