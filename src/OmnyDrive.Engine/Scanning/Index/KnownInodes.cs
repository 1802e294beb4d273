namespace OmnyDrive.Engine.Scanning.Index;

/// <summary>
/// Finds a directory of an index by its inode number, at whatever path it lay. Only those on the file system of the root: elsewhere the same numbers are given again.
/// </summary>
internal sealed class KnownInodes
{
    private readonly ulong[] _inodes;
    private readonly int[] _numbers;

    internal KnownInodes(ScanIndex index)
    {
        (_inodes, _numbers) = (new ulong[index.Directories], new int[index.Directories]);
        var count = 0;
        for (var number = 0; number < index.Directories; number++)
        {
            var directory = index.Directory(number);
            if (!directory.Flags.HasFlag(DirectoryFlags.Elsewhere))
                (_inodes[count], _numbers[count++]) = (directory.Inode, number);
        }
        Array.Resize(ref _inodes, count);
        _inodes.AsSpan().Sort(_numbers.AsSpan(0, count));
    }

    /// <summary>The number of a directory that had this inode; null where none had.</summary>
    internal int? Find(ulong inode) => Array.BinarySearch(_inodes, inode) is >= 0 and var at ? _numbers[at] : null;
}
