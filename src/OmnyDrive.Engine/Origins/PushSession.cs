using OmnyDrive.Engine.Applying;
using OmnyDrive.Errors;
using OmnyDrive.Origins;
using OmnyDrive.Reconciling;

namespace OmnyDrive.Engine.Origins;

/// <summary>
/// A push that was announced: what it will change, which contents it needs, and what of them has been staged. Closing it ends what is being
/// staged; its staging goes when the last who uses it is done.
/// </summary>
internal sealed class PushSession(PushIntent intent, IReadOnlyList<Change> changes, IReadOnlyList<ContentNeed> needs, StagingArea staging, TimeProvider time) : IDisposable
{
    private readonly Lock _one = new();
    private readonly CancellationTokenSource _closed = new();
    private readonly SemaphoreSlim _turn = new(1, 1);

    // One is the session's own, until it is closed.
    private int _uses = 1;
    private DateTimeOffset _lastUsed = time.GetUtcNow();

    internal PushIntent Intent { get; } = intent;

    internal IReadOnlyList<Change> Changes { get; } = changes;

    internal StagingArea Staging { get; } = staging;

    internal IReadOnlyList<ContentNeed> Needs { get; } = needs;

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

    /// <summary>Stages contents as they arrive; the first that does not verify ends the call.</summary>
    internal async Task StageAsync(IAsyncEnumerable<ContentStream> contents, CancellationToken cancellation)
    {
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellation, _closed.Token);
        try
        {
            using var buffer = new StagingBuffer();
            await foreach (var content in contents.WithCancellation(linked.Token))
                await StageAsync(content, buffer, linked.Token);
        }
        catch (OperationCanceledException) when (IsClosed && !cancellation.IsCancellationRequested)
        {
            throw PushSessions.NotInProgress(Intent.Id);
        }
    }

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

    private async Task StageAsync(ContentStream content, StagingBuffer buffer, CancellationToken cancellation)
    {
        if (content.Index < 0 || content.Index >= Needs.Count)
            throw DriveException.Protocol($"The content {content.Index} was not asked for.");
        if (await Staging.StageAsync(content, Needs[content.Index], buffer, null, cancellation) is { } problem)
            throw new DriveException(ErrorCode.ContentMismatch, $"The push was not taken: of a file that it sends, {problem}. Nothing was changed.", "Run omnydrive sync again.");
    }

    private void Release()
    {
        lock (_one)
        {
            _lastUsed = time.GetUtcNow();
            if (--_uses > 0)
                return;
        }
        Staging.Dispose();
        _closed.Dispose();
        _turn.Dispose();
    }

    /// <summary>A hold on a session.</summary>
    internal sealed class Use(PushSession session) : IDisposable
    {
        internal PushSession Session { get; } = session;

        /// <inheritdoc/>
        public void Dispose() => Session.Release();
    }
}
