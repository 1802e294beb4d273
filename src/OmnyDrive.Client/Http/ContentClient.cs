using System.IO.Pipelines;
using System.Net.Http.Json;
using System.Runtime.CompilerServices;
using System.Text.Json.Serialization.Metadata;
using OmnyDrive.Client.Flow;
using OmnyDrive.Client.Retrying;
using OmnyDrive.Client.Wire;
using OmnyDrive.Drives;
using OmnyDrive.Errors;
using OmnyDrive.Hubs;
using OmnyDrive.Origins;
using OmnyDrive.Reconciling;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Client;

/// <summary>
/// The origin of a drive behind the content server of its endpoint. Every request carries a ticket; one that has expired is renewed once. Bodies
/// keep to the limit of <see cref="TransferOptions"/>. What a connection broke off is repeated, but for streams of contents. Throws <c>origin_unreachable</c>
/// where nobody answers, or nothing moves for 30 seconds.
/// </summary>
public sealed class ContentClient : ITreeOrigin, IGitOrigin, IWireCounter, IRetryingOrigin
{
    private const int ReadBuffer = 256 << 10;

    // Of which the authors are asked for in one request.
    private const int MostPaths = 1000;

    private readonly HttpClient _http;
    private readonly CompressionHandler _compression;
    private readonly HttpPeer _server;
    private readonly TicketCache _tickets;
    private readonly string _base;
    private long _bytesOnWire;

    /// <summary>Makes a client; nothing is sent yet.</summary>
    /// <param name="drive">The drive.</param>
    /// <param name="serveUrl">The base URL of the content server, as the hub gives it.</param>
    /// <param name="route">Asks the hub for a route with a ticket.</param>
    /// <param name="transfer">How content travels.</param>
    /// <param name="time">The clock that tickets are renewed by.</param>
    public ContentClient(DriveId drive, string serveUrl, Func<DriveActions, CancellationToken, Task<DriveRoute>> route, TransferOptions? transfer = null, TimeProvider? time = null)
    {
        Drive = drive;
        var url = HttpPeer.CheckUrl(serveUrl, "a content server", "http://localhost:8080");
        (transfer, time) = (transfer ?? TransferOptions.Default, time ?? TimeProvider.System);
        _compression = new CompressionHandler(transfer.Compression);
        FlowHandler flow = null!;
        _http = HttpPeer.CreatePool(url, connections => flow = new FlowHandler(_compression.Over(connections), transfer, time));
        Retry = new TransientRetry(transfer.Patience, () => flow.Reached, time);
        _server = new HttpPeer(_http, url, "a content server", ErrorCode.OriginUnreachable, $"Is {drive.Endpoint} serving? On its machine: omnydrive serve-content");
        _tickets = new TicketCache(route, time);
        _base = $"v1/content/{drive}";
    }

    /// <inheritdoc/>
    public DriveId Drive { get; }

    /// <inheritdoc/>
    public TransientRetry Retry { get; }

    /// <inheritdoc/>
    public long BytesOnWire => Interlocked.Read(ref _bytesOnWire);

    /// <inheritdoc/>
    public async Task<OriginHead> GetHeadAsync(CancellationToken cancellation = default)
    {
        var head = await Retry.RunAsync((_, ended) => AskAsync(HttpMethod.Get, "head", DriveActions.Read, ContentJson.Default.HeadDto, ended), cancellation);
        var state = SyncRef.Parse(head.Ref);
        return new OriginHead(state, AccessModes.Parse(head.AccessMode), CapabilityRules.FromNames(head.Capabilities), FilterDto.Read(head.Filter))
        {
            Generation = GenerationDto.Read(head.Generation, state),
            ProtectedBranches = head.ReadProtectedBranches(),
        };
    }

