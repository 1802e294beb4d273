using OmnyDrive.Origins;
using OmnyDrive.Reconciling;

namespace OmnyDrive.Engine.Applying;

/// <summary>Which contents changes need, each once.</summary>
internal static class ContentNeeds
{
    internal static IReadOnlyList<ContentNeed> Of(IEnumerable<Change> changes) =>
        [.. changes.Where(change => change.NeedsContent).Select(change => new ContentNeed(change.To!.ContentHash, change.To.Size)).Distinct()];

    /// <summary>The same with a path that has each.</summary>
    internal static IReadOnlyList<ContentRequest> Located(IEnumerable<Change> changes) =>
        [.. changes.Where(change => change.NeedsContent).DistinctBy(change => change.To!.ContentHash)
            .Select(change => new ContentRequest(change.Path, change.To!.ContentHash, change.To.Size))];
}
