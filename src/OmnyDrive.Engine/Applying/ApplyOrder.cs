using OmnyDrive.Reconciling;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.Applying;

/// <summary>One step of an apply.</summary>
internal enum ApplyStepKind
{
    Remove,
    Create,
    Replace,
    SetExecutable,
}

/// <param name="Kind">What is done.</param>
/// <param name="Change">The change that it belongs to.</param>
/// <param name="IsLast">Whether the change is made with this step.</param>
internal readonly record struct ApplyStep(ApplyStepKind Kind, Change Change, bool IsLast);

/// <summary>
/// Puts changes into an order in which each finds what it needs: first removals, what lies deeper first; then everything else, directories
/// before what they hold. A path that turns from or into a directory is removed and created; any other is replaced in one step.
/// </summary>
internal static class ApplyOrder
{
    internal static IEnumerable<ApplyStep> Of(IReadOnlyList<Change> changes)
    {
        var sorted = changes.OrderBy(change => change.Path).ToList();
        for (var i = sorted.Count - 1; i >= 0; i--)
        {
            if (sorted[i].To is null || TurnsDirectory(sorted[i]))
                yield return new ApplyStep(ApplyStepKind.Remove, sorted[i], sorted[i].To is null);
        }
        foreach (var change in sorted)
        {
            if (change.To is not null)
                yield return new ApplyStep(PlacingKind(change), change, IsLast: true);
        }
    }

    private static ApplyStepKind PlacingKind(Change change) =>
        change.From is null || TurnsDirectory(change) ? ApplyStepKind.Create
        : change.To!.IsFile && !change.NeedsContent ? ApplyStepKind.SetExecutable
        : ApplyStepKind.Replace;

    private static bool TurnsDirectory(Change change) => change is { From: not null, To: not null }
        && (change.From.Kind == EntryKind.Directory) != (change.To.Kind == EntryKind.Directory);
}
