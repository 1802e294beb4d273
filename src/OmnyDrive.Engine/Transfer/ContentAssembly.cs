using System.Collections.Concurrent;
using Microsoft.Win32.SafeHandles;
using OmnyDrive.Chunking;
using OmnyDrive.Engine.Applying;
using OmnyDrive.Engine.Files;
using OmnyDrive.Engine.Scanning;
using OmnyDrive.Errors;
using OmnyDrive.Origins;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.Transfer;

/// <summary>
/// A large content that is put together, in a staging area, from chunks that lie on this machine and chunks that arrive. Its list has been believed
/// (<see cref="ChunkListBuilder"/>); a chunk counts as there only when its bytes were verified, so what is complete is right. What an earlier
/// attempt wrote is read and verified again. Different chunks, and pieces of them, may arrive concurrently.
/// </summary>
internal sealed class ContentAssembly : IDisposable
{
    private const int Lacking = 0, Claimed = 1, Written = 2;
    private const int BatchOfChunks = 64;
    private const long RangeBytes = 4 << 20;

    private readonly StagingArea _area;
    private readonly IReadOnlyList<ChunkRef> _chunks;
    private readonly long[] _offsets;
    private readonly ChunkTag[] _tags;
    private readonly int[] _states;
    private readonly ChunkListStore? _lists;
    private readonly SafeFileHandle _part;
    private readonly Lock _ending = new();
    private PartialChunks _partial;
    private int _missing;
    private bool _isClosed;

    private ContentAssembly(StagingArea area, ContentNeed need, IReadOnlyList<ChunkRef> chunks, ChunkListStore? lists, SafeFileHandle part)
    {
        (_area, Need, _chunks, _lists, _part, _missing) = (area, need, chunks, lists, part, chunks.Count);
        (_tags, _states, _offsets) = (new ChunkTag[chunks.Count], new int[chunks.Count], new long[chunks.Count]);
        for (var i = 1; i < chunks.Count; i++)
            _offsets[i] = _offsets[i - 1] + chunks[i - 1].Length;
        _partial = Partial([]);
    }

    internal ContentNeed Need { get; }

    internal int Chunks => _chunks.Count;

    /// <summary>How many pieces of chunks are known.</summary>
    internal int Pieces => _partial.Count;

    /// <summary>How many chunks turned out not to be what their pieces make up, and are asked for whole.</summary>
    internal int GivenUp => _partial.GivenUp;

    internal int MissingChunks => Volatile.Read(ref _missing);

    /// <summary>Whether it has been staged.</summary>
    internal bool IsComplete { get; private set; }

    /// <summary>Bytes that were there from an earlier attempt.</summary>
    internal long Resumed { get; private set; }

    /// <summary>Bytes that were copied on this machine.</summary>
    internal long Copied { get; private set; }

    /// <summary>Begins with what an earlier attempt left in the area.</summary>
    /// <param name="area">Where it is put together and staged.</param>
    /// <param name="need">The content.</param>
    /// <param name="chunks">Its list.</param>
    /// <param name="lists">Where its list is remembered once it is complete; null where lists are not.</param>
    /// <param name="cancellation">Ends the verifying.</param>
    internal static ContentAssembly Open(StagingArea area, ContentNeed need, IReadOnlyList<ChunkRef> chunks, ChunkListStore? lists, CancellationToken cancellation)
    {
        area.Claim(need.Hash);
        bool isNew;
        ContentAssembly assembly;
        try
        {
            assembly = new ContentAssembly(area, need, chunks, lists, OpenPart(area, need, out isNew));
        }
        catch
        {
            area.Release(need.Hash);
            throw;
        }
        try
        {
            if (!isNew)
                assembly.Resume(cancellation);
            return assembly;
        }
        catch
        {
            assembly.Dispose();
            throw;
        }
    }

    private static SafeFileHandle OpenPart(StagingArea area, ContentNeed need, out bool isNew)
    {
        var (whole, part) = (StagingArea.NameOf(need.Hash), StagingLeftovers.PartOf(need.Hash));
        // Whole when it was left, or so its name says; who opened it before may have found that it is not.
        if (area.HasLeftover(need.Hash) && !area.Has(need.Hash) && area.Directory.Stat(whole) is not null)
            area.Directory.RenameReplacing(whole, area.Directory, part);
        isNew = area.Directory.Stat(part) is not { } left || left.Size > need.Size;
        if (isNew)
            StagingLeftovers.Remove(area.Directory, [need.Hash]);
        return area.Directory.OpenOrCreate(part, FileModes.PrivateFile);
    }

    /// <summary>Copies chunks that a file on this machine holds; each is checked as it is copied.</summary>
    internal void TakeFrom(ChunkSource source, CancellationToken cancellation)
    {
        var wanted = Enumerable.Range(0, _chunks.Count).Where(i => _states[i] == Lacking && source.List.IndexOf(_chunks[i].Hash) is not null).ToArray();
        Copied += ForAll(wanted, (i, bytes, tagger) =>
        {
            var at = source.List.IndexOf(_chunks[i].Hash)!.Value;
            var known = source.List.Chunks[at];
            if (known.Length != bytes.Length || !source.TryRead(at, bytes))
                return false;
            var isTagged = tagger is not null && !known.Tag.Equals(default);
            if (at == source.List.Count - 1 && !IsCut(i, bytes))
                return false;
            if (isTagged ? !tagger!.Matches(known.Tag, bytes) : Hash256.Of(bytes) != known.Hash)
                return false;
            return TryWrite(i, bytes, isTagged ? known.Tag : tagger?.Make(bytes) ?? default);
        }, cancellation);
        EndIfComplete();
    }

