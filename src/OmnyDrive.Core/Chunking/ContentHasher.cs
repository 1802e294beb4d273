using System.Buffers;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Chunking;

/// <summary>
/// Makes the <see cref="ContentHash"/> of content that arrives in pieces of any size, whose length need not be known before.
/// Holds at most <see cref="ContentHash.ChunkedFrom"/> bytes. For one content at a time; not safe for concurrent use.
/// </summary>
/// <param name="onChunk">Called for each chunk of content from 1 MiB on, in order; never for smaller content.</param>
public sealed class ContentHasher(Action<Chunk>? onChunk = null) : IDisposable
{
    private const int Capacity = (int)ContentHash.ChunkedFrom;

    private byte[]? _pending = ArrayPool<byte>.Shared.Rent(Capacity);
    private ChunkSequenceHash? _list;
    private int _start, _end;
    private long _chunked;

    /// <summary>Bytes appended so far.</summary>
    public long Length => _chunked + (_end - _start);

    private byte[] Buffer => _pending ?? throw new ObjectDisposedException(nameof(ContentHasher));

    private Span<byte> Pending => Buffer.AsSpan(_start, _end - _start);

    /// <summary>Takes the next bytes of the content.</summary>
    public void Append(ReadOnlySpan<byte> data)
    {
        while (data.Length > 0)
        {
            MakeRoom();
            var taken = Math.Min(data.Length, Capacity - _end);
            data[..taken].CopyTo(Buffer.AsSpan(_end));
            _end += taken;
            data = data[taken..];
            if (_end - _start == Capacity || _list is not null)
                CutWhile(FastCdc.MaxSize);
        }
    }

    /// <summary>The hash of everything appended. Call it once, or begin anew with <see cref="Reset"/>.</summary>
    public ContentHash Finish()
    {
        if (_list is null)
            return new ContentHash(Hash256.Of(Pending));
        CutWhile(1);
        return _list.Finish();
    }

    /// <summary>Forgets what was appended, keeping the buffer.</summary>
    public void Reset()
    {
        _list?.Dispose();
        _list = null;
        _start = _end = 0;
        _chunked = 0;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Reset();
        if (_pending is { } buffer)
            ArrayPool<byte>.Shared.Return(buffer);
        _pending = null;
    }

    private void MakeRoom()
    {
        if (_end < Capacity || _start == 0)
            return;
        Pending.CopyTo(Buffer);
        (_start, _end) = (0, _end - _start);
    }

    // A cut is certain only with MaxSize bytes at hand, or at the end of the content.
    private void CutWhile(int atLeast)
    {
        _list ??= new ChunkSequenceHash();
        while (_end - _start >= atLeast)
            Cut();
    }

    private void Cut()
    {
        var bytes = Pending;
        var length = FastCdc.NextLength(bytes);
        var chunk = new Chunk(_chunked, length, Hash256.Of(bytes[..length]));
        _list!.Append(length, chunk.Hash);
        _start += length;
        _chunked += length;
        onChunk?.Invoke(chunk);
    }
}
