using OmnyDrive.Engine.Files;

namespace OmnyDrive.Engine.Applying.Journaling;

/// <summary>One state of one file or link, as far as a rename leaves it alone: which inode, and what an edit of it changes.</summary>
internal readonly record struct FileStamp(ulong Inode, long Size, long Modified, uint Mode, uint Owner, uint Group)
{
    internal static FileStamp Of(in FileStat stat) => new(stat.Inode, stat.Size, stat.Modified, stat.Mode, stat.Owner, stat.Group);

    /// <summary>Whether it is this file, edited or not.</summary>
    internal bool IsFile(FileStat? now) => now is { } stat && stat.Inode == Inode;

    /// <summary>Whether it is this file with the content that it had.</summary>
    internal bool IsUnedited(FileStat? now) => now is { } stat && stat.Inode == Inode && stat.Size == Size && stat.Modified == Modified;
}
