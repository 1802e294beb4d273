using OmnyDrive.Errors;
using OmnyDrive.Origins;
using OmnyDrive.Reconciling;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.Applying;

/// <summary>Which contents changes need, each once.</summary>
internal static class ContentNeeds
{
    internal static IReadOnlyList<ContentNeed> Of(IEnumerable<Change> changes) =>
        [.. Located(changes).Select(request => new ContentNeed(request.Hash, request.Size))];

    /// <summary>The changes whose contents must be staged: those that need any, and are not made by moving what has it.</summary>
    internal static IReadOnlyList<Change> Staged(PlannedChanges planned)
    {
        var moved = planned.Moves.Select(move => move.Added).ToHashSet(ReferenceEqualityComparer.Instance);
        return [.. planned.Single.Where(change => change.NeedsContent && !moved.Contains(change))];
    }

    /// <summary>The same with a path that has each.</summary>
    internal static IReadOnlyList<ContentRequest> Located(IEnumerable<Change> changes)
    {
        var requests = new List<ContentRequest>();
        var sizes = new Dictionary<ContentHash, long>(changes.TryGetNonEnumeratedCount(out var count) ? count : 0);
        foreach (var (path, to) in changes.Where(change => change.NeedsContent).Select(change => (change.Path, change.To!)))
        {
            if (sizes.TryAdd(to.ContentHash, to.Size))
                requests.Add(new ContentRequest(path, to.ContentHash, to.Size));
            else if (sizes[to.ContentHash] != to.Size)
                throw DriveException.Protocol($"The content {to.ContentHash.Value} is said to have {to.Size} bytes and {sizes[to.ContentHash]} bytes.");
        }
        return requests;
    }
}
