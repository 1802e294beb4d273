using System.Collections.Concurrent;
using OmnyDrive.Client.Retrying;
using OmnyDrive.Engine.Applying;
using OmnyDrive.Engine.Transfer;
using OmnyDrive.Errors;
using OmnyDrive.Origins;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.Syncing;

/// <summary>
/// Fetches into a staging area what a mount lacks: small contents whole, of large ones the chunks that are not here. A few streams share the work by bytes. What is lacking is
/// asked anew after each round, so a round that was cut is followed by one that asks for the rest, for as long as each gets further.
/// </summary>
internal sealed class ContentFetcher(ITreeOrigin origin, ContentIntake intake, TransferMeter meter)
{
    // A content that arrives wrong so often will not be had.
    private const int MostStrikes = 3;

    private readonly TransientRetry _retry = TransientRetry.Of(origin);
    private readonly ConcurrentDictionary<ContentHash, string> _problems = new();
    private readonly ConcurrentDictionary<ContentHash, int> _strikes = new();

    /// <summary>Fetches and verifies. Returns the contents that could not be had, and why.</summary>
    internal async Task<IReadOnlyDictionary<ContentHash, string>> FetchAsync(IReadOnlyList<ContentRequest> requests, CancellationToken cancellation)
    {
        // Copying and hashing block.
        var lacking = await Task.Run(() => intake.TakeLocal(requests, NeedOf, cancellation), cancellation);
        intake.Area.RequireRoom(lacking.Select(NeedOf));
        foreach (var here in requests.Where(request => intake.Area.Has(request.Hash)))
            meter.Skip(here.Size);
        await FetchAllAsync(lacking.Where(request => !ContentHash.IsChunked(request.Size)).ToList(), new Dictionary<ContentHash, ContentAssembly>(), cancellation);
        foreach (var batch in LargeBatches.Of(lacking.Where(request => ContentHash.IsChunked(request.Size)), request => request.Size))
            await FetchLargeAsync(batch, cancellation);
        return _problems;
    }

    private async Task FetchLargeAsync(IReadOnlyList<ContentRequest> requests, CancellationToken cancellation)
    {
        var assemblies = new Dictionary<ContentHash, ContentAssembly>();
        try
        {
            await AssembleAsync(requests, assemblies, cancellation);
            await FetchAllAsync(requests, assemblies, cancellation);
        }
        finally
        {
            foreach (var assembly in assemblies.Values)
                assembly.Dispose();
        }
    }

    private async Task AssembleAsync(IReadOnlyList<ContentRequest> requests, Dictionary<ContentHash, ContentAssembly> into, CancellationToken cancellation)
    {
        using var sources = new ChunkSources(intake);
        var bases = await Task.Run(() => requests.Select(request => intake.BaseFor(request.Hash, cancellation)).ToList(), cancellation);
        var asked = requests.Select((request, i) => new ChunkListRequest(request.Path, request.Hash, request.Size, bases[i])).ToList();
        ContentNeed Need(int index) => new(asked[index].Hash, asked[index].Size, asked[index].Base);
        var lists = await _retry.RunAsync(
            (_, ended) => new ChunkListsArriving(index => index >= 0 && index < asked.Count ? sources.Begin(Need(index), ended) : null, LargeBatches.MostChunks)
                .ReadAsync(origin.ReadChunksAsync(asked, ended), ended),
            cancellation);
        foreach (var (index, told) in lists)
        {
            if (told is null)
                continue;
            var assembly = await Task.Run(() => intake.Assemble(Need(index), told, sources.OpenFor(asked[index].Hash, cancellation), cancellation), cancellation);
            into.Add(asked[index].Hash, assembly);
            meter.Skip(asked[index].Size - assembly.Missing().Sum(range => range.Length));
        }
    }

    private Task FetchAllAsync(IReadOnlyList<ContentRequest> requests, Dictionary<ContentHash, ContentAssembly> assemblies, CancellationToken cancellation) =>
        _retry.RunAsync(async (attempt, ended) =>
        {
            var before = Lacking(requests, assemblies);
            try
            {
                await FetchRoundsAsync(requests, assemblies, ended);
            }
            finally
            {
                if (Lacking(requests, assemblies) < before)
                    attempt.Progress();
            }
        }, cancellation);

    private async Task FetchRoundsAsync(IReadOnlyList<ContentRequest> requests, Dictionary<ContentHash, ContentAssembly> assemblies, CancellationToken cancellation)
    {
        while (requests.Where(IsLacking).SelectMany(request => PiecesOf(request, assemblies.GetValueOrDefault(request.Hash))).ToList() is { Count: > 0 } pieces)
            await WorkShares.RunAsync(pieces, piece => piece.Request.Length, ReceiveAsync, cancellation);
        if (requests.Any(IsLacking))
            throw new InvalidOperationException("A content is lacking, and nothing of it is missing.");
    }

    // Counts whole contents, and chunks of those that are put together.
    private long Lacking(IReadOnlyList<ContentRequest> requests, Dictionary<ContentHash, ContentAssembly> assemblies) =>
        requests.Where(IsLacking).Sum(request => assemblies.TryGetValue(request.Hash, out var assembly) ? assembly.MissingChunks : 1L);

    private bool IsLacking(ContentRequest request) => !intake.Area.Has(request.Hash) && !_problems.ContainsKey(request.Hash);

    private static IEnumerable<Piece> PiecesOf(ContentRequest request, ContentAssembly? assembly) => assembly is null
        ? [new Piece(request, null)]
        : assembly.Missing().Select(range => new Piece(request with { Offset = range.Offset, Length = range.Length }, assembly));

    private async Task ReceiveAsync(IReadOnlyList<Piece> share, CancellationToken cancellation)
    {
        using var buffer = new StagingBuffer();
        var arrived = 0;
        await foreach (var content in origin.FetchAsync([.. share.Select(piece => piece.Request)], cancellation))
        {
            if (content.Index < 0 || content.Index >= share.Count)
                throw DriveException.Protocol($"The content {content.Index} was not asked for.");
            await ReceiveAsync(share[content.Index], content, buffer, cancellation);
            arrived++;
        }
        if (arrived != share.Count)
            throw new DriveException(ErrorCode.OriginUnreachable, $"The transfer ended after {arrived} of {share.Count} contents.", "Run the command again; nothing was lost.");
    }

    private async Task ReceiveAsync(Piece piece, ContentStream content, StagingBuffer buffer, CancellationToken cancellation)
    {
        var (request, assembly) = piece;
        var arrived = 0L;
        void Count(int bytes)
        {
            arrived += bytes;
            meter.AddBytes(bytes);
        }
        var problem = assembly is null
            ? await intake.Area.StageAsync(content, NeedOf(request), buffer, Count, cancellation)
            : await assembly.ReceiveAsync(content, request.Offset, buffer, Count, cancellation);
        // Where the pieces of a chunk did not make it up, all came that was asked for; the next round asks for the whole chunk.
        if (problem is null && (assembly is null || arrived >= request.Length))
        {
            if (intake.Area.Has(request.Hash))
                meter.AddFile();
        }
        else if (content.Outcome == ContentOutcome.Unavailable || _strikes.AddOrUpdate(request.Hash, 1, static (_, before) => before + 1) == MostStrikes)
            _problems[request.Hash] = problem ?? "it changed or vanished while it was being sent";
    }

    internal static ContentNeed NeedOf(ContentRequest request) => new(request.Hash, request.Size);

    private sealed record Piece(ContentRequest Request, ContentAssembly? Assembly);
}
