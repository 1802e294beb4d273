namespace OmnyDrive.Engine.Files;

/// <summary>What kind of thing a name is in a file system.</summary>
internal enum FileKind
{
    File,
    Directory,
    Symlink,
    /// <summary>A socket, FIFO or device.</summary>
    Other,
}

/// <summary>What the file system says of a name, not following a link.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Mode">Permission bits, the lower twelve.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Modified">mtime in nanoseconds since 1970.</param>
/// <param name="Changed">ctime in nanoseconds since 1970; only the kernel sets it. The mtime where the system has none.</param>
/// <param name="Inode">Inode number, or what stands in for it.</param>
/// <param name="Device">The file system; 0 where it is not known.</param>
/// <param name="Owner">User id.</param>
/// <param name="Group">Group id.</param>
/// <param name="Links">How many names it has.</param>
internal readonly record struct FileStat(
    FileKind Kind, uint Mode, long Size, long Modified, long Changed, ulong Inode, ulong Device, uint Owner, uint Group, uint Links)
{
    /// <summary>Executable means what git means by it: the owner may execute.</summary>
    internal bool IsExecutable => (Mode & FileModes.OwnerExecute) != 0;

    internal Fingerprint Fingerprint => new(Size, Modified, Changed, Inode, Mode);
}

/// <summary>Permission bits.</summary>
internal static class FileModes
{
    internal const uint SetGroup = 0x400;
    internal const uint OwnerExecute = 0x40;
    internal const uint PrivateFile = 0x180;
    internal const uint PrivateDirectory = 0x1C0;
    internal const uint AnyRead = 0x124;
    internal const uint Executable = 0x49;
    internal const uint ReadWriteAll = 0x1B6;
    internal const uint AllAll = 0x1FF;

    /// <summary>The mode with execute where read is, or without any execute.</summary>
    internal static uint WithExecutable(uint mode, bool executable) => executable ? mode | ((mode & AnyRead) >> 2) : mode & ~Executable;
}

/// <summary>
/// What must be unchanged for a file to count as the one that was looked at. After a rename or exchange the ctime is new and only
/// <see cref="SameContentAs"/> can be asked.
/// </summary>
internal readonly record struct Fingerprint(long Size, long Modified, long Changed, ulong Inode, uint Mode)
{
    internal bool SameContentAs(Fingerprint other) => Size == other.Size && Modified == other.Modified && Inode == other.Inode;
}
