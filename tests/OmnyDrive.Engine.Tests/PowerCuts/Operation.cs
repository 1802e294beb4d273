namespace OmnyDrive.Engine.Tests.PowerCuts;

/// <summary>What was done to a file system, by inode numbers: what has lain where is seen from them alone.</summary>
internal abstract record Operation
{
    /// <summary>Entries of directories got another inode, or none, in one step. Of a directory that was removed, it was seen to be empty.</summary>
    internal sealed record Names(IReadOnlyList<(ulong Directory, string Name, ulong? Inode)> Entries, ulong? Emptied = null) : Operation
    {
        /// <summary>The directories that it has to do with.</summary>
        internal IEnumerable<ulong> Directories => Emptied is { } emptied ? Entries.Select(entry => entry.Directory).Append(emptied) : Entries.Select(entry => entry.Directory);
    }

    /// <summary>Bytes were written; the mtime is that after it.</summary>
    internal sealed record Write(ulong Inode, long Offset, byte[] Bytes, long Modified) : Operation;

    /// <summary>A mode or an mtime was set.</summary>
    internal sealed record Attributes(ulong Inode, uint? Mode, long? Modified) : Operation;

    /// <summary>A file's content and attributes were made durable.</summary>
    internal sealed record SyncFile(ulong Inode) : Operation;

    /// <summary>A directory's entries were made durable.</summary>
    internal sealed record SyncDirectory(ulong Inode) : Operation;

    /// <summary>Everything was made durable.</summary>
    internal sealed record SyncAll : Operation;
}
