using System.IO.Pipelines;
using OmnyDrive.Errors;
using OmnyDrive.Origins;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Client.Wire;

/// <summary>Lists of what is asked for, one record each: trees, contents, and the contents that a push needs.</summary>
internal static class RequestStreams
{
    /// <summary>How many requests a server takes in one list; a client with more sends several.</summary>
    internal const int MostPerList = 65_536;

    // A server takes 16 MiB.
    private const int MostBytesPerList = 8 << 20;

    // What a request holds beside its path, and the head of its record.
    private const int BesidePath = 64;

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
        WriteAllAsync(to, StreamKind.ContentRequests, requests, request => PayloadWriter.SizeOf(request.Path) + Hash256.Size + sizeof(long), static (ref fields, request) =>
        {
            fields.WritePath(request.Path);
            fields.WriteHash(request.Hash.Value);
            fields.WriteInt64(request.Size);
        }, cancellation);

    internal static Task<long> WriteAsync(RecordTarget to, IReadOnlyList<ContentNeed> needs, CancellationToken cancellation) =>
        WriteAllAsync(to, StreamKind.Needs, needs, _ => Hash256.Size + sizeof(long), static (ref fields, need) =>
        {
            fields.WriteHash(need.Hash.Value);
            fields.WriteInt64(need.Size);
        }, cancellation);

    internal static Task<List<TreeRequest>> ReadTreeRequestsAsync(PipeReader from, CancellationToken cancellation) =>
        ReadAllAsync(from, StreamKind.TreeRequests, MostPerList, static (ref fields) => new TreeRequest(fields.ReadPath(), fields.ReadHash(), fields.ReadByte() switch
        {
            0 => false,
            1 => true,
            var other => throw DriveException.Protocol($"{other} is neither yes nor no."),
        }), null, cancellation);

    internal static Task<List<ContentRequest>> ReadContentRequestsAsync(PipeReader from, CancellationToken cancellation) =>
        ReadAllAsync(from, StreamKind.ContentRequests, MostPerList, static (ref fields) =>
            new ContentRequest(fields.ReadPath(), new ContentHash(fields.ReadHash()), fields.ReadSize()), null, cancellation);

    internal static Task<List<ContentNeed>> ReadNeedsAsync(PipeReader from, int most, Action<long>? counted, CancellationToken cancellation) =>
        ReadAllAsync(from, StreamKind.Needs, most, static (ref fields) => new ContentNeed(new ContentHash(fields.ReadHash()), fields.ReadSize()), counted, cancellation);

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
