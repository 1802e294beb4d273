using OmnyDrive.Drives;
using OmnyDrive.Errors;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.Conflicts;

/// <summary>Why a conflict cannot be looked at or settled as somebody wanted.</summary>
internal static class ConflictErrors
{
    private const int Named = 5;

    internal static DriveException NoneOpen(MountId mount) =>
        new(ErrorCode.PathNotFound, $"The mount {mount} has no open conflict.", $"A sync finds them: omnydrive sync {mount}");

    internal static DriveException NotInConflict(string wanted, IReadOnlyList<OpenConflict> open) => new(
        ErrorCode.PathNotFound,
        $"No open conflict is at \"{wanted}\". There {(open.Count == 1 ? "is" : "are")}: {string.Join(", ", open.Take(Named).Select(conflict => $"\"{conflict.Conflict.Path}\""))}{(open.Count > Named ? $" and {open.Count - Named} more" : "")}.",
        "See: omnydrive conflicts; all of them: \"**\"");

    internal static DriveException NothingThere(DrivePath path, ConflictVersion version) => new(
        ErrorCode.PathNotFound, $"\"{path}\" {(version == ConflictVersion.Base ? "was not there when both sides last agreed" : version == ConflictVersion.Ours ? "is not there in the mount" : "is not there at the origin")}.", "See: omnydrive conflicts");

    internal static DriveException NotKept(DrivePath path, ConflictVersion version) => new(
        ErrorCode.Expired, $"The {(version == ConflictVersion.Base ? "base" : version == ConflictVersion.Ours ? "mount's version" : "origin's version")} of \"{path}\" is not to be had any more.", "See the others: omnydrive conflicts show PATH --ours or --theirs");

    internal static DriveException NoFile(DrivePath path) => DriveException.Invalid($"That version of \"{path}\" is a directory.", "See: omnydrive diff");

    internal static DriveException OnlyTheirs(MountId mount) =>
        new(ErrorCode.ReadOnly, $"The mount {mount} is read-only, so its versions cannot go to the origin.", "Drop them: omnydrive resolve MOUNT PATH --theirs; they stay in the history of the mount.");
}