    /// <summary>Puts chunks that are lacking together from their pieces. Once, before anything arrives.</summary>
    internal void Expect(IReadOnlyList<ChunkPieces> told)
    {
        if (told.Count > 0)
            _partial = Partial(told.Where(chunk => _states[chunk.Chunk] == Lacking));
    }

    /// <summary>Copies the pieces that chunks of a file on this machine share with those that are expected in pieces.</summary>
    internal void TakePiecesFrom(ChunkSource source, CancellationToken cancellation)
    {
        var rows = NearbyChunks.Of(_chunks, _partial.Open, source.List.IndexOf, source.List.Count).ToList();
        var kept = _chunks.Select(chunk => chunk.Hash).ToHashSet();
        // First the chunks that the new ones stand for; others only where these do not have much of them.
        TakePieces(rows, chunk => !kept.Contains(source.List[chunk].Hash));
        TakePieces(rows.Where(row => Enumerable.Range(row.First, row.Count).Any(_partial.LacksMuch)), chunk => kept.Contains(source.List[chunk].Hash));
        EndIfComplete();

        void TakePieces(IEnumerable<NearbyChunks> from, Func<int, bool> isLookedAt) =>
            Copied += _partial.TakeFrom(source, from.SelectMany(row => row.Nearby).Where(isLookedAt).Distinct(), cancellation);
    }

    /// <summary>What is missing, in ranges of whole chunks or pieces, each of some megabytes at most, so that several streams can share the work.</summary>
    internal IEnumerable<(long Offset, long Length)> Missing()
    {
        var (at, missing) = (0L, 0L);
        foreach (var (length, isThere) in Parts())
        {
            if (missing > 0 && (isThere || missing >= RangeBytes))
            {
                yield return (at - missing, missing);
                missing = 0;
            }
            missing += isThere ? 0 : length;
            at += length;
        }
        if (missing > 0)
            yield return (at - missing, missing);
    }

    private IEnumerable<(long Length, bool IsThere)> Parts()
    {
        for (var i = 0; i < _chunks.Count; i++)
        {
            if (!_partial.IsOpen(i))
            {
                yield return (_chunks[i].Length, _states[i] == Written);
                continue;
            }
            foreach (var piece in _partial.PiecesOf(i))
                yield return piece;
        }
    }

    /// <summary>
    /// Takes bytes that arrive from the beginning of a chunk or a piece on, one after the other. Null when all that came was taken, up to the end of one; else why not, and
    /// those before that were. What is there already is passed over. Also null where a chunk was given up; it is missing as a whole then.
    /// </summary>
    internal async Task<string?> ReceiveAsync(ContentStream content, long offset, StagingBuffer buffer, Action<int>? onBytes, CancellationToken cancellation)
    {
        try
        {
            return await ReceivePartsAsync(content, offset, buffer, onBytes, cancellation);
        }
        finally
        {
            // Also where the stream was cut behind the last chunk that was lacking.
            EndIfComplete();
        }
    }

    private async Task<string?> ReceivePartsAsync(ContentStream content, long offset, StagingBuffer buffer, Action<int>? onBytes, CancellationToken cancellation)
    {
        using var tagger = Tagger();
        for (var at = offset; at != Need.Size || at == offset;)
        {
            var (chunk, piece, length) = PartAt(at);
            var bytes = buffer.Bytes.AsMemory(0, length);
            var filled = await FillAsync(content, bytes, onBytes, cancellation);
            if (filled == 0 && content.Outcome == ContentOutcome.Complete)
                return null;
            if (filled < bytes.Length && !IsOfPieces(chunk, piece, filled, content))
                return "it changed or vanished while it was being sent";
            if (filled < bytes.Length)
                return null;
            if (piece is { } known)
                _partial.Take(known, bytes.Span, buffer.Bytes);
            else if (!TryTake(chunk, bytes.Span, tagger))
                return "what arrived does not have the expected hash";
            at += length;
        }
        return await content.ReadAsync(buffer.Bytes.AsMemory(0, 1), cancellation) > 0 ? $"more than the declared {Need.Size} bytes arrived" : null;
    }

    // Asked for before the chunk was given up, which another stream found.
    private bool IsOfPieces(int chunk, int? piece, int length, ContentStream content) =>
        content.Outcome == ContentOutcome.Complete && piece is null && _partial.StartingAt(chunk, length) is not null;

