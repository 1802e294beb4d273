using System.Collections.Concurrent;
using OmnyDrive.Engine.Applying;
using OmnyDrive.Engine.Transfer;
using OmnyDrive.Errors;
using OmnyDrive.Origins;

namespace OmnyDrive.Engine.Origins;

/// <summary>
/// A push that was announced: what it will change, which contents it needs, and what of them has been staged. Closing it ends what is being
/// staged; its staging is given up when the last who uses it is done.
/// </summary>
internal sealed class PushSession(PushIntent intent, PlannedChanges planned, IReadOnlyList<ContentNeed> needs, ContentIntake intake, TimeProvider time) : IDisposable
{
    // What is offered and not sent yet takes memory, and an open file each; a client with more offers them in turns.
    private const int MostOpenChunks = 1 << 19, MostOpen = 64;

    private readonly Lock _one = new(), _assembling = new();
    private readonly CancellationTokenSource _closed = new();
    private readonly TaskCompletionSource _gone = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly ConcurrentDictionary<int, ContentAssembly> _assemblies = new();

    // One is the session's own, until it is closed.
    private int _uses = 1;
    private DateTimeOffset _lastUsed = time.GetUtcNow();

    internal PushIntent Intent { get; } = intent;

    internal PlannedChanges Planned { get; } = planned;

    internal StagingArea Staging { get; } = intake.Area;

    internal IReadOnlyList<ContentNeed> Needs { get; } = needs;

    /// <summary>Ends when nobody uses the session any more and its staging has been given up.</summary>
    internal Task Gone => _gone.Task;

    private bool IsClosed { get; set; }

    /// <summary>Keeps the staging until the result is disposed; null where the session is closed.</summary>
    internal Use? TryUse()
    {
        lock (_one)
        {
            if (IsClosed)
                return null;
            _uses++;
            return new Use(this);
        }
    }

    /// <summary>Takes chunk lists of contents that the push needs, and what is here of them; returns what is lacking.</summary>
    internal Task<IReadOnlyList<ContentRange>> OfferAsync(IAsyncEnumerable<ChunkListPart> lists, CancellationToken cancellation) => UntilClosedAsync(async ended =>
    {
        var ranges = new List<ContentRange>();
        using var sources = new ChunkSources(intake);
        foreach (var (index, told) in await new ChunkListsArriving(index => IsNeed(index) ? sources.Begin(Needs[index], ended) : null, MostOpenChunks).ReadAsync(lists, ended))
        {
            if (told is not null && Assemble(index, told, sources.OpenFor(Needs[index].Hash, ended), ended) is { IsComplete: false } assembly)
                ranges.AddRange(assembly.Missing().Select(range => new ContentRange(index, range.Offset, range.Length)));
        }
        return (IReadOnlyList<ContentRange>)ranges;
    }, cancellation);

    /// <summary>Stages contents as they arrive; the first that does not verify ends the call.</summary>
    internal Task StageAsync(IAsyncEnumerable<ContentStream> contents, CancellationToken cancellation) => UntilClosedAsync(async ended =>
    {
        using var buffer = new StagingBuffer();
        await foreach (var content in contents.WithCancellation(ended))
            await StageAsync(content, buffer, ended);
        return true;
    }, cancellation);

