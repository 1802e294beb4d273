using OmnyDrive.Engine.Applying;
using OmnyDrive.Errors;
using OmnyDrive.Origins;
using OmnyDrive.Reconciling;

namespace OmnyDrive.Engine.Origins;

/// <summary>A push that was announced: what it will change, which contents it needs, and what of them has been staged.</summary>
internal sealed class PushSession(PushIntent intent, IReadOnlyList<Change> changes, StagingArea staging, DateTimeOffset began) : IDisposable
{
    internal PushIntent Intent { get; } = intent;

    internal IReadOnlyList<Change> Changes { get; } = changes;

    internal StagingArea Staging { get; } = staging;

    internal DateTimeOffset Began { get; } = began;

    internal IReadOnlyList<ContentNeed> Needs { get; } = ContentNeeds.Of(changes);

    /// <summary>Stages contents as they arrive; the first that does not verify ends the push.</summary>
    internal async Task StageAsync(IAsyncEnumerable<ContentStream> contents, CancellationToken cancellation)
    {
        using var buffer = new StagingBuffer();
        await foreach (var content in contents.WithCancellation(cancellation))
        {
            if (content.Index < 0 || content.Index >= Needs.Count)
                throw DriveException.Protocol($"The content {content.Index} was not asked for.");
            if (await Staging.StageAsync(content, Needs[content.Index], buffer, null, cancellation) is { } problem)
                throw new DriveException(ErrorCode.ContentMismatch, $"The push was not taken: of a file that it sends, {problem}. Nothing was changed.", "Run omnydrive sync again.");
        }
    }

    /// <summary>Throws where a content has not arrived.</summary>
    internal void RequireComplete()
    {
        if (Needs.Any(need => !Staging.Has(need.Hash)))
            throw DriveException.Invalid("The push is not complete: contents are missing.", "Run omnydrive sync again.");
    }

    /// <inheritdoc/>
    public void Dispose() => Staging.Dispose();
}
