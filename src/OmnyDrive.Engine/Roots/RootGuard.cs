using OmnyDrive.Drives;
using OmnyDrive.Engine.Files;
using OmnyDrive.Errors;

namespace OmnyDrive.Engine.Roots;

/// <summary>Opens a root for one operation and makes sure that it is still the one it is taken for; else halts with <c>root_missing</c>.</summary>
internal static class RootGuard
{
    /// <summary>Opens the root of a published drive. One that could not take a marker is known by its place in the file system.</summary>
    internal static RootDirectory OpenDrive(string path, DriveId drive, RootIdentity identity) =>
        Open(path, root => IsDrive(root, drive, identity), $"drive {drive}");

    /// <summary>Opens the root of a mount.</summary>
    internal static RootDirectory OpenMount(string path, MountId mount) =>
        Open(path, root => IsMount(root, mount), $"mount {mount}", Repair);

    /// <summary>Makes sure of an open root of a mount once more, after a lock was waited for: whoever held it may have ended the mount.</summary>
    internal static void RequireMount(RootDirectory root, MountId mount)
    {
        if (!IsMount(root, mount))
            throw Missing(root.Top.Path, $"mount {mount}", Repair);
    }

    /// <summary>The same for the root of a published drive.</summary>
    internal static void RequireDrive(RootDirectory root, DriveId drive, RootIdentity identity)
    {
        if (!IsDrive(root, drive, identity))
            throw Missing(root.Top.Path, $"drive {drive}");
    }

    private const string Repair = " If it was moved, or only its marker is lost, see: omnydrive mounts repair DIR";

    private static bool IsMount(RootDirectory root, MountId mount) => MarkerFile.Read(root)?.Mount?.Id == mount.Value;

    private static bool IsDrive(RootDirectory root, DriveId drive, RootIdentity identity)
    {
        if (identity.Epoch is { } epoch)
            return MarkerFile.Read(root)?.Drive is { } mark && mark.Id == drive.ToString() && mark.Epoch == epoch;
        var stat = root.Top.Stat();
        return stat.Device == identity.Device && stat.Inode == identity.Inode;
    }

    private static RootDirectory Open(string path, Func<RootDirectory, bool> isTheOne, string what, string more = "")
    {
        RootDirectory root;
        try
        {
            root = RootDirectory.OpenAt(path);
        }
        catch (DriveException e) when (e.Code == ErrorCode.RootMissing)
        {
            throw new DriveException(e.Code, e.Message, e.Hint + more, e);
        }
        try
        {
            return isTheOne(root) ? root : throw Missing(path, what, more);
        }
        catch
        {
            root.Dispose();
            throw;
        }
    }

    private static DriveException Missing(string path, string what, string more = "") =>
        new(ErrorCode.RootMissing, $"\"{path}\" does not bear the marker of {what}: it was replaced, or its disk is not mounted.",
            "Nothing was read into a change, and nothing was changed. Bring the directory back and run the command again." + more);
}

/// <summary>How the root of a published drive is recognized: by the epoch in its marker, or where it can take none, by device and inode.</summary>
internal readonly record struct RootIdentity(string? Epoch, ulong Device, ulong Inode)
{
    /// <summary>That of a source which lies at some server and bears no mark.</summary>
    internal static RootIdentity Elsewhere { get; } = new("", 0, 0);
}
