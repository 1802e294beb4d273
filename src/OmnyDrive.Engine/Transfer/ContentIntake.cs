using System.Collections.Concurrent;
using OmnyDrive.Engine.Applying;
using OmnyDrive.Engine.Files;
using OmnyDrive.Engine.Scanning;
using OmnyDrive.Engine.Scanning.Index;
using OmnyDrive.Origins;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.Transfer;

/// <summary>
/// The receiving end of a transfer, the same for a pull and for a push: takes into a staging area what this machine has already, and tells what must travel.
/// Everything is verified on its way in, wherever it comes from.
/// </summary>
/// <param name="path">The root's.</param>
/// <param name="area">Where contents are staged.</param>
/// <param name="here">What the root holds.</param>
/// <param name="bases">Which files new contents may be like.</param>
/// <param name="large">Knows the chunks of large files.</param>
internal sealed class ContentIntake(string path, StagingArea area, ScanIndex here, ContentBases bases, LargeFileHasher large)
{
    internal StagingArea Area => area;

    /// <summary>Stages what an earlier transfer left or what lies elsewhere in the root or in its trash; returns what is still lacking, in the order given.</summary>
    internal IReadOnlyList<T> TakeLocal<T>(IReadOnlyList<T> wanted, Func<T, ContentNeed> need, CancellationToken cancellation)
    {
        var sizes = new Dictionary<ContentHash, long>(wanted.Count);
        foreach (var (hash, size, _) in wanted.Select(need))
            sizes[hash] = size;
        var found = LocalContents.Find(here, sizes);
        var at = wanted.Select(need).Where(content => found.ContainsKey(content.Hash) || area.HasLeftover(content.Hash)).ToList();
        if (at.Count > 0)
            TakeAll(at, found, cancellation);
        TakeTrashed(sizes, cancellation);
        return [.. wanted.Where(item => !area.Has(need(item).Hash))];
    }

    /// <summary>Stages contents that lie at known places of this machine, as far as they are still there.</summary>
    internal void TakeFrom(IReadOnlyDictionary<ContentHash, DrivePath> places, IReadOnlyList<ContentNeed> wanted, CancellationToken cancellation) =>
        TakeAll([.. wanted.Where(need => places.ContainsKey(need.Hash) && !area.Has(need.Hash))], places, cancellation);

    /// <summary>The content that a new one may be told by; null where nothing here is like it.</summary>
    internal ContentHash? BaseFor(ContentHash content, CancellationToken cancellation)
    {
        using var sources = new ChunkSources(this);
        return sources.OpenFor(content, cancellation) is [var best, ..] ? best.List.Content : null;
    }

    /// <summary>Files that hold chunks which a large content may have, the best first; the caller disposes them.</summary>
    internal IReadOnlyList<ChunkSource> SourcesFor(ContentHash content, CancellationToken cancellation)
    {
        using var root = RootDirectory.OpenAt(path);
        return [.. bases.For(content).Select(known => Source(root, known.Path, known.File.ContentHash, cancellation)).OfType<ChunkSource>()];
    }

    /// <summary>The chunk list of a content that was here; null where it is not remembered.</summary>
    internal ChunkList? ListOf(ContentHash content) => large.Lists?.Find(content);

    /// <summary>Begins to put a large content together: what an earlier attempt left, then the chunks that files on this machine have of it, then pieces of others.</summary>
    internal ContentAssembly Assemble(ContentNeed need, ToldChunks told, IReadOnlyList<ChunkSource> sources, CancellationToken cancellation)
    {
        var assembly = ContentAssembly.Open(area, need, told.List, large.Lists, cancellation);
        try
        {
            foreach (var source in sources.TakeWhile(_ => !assembly.IsComplete))
                assembly.TakeFrom(source, cancellation);
            assembly.Expect(told.Pieces);
            foreach (var source in sources.TakeWhile(_ => assembly.Pieces > 0 && !assembly.IsComplete))
                assembly.TakePiecesFrom(source, cancellation);
            return assembly;
        }
        catch
        {
            assembly.Dispose();
            throw;
        }
    }

    private void TakeTrashed(Dictionary<ContentHash, long> sizes, CancellationToken cancellation)
    {
        var lacking = sizes.Where(content => !area.Has(content.Key)).ToDictionary();
        if (lacking.Count == 0)
            return;
        using var root = RootDirectory.OpenAt(path);
        var worth = TrashedContents.Worth(lacking.Values);
        foreach (var found in TrashedContents.Find(root, worth, (content, size) => lacking.TryGetValue(content, out var wanted) && wanted == size))
        {
            TakeAll([.. found.Keys.Select(content => new ContentNeed(content, lacking[content]))], found, cancellation);
            foreach (var taken in found.Keys.Where(area.Has))
                lacking.Remove(taken);
        }
    }

    private void TakeAll(List<ContentNeed> at, IReadOnlyDictionary<ContentHash, DrivePath> found, CancellationToken cancellation)
    {
        OnAllCores.ForEach(Partitioner.Create(at, EnumerablePartitionerOptions.NoBuffering), () => (Root: RootDirectory.OpenAt(path), Buffer: new byte[ContentHash.ChunkedFrom]), (need, own) =>
        {
            var lies = found.TryGetValue(need.Hash, out var file);
            if (ContentHash.IsChunked(need.Size))
            {
                if (lies)
                    TakeLarge(own.Root, file, need, cancellation);
            }
            else if (!area.TryTakeLeftover(need, own.Buffer) && lies)
                TakeSmall(own.Root, file, need, own.Buffer);
        }, own => own.Root.Dispose(), cancellation);
    }

    // A file that is not there any more, or holds something else by now, is fetched like any other.
    private void TakeSmall(RootDirectory root, DrivePath file, ContentNeed need, byte[] buffer)
    {
        var bytes = buffer.AsSpan(0, (int)need.Size);
        if (TryRead(root, file, bytes) && Hash256.Of(bytes) == need.Hash.Value)
            area.Write(need.Hash, bytes);
    }

    private static bool TryRead(RootDirectory root, DrivePath file, Span<byte> bytes)
    {
        try
        {
            var holder = root.Holder(file);
            using var open = holder.OpenRead(file.Name);
            return new FileSource(holder, open).Fill(bytes, 0) == bytes.Length;
        }
        catch (FileOperationException)
        {
            return false;
        }
    }

    private void TakeLarge(RootDirectory root, DrivePath file, ContentNeed need, CancellationToken cancellation)
    {
        using var source = Source(root, file, need.Hash, cancellation);
        if (source is null)
            return;
        using var assembly = Assemble(need, new ToldChunks(source.List, []), [source], cancellation);
    }

    private ChunkSource? Source(RootDirectory root, DrivePath file, ContentHash content, CancellationToken cancellation) => ChunkSource.TryOpen(root, file, (holder, open) =>
        holder.Stat(open).Kind == FileKind.File ? large.ListOf(holder, open, content, cancellation) : null);
}
