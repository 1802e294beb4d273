using System.IO.Pipelines;
using OmnyDrive.Errors;
using OmnyDrive.Origins;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Client.Wire;

/// <summary>Lists of what is asked for, one record each: trees, chunk lists, contents, and what a push needs.</summary>
internal static class RequestStreams
{
    /// <summary>How many requests a server takes in one list; a client with more sends several.</summary>
    internal const int MostPerList = 65_536;

    // A server takes 16 MiB.
    private const int MostBytesPerList = 8 << 20;

    // What a request holds beside its path, and the head of its record.
    private const int BesidePath = 64;

    // A hash, a size and a base that may be there.
    private const int MaxNeed = 2 * Hash256.Size + sizeof(long) + 1;

    private const byte ItemRecord = 1;

    /// <summary>Splits requests so that a server takes each part as one list.</summary>
    internal static IEnumerable<IReadOnlyList<T>> Lists<T>(IEnumerable<T> requests, Func<T, DrivePath> path)
    {
        var list = new List<T>();
        var bytes = 0;
        foreach (var request in requests)
        {
            var size = PayloadWriter.SizeOf(path(request)) + BesidePath;
            if (list.Count == MostPerList || (list.Count > 0 && bytes + size > MostBytesPerList))
            {
                yield return list;
                (list, bytes) = ([], 0);
            }
            list.Add(request);
            bytes += size;
        }
        if (list.Count > 0)
            yield return list;
    }

    internal static Task<long> WriteAsync(RecordTarget to, IReadOnlyList<TreeRequest> requests, CancellationToken cancellation) =>
        WriteAllAsync(to, StreamKind.TreeRequests, requests, request => PayloadWriter.SizeOf(request.Path) + Hash256.Size + 1, static (ref fields, request) =>
        {
            fields.WritePath(request.Path);
            fields.WriteHash(request.Hash);
            fields.WriteByte(request.WithDescendants ? (byte)1 : (byte)0);
        }, cancellation);

    internal static Task<long> WriteAsync(RecordTarget to, IReadOnlyList<ContentRequest> requests, CancellationToken cancellation) =>
        WriteAllAsync(to, StreamKind.ContentRequests, requests, request => PayloadWriter.SizeOf(request.Path) + Hash256.Size + 3 * sizeof(long), static (ref fields, request) =>
        {
            fields.WritePath(request.Path);
            fields.WriteHash(request.Hash.Value);
            fields.WriteInt64(request.Size);
            fields.WriteInt64(request.Offset);
            fields.WriteInt64(request.Length);
        }, cancellation);

    internal static Task<long> WriteAsync(RecordTarget to, IReadOnlyList<ContentNeed> needs, CancellationToken cancellation) =>
        WriteAllAsync(to, StreamKind.Needs, needs, _ => MaxNeed, static (ref fields, need) =>
        {
            fields.WriteHash(need.Hash.Value);
            fields.WriteInt64(need.Size);
            fields.WriteOptional(need.Base?.Value);
        }, cancellation);

    internal static Task<long> WriteAsync(RecordTarget to, IReadOnlyList<ChunkListRequest> requests, CancellationToken cancellation) =>
        WriteAllAsync(to, StreamKind.ChunkListRequests, requests, request => PayloadWriter.SizeOf(request.Path) + MaxNeed, static (ref fields, request) =>
        {
            fields.WritePath(request.Path);
            fields.WriteHash(request.Hash.Value);
            fields.WriteInt64(request.Size);
            fields.WriteOptional(request.Base?.Value);
        }, cancellation);

    internal static Task<long> WriteAsync(RecordTarget to, IReadOnlyList<ContentRange> ranges, CancellationToken cancellation) =>
        WriteAllAsync(to, StreamKind.Ranges, ranges, _ => sizeof(uint) + 2 * sizeof(long), static (ref fields, range) =>
        {
            fields.WriteUInt32((uint)range.Need);
            fields.WriteInt64(range.Offset);
            fields.WriteInt64(range.Length);
        }, cancellation);

