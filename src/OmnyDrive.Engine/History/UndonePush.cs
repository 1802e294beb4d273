using OmnyDrive.Drives;
using OmnyDrive.Engine.Providers;
using OmnyDrive.Engine.Scanning;
using OmnyDrive.Engine.Syncing;
using OmnyDrive.Errors;
using OmnyDrive.History;
using OmnyDrive.Origins;
using OmnyDrive.Reconciling;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.History;

/// <summary>Takes a push back at the origin, by a push of what was there before. Only the origin still has that, in its trash; nothing is sent.</summary>
internal sealed class UndonePush(MountWork work, RootScanner scanner, Func<CancellationToken, Task<ITreeOrigin>> connect)
{
    // Whoever takes a push back means what goes with it.
    private static readonly IReadOnlyCollection<Brake> Meant = [.. Enum.GetValues<Brake>()];

    /// <summary>Returns what was changed at the origin. <paramref name="beforeCommit"/> is called when all is ready and nothing is changed yet.</summary>
    internal async Task<IReadOnlyList<Change>> TakeBackAsync(IReadOnlyList<Change> made, Snapshot baseline, Action beforeCommit, CancellationToken cancellation)
    {
        await using var origin = await connect(cancellation);
        var head = await origin.GetHeadAsync(cancellation);
        var local = await Task.Run(() => scanner.Scan(work.Root, cancellation), cancellation);
        var theirs = await new OriginTrees(origin, baseline, local.Snapshot).LoadAsync(head.Ref.Tree, cancellation);
        var plan = UndoPlan.Of(made, theirs);
        if (plan.Touched.Count > 0)
            throw RewindErrors.Touched(plan.Touched);
        if (plan.Changes.Count > 0)
            await PushAsync(origin, (head.Ref, theirs), plan.Changes, beforeCommit, cancellation);
        else
            beforeCommit();
        return plan.Changes;
    }

    private async Task PushAsync(ITreeOrigin origin, (SyncRef Ref, Snapshot Snapshot) from, IReadOnlyList<Change> changes, Action beforeCommit, CancellationToken cancellation)
    {
        var target = TreePatch.Apply(from.Snapshot, changes);
        var intent = new PushIntent(PushId.New(), from.Ref, SyncRef.OfTree(target.Root)) { Allowed = Meant, Author = work.Self, LeadsBack = true };
        var needs = await origin.BeginPushAsync(intent, PushedTrees.Of(target), cancellation);
        if (needs.Count > 0)
        {
            await origin.AbandonPushAsync(intent.Id, cancellation);
            throw RewindErrors.Gone(changes, needs.Select(need => need.Hash).ToHashSet());
        }
        beforeCommit();
        if (await origin.CommitPushAsync(intent.Id, cancellation) is { Landed: false })
            throw new DriveException(ErrorCode.Conflict, $"{work.Row.Drive} moved on meanwhile. Nothing was changed.", "Run omnydrive undo again.");
    }
}
