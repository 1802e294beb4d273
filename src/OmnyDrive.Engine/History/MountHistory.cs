using OmnyDrive.Drives;
using OmnyDrive.Engine.Providers;
using OmnyDrive.History;
using OmnyDrive.Reconciling;

namespace OmnyDrive.Engine.History;

/// <summary>Records the generations of a mount: what came by each pull, and what went by each push.</summary>
/// <param name="work">The mount.</param>
/// <param name="sync">Which sync makes them: those that one sync made are taken back together.</param>
internal sealed class MountHistory(MountWork work, string sync)
{
    /// <summary>The generation that a pull makes; the first is the clone.</summary>
    internal NextGeneration Pulled(SyncRef before, SyncRef now) =>
        Next(work.Row.Baseline is null ? GenerationKind.First : GenerationKind.Pull, now, before) with { Author = work.Row.Drive.Endpoint };

    /// <summary>Begins the generation of a push. The caller holds the sync lock, which is all that it takes: nobody else writes the history of a mount.</summary>
    internal BegunGeneration BeginPush(SyncRef before, SyncRef target, IReadOnlyList<Change> changes)
    {
        new RootHistory(work.Root, HistoryRole.Mount).EndBrokenOff();
        return RootHistory.Begin(work.Root, Next(GenerationKind.Push, target, before) with { Author = work.Self }, [.. changes.Select(change => new RecordedChange(change))]);
    }

    private NextGeneration Next(GenerationKind kind, SyncRef now, SyncRef before) => new(HistoryRole.Mount, kind, now, before, work.Time.GetUtcNow()) { Epoch = sync };
}