    /// <inheritdoc/>
    public async Task<bool> HasBeenAtAsync(OriginGeneration state, CancellationToken cancellation = default)
    {
        var route = $"history/{state.Number}?epoch={Uri.EscapeDataString(state.Epoch)}&ref={Uri.EscapeDataString(state.Ref.ToString())}";
        return (await Retry.RunAsync((_, ended) => AskAsync(HttpMethod.Get, route, DriveActions.Read, ContentJson.Default.HasBeenAtDto, ended), cancellation)).Known;
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<PathAuthor>> FindAuthorsAsync(IReadOnlyList<DrivePath> paths, CancellationToken cancellation = default)
    {
        var authors = new List<PathAuthor>();
        foreach (var some in paths.Chunk(MostPaths))
        {
            var wanted = new PathsDto([.. some.Select(path => path.ToString())]);
            var found = await Retry.RunAsync(async (_, ended) =>
            {
                using var response = await SendAsync(HttpMethod.Post, "authors", DriveActions.Read, () => JsonContent.Create(wanted, ContentJson.Default.PathsDto), ended);
                return await _server.ReadJsonAsync(response, ContentJson.Default.AuthorsDto, ended);
            }, cancellation);
            authors.AddRange(found.Authors.Select(AuthorDto.Read));
        }
        return authors;
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<LocatedTree> ReadTreesAsync(IReadOnlyList<TreeRequest> requests, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        foreach (var list in RequestStreams.Lists(requests, request => request.Path))
        {
            await using var trees = await Retry.RunAsync((_, _) => BeginTreesAsync(list, cancellation), cancellation);
            while (await trees.MoveNextAsync())
                yield return trees.Current;
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<ChunkListPart> ReadChunksAsync(IReadOnlyList<ChunkListRequest> requests, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        var offset = 0;
        foreach (var list in RequestStreams.Lists(requests, request => request.Path))
        {
            using var response = await SendAsync(HttpMethod.Post, "chunks", DriveActions.Read, () => Body((to, ended) => RequestStreams.WriteAsync(to, list, ended)), cancellation);
            await foreach (var part in Guarded(Body(response, (from, ended) => ChunkListRecords.ReadAsync(from, Count, ended), cancellation), cancellation))
                yield return part with { Index = part.Index + offset };
            offset += list.Count;
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<ContentStream> FetchAsync(IReadOnlyList<ContentRequest> requests, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        var offset = 0;
        foreach (var list in RequestStreams.Lists(requests, request => request.Path))
        {
            using var response = await SendAsync(HttpMethod.Post, "contents", DriveActions.Read, () => Body((to, ended) => RequestStreams.WriteAsync(to, list, ended)), cancellation);
            await foreach (var content in Guarded(Body(response, (from, ended) => ContentRecords.ReadAsync(from, Count, ended), cancellation), cancellation))
                yield return new OffsetContent(content, offset, _server);
            offset += list.Count;
        }
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ContentNeed>> BeginPushAsync(PushIntent intent, IAsyncEnumerable<LocatedTree> trees, CancellationToken cancellation = default)
    {
        var route = $"pushes/{intent.Id}?expected={Uri.EscapeDataString(intent.Expected.ToString())}&target={Uri.EscapeDataString(intent.Target.ToString())}"
            + string.Concat(intent.Allowed.Distinct().Select(brake => $"&allow={brake.ToText()}")) + (intent.LeadsBack ? "&back=1" : "") + (intent.TouchedOnly ? "&touched=1" : "");
        return await Retry.RunAsync((_, ended) => BeginPushAsync(route, trees, ended), cancellation);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ContentRange>> OfferChunksAsync(PushId push, IAsyncEnumerable<ChunkListPart> lists, CancellationToken cancellation = default)
    {
        long ranges = 0;
        var counted = lists.Select(part =>
        {
            ranges += part.Runs.Sum(run => (long)Math.Max(run.Count, 1)) + (part.Pieces?.Pieces.Count ?? 0);
            return part;
        });
        using var response = await SendAsync(HttpMethod.Put, $"pushes/{push}/chunks", DriveActions.Write, () => Body((to, ended) => ChunkListRecords.WriteAsync(to, counted, ended)), cancellation);
        return await _server.GuardAsync(async () =>
        {
            var from = PipeReader.Create(await response.Content.ReadAsStreamAsync(cancellation));
            return await RequestStreams.ReadRangesAsync(from, most: (int)Math.Min(ranges, int.MaxValue), Count, cancellation);
        }, cancellation);
    }

    /// <inheritdoc/>
    public async Task StageAsync(PushId push, IAsyncEnumerable<ContentStream> contents, CancellationToken cancellation = default)
    {
        // A body that is read from files as it is sent cannot be sent a second time, so the ticket must be good from the first.
        using var response = await SendOnceAsync(HttpMethod.Put, $"pushes/{push}/contents", DriveActions.Write, Body((to, ended) => ContentRecords.WriteAsync(to, contents, ended)), cancellation);
    }

    /// <inheritdoc/>
    public async Task<PushResult> CommitPushAsync(PushId push, CancellationToken cancellation = default)
    {
        // Its answer may have been lost; asked again, the origin gives the same one.
        var result = await Retry.RunAsync((_, ended) => AskAsync(HttpMethod.Post, $"pushes/{push}/commit", DriveActions.Write, ContentJson.Default.PushResultDto, ended), cancellation);
        var state = SyncRef.Parse(result.Ref);
        return new PushResult(result.Landed, state) { Generation = GenerationDto.Read(result.Generation, state) };
    }

    /// <inheritdoc/>
    public Task AbandonPushAsync(PushId push, CancellationToken cancellation = default) => Retry.RunAsync(async (_, ended) =>
    {
        using var response = await SendAsync(HttpMethod.Delete, $"pushes/{push}", DriveActions.Write, () => null, ended);
    }, cancellation);

    /// <inheritdoc/>
    public async Task<GitRemote> GetRemoteAsync(DriveActions action, CancellationToken cancellation = default) =>
        new(_server.UrlOf($"{_base}/{GitPaths.Repository}").AbsoluteUri, await _tickets.GetAsync(action, cancellation));

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _http.Dispose();
        _tickets.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<BegunTrees> BeginTreesAsync(IReadOnlyList<TreeRequest> list, CancellationToken cancellation)
    {
        var response = await SendAsync(HttpMethod.Post, "trees", DriveActions.Read, () => Body((to, ended) => RequestStreams.WriteAsync(to, list, ended)), cancellation);
        return await BegunTrees.OpenAsync(response, Guarded(Body(response, (from, ended) => TreeStream.ReadAsync(from, Count, ended), cancellation), cancellation), cancellation);
    }

    private async Task<IReadOnlyList<ContentNeed>> BeginPushAsync(string route, IAsyncEnumerable<LocatedTree> trees, CancellationToken cancellation)
    {
        var entries = 0;
        var counted = trees.Select(located =>
        {
            entries += located.Tree.Entries.Length;
            return located;
        });
        using var response = await SendAsync(HttpMethod.Post, route, DriveActions.Write, () => Body((to, ended) => TreeStream.WriteAsync(to, counted, ended)), cancellation);
        return await _server.GuardAsync(async () =>
        {
            var from = PipeReader.Create(await response.Content.ReadAsStreamAsync(cancellation));
            return await RequestStreams.ReadNeedsAsync(from, most: entries, Count, cancellation);
        }, cancellation);
    }

    private async Task<T> AskAsync<T>(HttpMethod method, string route, DriveActions action, JsonTypeInfo<T> answer, CancellationToken cancellation)
    {
        using var response = await SendAsync(method, route, action, () => null, cancellation);
        return await _server.ReadJsonAsync(response, answer, cancellation);
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string route, DriveActions action, Func<HttpContent?> body, CancellationToken cancellation)
    {
        try
        {
            return await SendOnceAsync(method, route, action, body(), cancellation);
        }
        catch (DriveException e) when (e.Code == ErrorCode.Unauthorized)
        {
            _tickets.Forget(action);
            return await SendOnceAsync(method, route, action, body(), cancellation);
        }
    }

    private async Task<HttpResponseMessage> SendOnceAsync(HttpMethod method, string route, DriveActions action, HttpContent? body, CancellationToken cancellation)
    {
        var ticket = await _tickets.GetAsync(action, cancellation);
        return await _server.SendAsync(method, $"{_base}/{route}", ticket, body, cancellation);
    }

    private PipeContent Body(Func<RecordTarget, CancellationToken, Task<long>> write) =>
        new(async (to, cancellation) => Count(await write(new RecordTarget(to, _compression.Body()), cancellation)));

    private static async IAsyncEnumerable<T> Body<T>(HttpResponseMessage response, Func<PipeReader, CancellationToken, IAsyncEnumerable<T>> read, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var from = PipeReader.Create(await response.Content.ReadAsStreamAsync(cancellation), new StreamPipeReaderOptions(bufferSize: ReadBuffer));
        await foreach (var item in read(from, cancellation))
            yield return item;
    }

    // A connection that breaks in the middle of a stream becomes the exception of a server that cannot be reached.
    private async IAsyncEnumerable<T> Guarded<T>(IAsyncEnumerable<T> items, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await using var at = items.GetAsyncEnumerator(cancellation);
        while (await _server.GuardAsync(() => at.MoveNextAsync().AsTask(), cancellation))
            yield return at.Current;
    }

    private void Count(long bytes) => Interlocked.Add(ref _bytesOnWire, bytes);

    private sealed class OffsetContent(ContentStream content, int offset, HttpPeer server) : ContentStream
    {
        public override int Index => content.Index + offset;

        public override long Offset => content.Offset;

        public override ContentOutcome Outcome => content.Outcome;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellation)
        {
            var read = content.ReadAsync(buffer, cancellation);
            return read.IsCompletedSuccessfully ? read : new ValueTask<int>(server.GuardAsync(() => read.AsTask(), cancellation));
        }
    }
}
