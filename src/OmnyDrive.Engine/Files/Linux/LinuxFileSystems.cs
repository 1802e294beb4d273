namespace OmnyDrive.Engine.Files.Linux;

/// <summary>What is known of file systems by their magic numbers (statfs(2)).</summary>
internal static class LinuxFileSystems
{
    private const long Ext = 0xEF53, Tmpfs = 0x01021994, Ramfs = 0x858458F6, Xfs = 0x58465342, Btrfs = 0x9123683E, F2fs = 0xF2F52010, Zfs = 0x2FC12FC1,
        Overlay = 0x794C7630, Bcachefs = 0xCA451A4E;

    /// <summary>Local file systems that stamp a directory's ctime whenever a name in it comes or goes.</summary>
    internal static bool KeepDirectoryTimes(long type) => (type & 0xFFFF_FFFF) is Ext or Tmpfs or Ramfs or Xfs or Btrfs or F2fs or Zfs or Overlay or Bcachefs;
}
