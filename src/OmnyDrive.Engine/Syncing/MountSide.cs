using OmnyDrive.Engine.Applying;
using OmnyDrive.Engine.Files;
using OmnyDrive.Engine.Roots;
using OmnyDrive.Engine.Scanning;
using OmnyDrive.Origins;
using OmnyDrive.Reconciling;

namespace OmnyDrive.Engine.Syncing;

/// <summary>Applies a pull to a mount: fetch and verify what is needed, then make each change whose path is still as it was planned with.</summary>
internal sealed class MountSide(RootDirectory root, RootScanner scanner, TimeProvider time)
{
    private static readonly TimeSpan LockPatience = TimeSpan.FromSeconds(30);

    internal async Task<AppliedSync> ApplyAsync(IReadOnlyList<Change> changes, ScanResult local, IOrigin origin, IProgress<TransferProgress>? progress, CancellationToken cancellation)
    {
        var name = $"pull-{Guid.NewGuid():N}";
        using var staging = StagingArea.Create(root, name);
        var requests = ContentNeeds.Located(changes);
        var meter = new TransferMeter(requests.Count, requests.Sum(request => request.Size), progress);
        var missing = await new ContentFetcher(origin, staging, meter).FetchAsync(requests, cancellation);
        var ready = changes.Where(change => !change.NeedsContent || !missing.ContainsKey(change.To!.ContentHash)).ToList();
        var problems = changes.Except(ready).Select(change => new Problem(change.Path.ToString(), missing[change.To!.ContentHash]));

        staging.SetUses(ready.Where(change => change.NeedsContent).Select(change => change.To!.ContentHash));
        staging.Flush(requests.Count);
        using var held = await RootLock.WaitAsync(root, RootLayout.ApplyLock, LockPatience, time, cancellation);
        using var trash = new TrashArea(root, name);
        var outcome = new TreeApplier(root, local.Index, staging, trash).ApplyEach(ready);
        Durability.FlushApplied(root, outcome.Applied);
        var settled = await Settling.SettleAsync(root, outcome.Files, time, CancellationToken.None);
        scanner.Remember(root, local.Index.With(settled));
        return new AppliedSync(Side.Local, outcome.Applied, [.. problems, .. outcome.Problems], meter.Bytes);
    }
}
