using OmnyDrive.Drives;
using OmnyDrive.Engine.Applying;
using OmnyDrive.Engine.Providers;
using OmnyDrive.Engine.Syncing;
using OmnyDrive.Errors;
using OmnyDrive.History;

namespace OmnyDrive.Engine.History;

/// <summary>Records the generations of a mount: what came by each pull, and what went by each push.</summary>
internal sealed class MountHistory(MountWork work)
{
    private static readonly TimeSpan LockPatience = TimeSpan.FromSeconds(30);

    /// <summary>The generation that a pull makes; the first is the clone.</summary>
    internal NextGeneration Pulled(SyncRef before, SyncRef now) =>
        Next(work.Row.Baseline is null ? GenerationKind.First : GenerationKind.Pull, now, before) with { Author = work.Row.Drive.Endpoint };

    /// <summary>
    /// Records a push that has landed. It has landed whether or not that can be written down; then the result says so, and the push cannot be taken back by a command.
    /// </summary>
    internal async Task<AppliedSync> PushedAsync(SyncRef before, AppliedSync pushed)
    {
        var next = Next(GenerationKind.Push, SyncRef.OfTree(pushed.Advanced!.Root), before) with { Author = work.Self };
        try
        {
            using var held = await ApplyLock.WaitAsync(work.Root, LockPatience, work.Time, CancellationToken.None);
            using var generation = RootHistory.Begin(work.Root, next, [.. pushed.Changes.Select(change => new RecordedChange(change))]);
            generation.Accept();
            return pushed;
        }
        catch (DriveException e)
        {
            return pushed with { Problems = [.. pushed.Problems, new Problem("", $"the push landed, and could not be recorded in the history of the mount: {e.Message}")] };
        }
    }

    private NextGeneration Next(GenerationKind kind, SyncRef now, SyncRef before) => new(HistoryRole.Mount, kind, now, before, work.Time.GetUtcNow());
}