    private (int Chunk, int? Piece, int Length) PartAt(long offset)
    {
        var at = Array.BinarySearch(_offsets, offset);
        var chunk = at < 0 ? ~at - 1 : at;
        // A chunk that was given up comes whole; one that was completed comes in pieces once more where they are sent twice.
        if (at >= 0 && !_partial.IsOpen(chunk) && (_states[chunk] != Written || _partial.StartingAt(chunk, 0) is null))
            return (chunk, null, _chunks[chunk].Length);
        return chunk >= 0 && _partial.StartingAt(chunk, offset - _offsets[chunk]) is var (piece, length)
            ? (chunk, piece, length)
            : throw DriveException.Protocol("A part of a content begins in the middle of a chunk.");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_ending)
            Close();
    }

    private void Resume(CancellationToken cancellation)
    {
        var source = new FileSource(_area.Directory, _part);
        Resumed = ForAll([.. Enumerable.Range(0, _chunks.Count)], (i, bytes, tagger) =>
        {
            // Cut otherwise, too: what a machine was writing when it stopped had not been verified.
            if (source.Fill(bytes, _offsets[i]) != bytes.Length || Hash256.Of(bytes) != _chunks[i].Hash || !IsCut(i, bytes))
                return false;
            _tags[i] = tagger?.Make(bytes) ?? default;
            return TryClaim(i) && Done(i);
        }, cancellation);
        EndIfComplete();
    }

    private delegate bool Take(int chunk, Span<byte> bytes, ChunkTagger? tagger);

    // On all cores; returns the bytes of those chunks that were taken.
    private long ForAll(int[] chunks, Take take, CancellationToken cancellation)
    {
        if (chunks.Length == 0)
            return 0;
        long taken = 0;
        OnAllCores.ForEach(Partitioner.Create(0, chunks.Length, BatchOfChunks), () => (Buffer: new byte[FastCdc.MaxSize], Tagger: Tagger()), (batch, own) =>
        {
            for (var at = batch.Item1; at < batch.Item2; at++)
            {
                var length = _chunks[chunks[at]].Length;
                if (take(chunks[at], own.Buffer.AsSpan(0, length), own.Tagger))
                    Interlocked.Add(ref taken, length);
            }
        }, own => own.Tagger?.Dispose(), cancellation);
        return taken;
    }

    private bool TryTake(int chunk, ReadOnlySpan<byte> bytes, ChunkTagger? tagger)
    {
        if (_states[chunk] != Lacking)
            return true;
        if (Hash256.Of(bytes) != _chunks[chunk].Hash || !IsCut(chunk, bytes))
            return false;
        TryWrite(chunk, bytes, tagger?.Make(bytes) ?? default);
        return true;
    }

    // Cut otherwise than FastCDC does, the content would have another hash when it is next looked at.
    private bool IsCut(int chunk, ReadOnlySpan<byte> bytes) =>
        chunk == _chunks.Count - 1 ? FastCdc.NextLength(bytes) == bytes.Length : FastCdc.IsChunk(bytes);

    // Of two that bring the same chunk at once one writes it, so that nothing is written any more when all is there.
    private bool TryWrite(int chunk, ReadOnlySpan<byte> bytes, ChunkTag tag)
    {
        if (!TryClaim(chunk))
            return false;
        try
        {
            _area.Directory.Write(_part, bytes, _offsets[chunk]);
            _tags[chunk] = tag;
            return Done(chunk);
        }
        catch
        {
            Volatile.Write(ref _states[chunk], Lacking);
            throw;
        }
    }

    private bool TryClaim(int chunk) => Interlocked.CompareExchange(ref _states[chunk], Claimed, Lacking) == Lacking;

    private bool Done(int chunk)
    {
        Volatile.Write(ref _states[chunk], Written);
        Interlocked.Decrement(ref _missing);
        return true;
    }

    private void EndIfComplete()
    {
        lock (_ending)
        {
            if (IsComplete || Volatile.Read(ref _missing) > 0)
                return;
            _area.Directory.RenameReplacing(StagingLeftovers.PartOf(Need.Hash), _area.Directory, StagingArea.NameOf(Need.Hash));
            _area.Add(Need.Hash);
            IsComplete = true;
            Close();
        }
        _lists?.Keep(new ChunkList(Need.Hash, [.. _chunks.Select((chunk, i) => new ChunkRecord(chunk.Length, chunk.Hash, _tags[i]))]), replaced: null);
    }

    private void Close()
    {
        if (_isClosed)
            return;
        _isClosed = true;
        _part.Dispose();
        _area.Release(Need.Hash);
    }

    private PartialChunks Partial(IEnumerable<ChunkPieces> told) => new(new PieceTable(told), new FileSource(_area.Directory, _part), _offsets, (chunk, bytes) =>
    {
        using var tagger = Tagger();
        return TryTake(chunk, bytes, tagger);
    });

    private ChunkTagger? Tagger() => _lists is null ? null : new ChunkTagger(_lists.Keys);

    private static async ValueTask<int> FillAsync(ContentStream content, Memory<byte> bytes, Action<int>? onBytes, CancellationToken cancellation)
    {
        int filled = 0, read;
        while (filled < bytes.Length && (read = await content.ReadAsync(bytes[filled..], cancellation)) > 0)
        {
            onBytes?.Invoke(read);
            filled += read;
        }
        return filled;
    }
}