    internal static Task<List<TreeRequest>> ReadTreeRequestsAsync(PipeReader from, CancellationToken cancellation) =>
        ReadAllAsync(from, StreamKind.TreeRequests, MostPerList, static (ref fields) => new TreeRequest(fields.ReadPath(), fields.ReadHash(), fields.ReadYesNo()), null, cancellation);

    internal static Task<List<ContentRequest>> ReadContentRequestsAsync(PipeReader from, CancellationToken cancellation) =>
        ReadAllAsync(from, StreamKind.ContentRequests, MostPerList, static (ref fields) =>
            Checked(new ContentRequest(fields.ReadPath(), new ContentHash(fields.ReadHash()), fields.ReadSize(), fields.ReadSize(), fields.ReadSize())), null, cancellation);

    internal static Task<List<ChunkListRequest>> ReadChunkListRequestsAsync(PipeReader from, CancellationToken cancellation) =>
        ReadAllAsync(from, StreamKind.ChunkListRequests, MostPerList, static (ref fields) =>
            new ChunkListRequest(fields.ReadPath(), new ContentHash(fields.ReadHash()), fields.ReadSize(), ReadBase(ref fields)), null, cancellation);

    internal static Task<List<ContentRange>> ReadRangesAsync(PipeReader from, int most, Action<long>? counted, CancellationToken cancellation) =>
        ReadAllAsync(from, StreamKind.Ranges, most, static (ref fields) => new ContentRange(fields.ReadIndex(), fields.ReadSize(), fields.ReadSize()), counted, cancellation);

    internal static Task<List<ContentNeed>> ReadNeedsAsync(PipeReader from, int most, Action<long>? counted, CancellationToken cancellation) =>
        ReadAllAsync(from, StreamKind.Needs, most, static (ref fields) => new ContentNeed(new ContentHash(fields.ReadHash()), fields.ReadSize(), ReadBase(ref fields)), counted, cancellation);

    private static ContentHash? ReadBase(ref PayloadReader fields) => fields.ReadOptionalHash() is { } hash ? new ContentHash(hash) : null;

    private static ContentRequest Checked(ContentRequest request) => request.Offset <= request.Size - request.Length
        ? request
        : throw DriveException.Protocol("A part of a content lies behind its end.");

    private delegate void Fill<T>(ref PayloadWriter fields, T item);

    private delegate T Parse<T>(ref PayloadReader fields);

    private static async Task<long> WriteAllAsync<T>(RecordTarget to, StreamKind kind, IReadOnlyList<T> items, Func<T, int> size, Fill<T> fill, CancellationToken cancellation)
    {
        using var writer = new RecordWriter(to, kind);
        foreach (var item in items)
            await writer.CommitAsync(ItemRecord, Filled(writer.Reserve(size(item)).Span, item, fill), cancellation);
        await writer.EndAsync(cancellation);
        return writer.Written;
    }

    private static int Filled<T>(Span<byte> payload, T item, Fill<T> fill)
    {
        var fields = new PayloadWriter(payload);
        fill(ref fields, item);
        return fields.Written;
    }

    private static async Task<List<T>> ReadAllAsync<T>(PipeReader from, StreamKind kind, int most, Parse<T> parse, Action<long>? counted, CancellationToken cancellation)
    {
        using var reader = new RecordReader(from, kind);
        var items = new List<T>();
        while (await reader.ReadAsync(cancellation))
        {
            if (items.Count == most)
                throw DriveException.Protocol($"More than {most} items came in one list of {kind}.");
            items.Add(Item(reader, parse));
        }
        counted?.Invoke(reader.Read);
        return items;
    }

    private static T Item<T>(RecordReader record, Parse<T> parse)
    {
        if (record.Kind != ItemRecord)
            throw DriveException.Protocol($"A record of kind {record.Kind} stands in a list.");
        var fields = new PayloadReader(record.Payload);
        var item = parse(ref fields);
        fields.RequireEnd();
        return item;
    }
}
