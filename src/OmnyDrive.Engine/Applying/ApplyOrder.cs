using OmnyDrive.Reconciling;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.Applying;

/// <summary>One step of an apply.</summary>
internal enum ApplyStepKind
{
    Remove,
    Create,
    MoveDirectory,
    Move,
    Replace,
    SetExecutable,
}

/// <param name="Kind">What is done.</param>
/// <param name="Change">The change that it belongs to; of a move the one that makes the file or directory.</param>
/// <param name="IsLast">Whether the change is made with this step.</param>
/// <param name="Source">Of a move, the change that takes the file or directory away, which is made with this step too.</param>
internal readonly record struct ApplyStep(ApplyStepKind Kind, Change Change, bool IsLast, Change? Source = null)
{
    /// <summary>Of a directory that is moved, the move, all of whose changes are made with this step.</summary>
    internal DirectoryMove? Directory { get; private init; }

    internal static ApplyStep Of(Move move) => new(ApplyStepKind.Move, move.Added, IsLast: true, move.Removed);

    internal static ApplyStep Of(DirectoryMove move) => new(ApplyStepKind.MoveDirectory, move.Added, IsLast: true, move.Removed) { Directory = move };

    /// <summary>Whether a file must be staged for it.</summary>
    internal bool NeedsFile => Kind is ApplyStepKind.Create or ApplyStepKind.Replace && Change.To is { IsFile: true };
}

/// <summary>
/// Puts changes into an order in which each finds what it needs: first removals, what lies deeper first; then everything else, directories
/// before what they hold. A path that turns from or into a directory is removed and created; any other is replaced in one step. Where files or directories are moved, the directories that
/// they come from are removed after them, and those that they go to are made before.
/// </summary>
internal static class ApplyOrder
{
    internal static IReadOnlyList<ApplyStep> Of(PlannedChanges planned)
    {
        var (sorted, moves) = (ByPath(planned.Single), planned.Moves);
        var removals = Enumerable.Reverse(sorted).Where(change => change.To is null || TurnsDirectory(change)).Select(change => new ApplyStep(ApplyStepKind.Remove, change, change.To is null));
        var placings = sorted.Where(change => change.To is not null).Select(change => new ApplyStep(PlacingKind(change), change, IsLast: true));
        if (moves.Count == 0 && planned.Directories.Count == 0)
            return [.. removals, .. placings];
        var moved = moves.SelectMany(move => new[] { move.Removed, move.Added }).ToHashSet(ReferenceEqualityComparer.Instance);
        ILookup<bool, ApplyStep> removing = removals.Where(step => !moved.Contains(step.Change)).ToLookup(step => step.Change.From!.IsDirectory),
            placing = placings.Where(step => !moved.Contains(step.Change)).ToLookup(step => step.Change.To!.IsDirectory);
        return [.. removing[false], .. placing[true], .. planned.Directories.Select(ApplyStep.Of), .. moves.Select(ApplyStep.Of), .. removing[true], .. placing[false]];
    }

    /// <summary>Changes in the order of their paths, a directory before what it holds.</summary>
    internal static IReadOnlyList<Change> ByPath(IReadOnlyList<Change> changes) => PathOrder.Of(changes, change => change.Path);

    private static ApplyStepKind PlacingKind(Change change) =>
        change.From is null || TurnsDirectory(change) ? ApplyStepKind.Create
        : change.To!.IsFile && !change.NeedsContent ? ApplyStepKind.SetExecutable
        : ApplyStepKind.Replace;

    private static bool TurnsDirectory(Change change) => change is { From: not null, To: not null }
        && (change.From.Kind == EntryKind.Directory) != (change.To.Kind == EntryKind.Directory);
}
