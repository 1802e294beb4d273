using System.Collections.Concurrent;
using OmnyDrive.Engine.Applying;
using OmnyDrive.Errors;
using OmnyDrive.Origins;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.Syncing;

/// <summary>Fetches contents into a staging area over a few streams that share the work by bytes.</summary>
internal sealed class ContentFetcher(IOrigin origin, StagingArea staging, TransferMeter meter)
{
    private readonly ConcurrentDictionary<ContentHash, string> _problems = new();

    /// <summary>Fetches and verifies. Returns the contents that could not be had, and why.</summary>
    internal async Task<IReadOnlyDictionary<ContentHash, string>> FetchAsync(IReadOnlyList<ContentRequest> requests, CancellationToken cancellation)
    {
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var streams = WorkShares.Of(requests, request => request.Size).Select(share => FetchShareAsync(share, linked)).ToList();
        await Task.WhenAll(streams);
        return _problems;
    }

    private async Task FetchShareAsync(IReadOnlyList<ContentRequest> share, CancellationTokenSource all)
    {
        try
        {
            // Writing and hashing block; each stream has a thread of its own.
            await Task.Run(() => ReceiveAsync(share, all.Token), all.Token);
        }
        catch
        {
            await all.CancelAsync();
            throw;
        }
    }

    private async Task ReceiveAsync(IReadOnlyList<ContentRequest> share, CancellationToken cancellation)
    {
        using var buffer = new StagingBuffer();
        var arrived = 0;
        await foreach (var content in origin.FetchAsync(share, cancellation))
        {
            if (content.Index < 0 || content.Index >= share.Count)
                throw DriveException.Protocol($"The content {content.Index} was not asked for.");
            var request = share[content.Index];
            if (await staging.StageAsync(content, new ContentNeed(request.Hash, request.Size), buffer, meter.AddBytes, cancellation) is { } problem)
                _problems[request.Hash] = problem;
            meter.AddFile();
            arrived++;
        }
        if (arrived != share.Count)
            throw new DriveException(ErrorCode.OriginUnreachable, $"The transfer ended after {arrived} of {share.Count} contents.", "Run the command again; nothing was lost.");
    }
}