    /// <summary>Lets attempts to commit take turns.</summary>
    internal async Task<T> InTurnAsync<T>(Func<Task<T>> commit, CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation);
        try
        {
            return await commit();
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Throws where a content has not arrived.</summary>
    internal void RequireComplete()
    {
        if (Needs.Any(need => !Staging.Has(need.Hash)))
            throw DriveException.Invalid("The push is not complete: contents are missing.", "Run omnydrive sync again.");
    }

    /// <summary>Throws where the push has ended meanwhile.</summary>
    internal void RequireOpen()
    {
        if (IsClosed)
            throw PushSessions.NotInProgress(Intent.Id);
    }

    /// <summary>Closes the session if nobody uses it and nobody did for that long; whether it did.</summary>
    internal bool CloseIfIdle(TimeSpan patience) => Close(() => _uses == 1 && time.GetUtcNow() - _lastUsed > patience);

    /// <summary>Closes the session.</summary>
    public void Dispose() => Close(() => true);

    private bool Close(Func<bool> condition)
    {
        lock (_one)
        {
            if (IsClosed || !condition())
                return false;
            IsClosed = true;
        }
        _closed.Cancel();
        Release();
        return true;
    }

    private async Task<T> UntilClosedAsync<T>(Func<CancellationToken, Task<T>> work, CancellationToken cancellation)
    {
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellation, _closed.Token);
        try
        {
            return await work(linked.Token);
        }
        catch (OperationCanceledException) when (IsClosed && !cancellation.IsCancellationRequested)
        {
            throw PushSessions.NotInProgress(Intent.Id);
        }
    }

    private bool IsNeed(int index) => index >= 0 && index < Needs.Count;

    // Told again, a list goes on with what has arrived since.
    private ContentAssembly? Assemble(int index, ToldChunks told, IReadOnlyList<ChunkSource> sources, CancellationToken cancellation)
    {
        using var alone = _assembling.EnterScope();
        if (Staging.Has(Needs[index].Hash))
            return null;
        if (_assemblies.TryGetValue(index, out var known))
            return known;
        if (_assemblies.Count == MostOpen || told.List.Count > MostOpenChunks - _assemblies.Values.Sum(open => open.Chunks))
            throw DriveException.Invalid($"The push offers more than {MostOpen} contents, or {MostOpenChunks} chunks, before it has sent others.", "Update OmnyDrive where the mount is.");
        var hasRoom = told.Pieces.Sum(chunk => chunk.Pieces.Count) <= ToldChunks.MostPieces - _assemblies.Values.Sum(open => open.Pieces);
        var assembly = intake.Assemble(Needs[index], hasRoom ? told : told with { Pieces = [] }, sources, cancellation);
        return assembly.IsComplete ? assembly : _assemblies[index] = assembly;
    }

    private async Task StageAsync(ContentStream content, StagingBuffer buffer, CancellationToken cancellation)
    {
        if (!IsNeed(content.Index))
            throw DriveException.Protocol($"The content {content.Index} was not asked for.");
        var need = Needs[content.Index];
        var problem = _assemblies.TryGetValue(content.Index, out var assembly) ? await ReceiveAsync(assembly, content, buffer, cancellation)
            : content.Offset == 0 || Staging.Has(need.Hash) ? await Staging.StageAsync(content, need, buffer, null, cancellation)
            : throw DriveException.Protocol($"A part of the content {content.Index} came without its chunk list.");
        if (problem is not null)
            throw new DriveException(ErrorCode.ContentMismatch, $"The push was not taken: of a file that it sends, {problem}. Nothing was changed.", "Run omnydrive sync again.");
        if (assembly is { IsComplete: true })
            _assemblies.TryRemove(content.Index, out _);
    }

    // Only the client can send more, so it has to hear that what it was asked for is not enough.
    private static async Task<string?> ReceiveAsync(ContentAssembly assembly, ContentStream content, StagingBuffer buffer, CancellationToken cancellation)
    {
        var before = assembly.GivenUp;
        return await assembly.ReceiveAsync(content, content.Offset, buffer, null, cancellation)
            ?? (assembly.GivenUp > before ? "the pieces do not make up the chunk that they were told of" : null);
    }

    private void Release()
    {
        lock (_one)
        {
            _lastUsed = time.GetUtcNow();
            if (--_uses > 0)
                return;
        }
        try
        {
            foreach (var assembly in _assemblies.Values)
                assembly.Dispose();
            Staging.Dispose();
        }
        finally
        {
            _closed.Dispose();
            _turn.Dispose();
            _gone.SetResult();
        }
    }

    /// <summary>A hold on a session.</summary>
    internal sealed class Use(PushSession session) : IDisposable
    {
        internal PushSession Session { get; } = session;

        /// <inheritdoc/>
        public void Dispose() => Session.Release();
    }
}
