using OmnyDrive.Errors;
using OmnyDrive.Reconciling;
using OmnyDrive.Snapshots;

namespace OmnyDrive.History;

/// <summary>Why a way back cannot be taken. Nothing was changed.</summary>
public static class RewindErrors
{
    /// <summary>Nothing was synchronized yet.</summary>
    public static DriveException NothingToUndo() => DriveException.Invalid("There is no sync to take back: nothing has come or gone yet.", "See: omnydrive history");

    /// <summary>The newest generation is an edit in the directory itself: what a user overwrites in place is theirs, and nobody has kept it.</summary>
    public static DriveException NotOurs() =>
        DriveException.Invalid("The last change was made in the directory itself, not by a sync, and what it overwrote was not kept.", "Bring back what an earlier state held: omnydrive restore DRIVE REF [PATH]; see: omnydrive history");

    /// <summary>It was taken back before.</summary>
    /// <param name="isMount">Whether in a mount, which can synchronize again.</param>
    public static DriveException UndoneAlready(bool isMount) =>
        DriveException.Invalid("The last sync was taken back already.", isMount ? "To have it again: omnydrive sync; to go further back: omnydrive restore MOUNT REF" : "To go further back, or forth again: omnydrive restore DRIVE REF; see: omnydrive history");

    /// <summary>Taking it back would overwrite what somebody changed since.</summary>
    public static DriveException Touched(IReadOnlyList<DrivePath> paths) => new(
        ErrorCode.Conflict, $"{QuotedPaths.Of(paths, paths.Count)} changed since that sync, and taking it back would overwrite that. Nothing was changed.",
        "Bring back single paths, the present ones are kept: omnydrive restore MOUNT REF PATH");

    /// <summary>Which paths a generation changed is not known.</summary>
    public static DriveException Unknown(Generation generation) => new(
        ErrorCode.Expired, $"Which paths generation {generation.Number} changed is not known any more, so there is no way back behind it. Nothing was changed.", "See: omnydrive history");

    /// <summary>Contents are nowhere to be had; names the paths that need them.</summary>
    public static DriveException Gone(IEnumerable<Change> changes, IReadOnlySet<ContentHash> contents)
    {
        var paths = changes.Where(change => change.NeedsContent && contents.Contains(change.To!.ContentHash)).Select(change => change.Path).ToList();
        return new DriveException(ErrorCode.Expired, $"What {QuotedPaths.Of(paths, paths.Count)} held is not kept any more. Nothing was changed.", "Bring back other paths one by one: omnydrive restore MOUNT REF PATH");
    }
}
