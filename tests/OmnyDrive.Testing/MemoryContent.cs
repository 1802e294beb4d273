using OmnyDrive.Origins;

namespace OmnyDrive.Testing;

/// <summary>A content out of memory, given in pieces of any size, that may end as unavailable.</summary>
public sealed class MemoryContent(int index, ReadOnlyMemory<byte> bytes, int piece = int.MaxValue, ContentOutcome end = ContentOutcome.Complete) : ContentStream
{
    private ReadOnlyMemory<byte> _rest = bytes;
    private ContentOutcome _outcome;

    /// <inheritdoc/>
    public override int Index => index;

    /// <inheritdoc/>
    public override ContentOutcome Outcome => _outcome;

    /// <inheritdoc/>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var count = Math.Min(Math.Min(piece, buffer.Length), _rest.Length);
        _rest[..count].CopyTo(buffer);
        _rest = _rest[count..];
        if (count == 0)
            _outcome = end;
        return ValueTask.FromResult(count);
    }

    /// <summary>Contents one after the other.</summary>
    public static async IAsyncEnumerable<ContentStream> Stream(params ContentStream[] contents)
    {
        await Task.CompletedTask;
        foreach (var content in contents)
            yield return content;
    }

    /// <summary>All that is left of a content.</summary>
    public static async Task<byte[]> ReadAllAsync(ContentStream content)
    {
        using var all = new MemoryStream();
        var buffer = new byte[64 << 10];
        int read;
        while ((read = await content.ReadAsync(buffer, CancellationToken.None)) > 0)
            all.Write(buffer.AsSpan(0, read));
        return all.ToArray();
    }
}
