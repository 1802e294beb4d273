using System.Runtime.InteropServices;
using OmnyDrive.Engine.Files;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.Scanning.Index;

/// <summary>What an index knows of a directory beside its names.</summary>
[Flags]
internal enum DirectoryFlags : uint
{
    None = 0,

    /// <summary>Its ctime lay so far back when it was listed that any later change of its names shows in it.</summary>
    Settled = 1,

    /// <summary>Something in it is left out of the tree.</summary>
    LeavesOut = 2,

    /// <summary>It holds names that no entry stands for and that are to be reported each time.</summary>
    ListAlways = 4,

    /// <summary>It is no entry of the tree.</summary>
    Hidden = 8,

    /// <summary>It lies on another file system than the root, such as a subvolume, whose inode numbers are its own.</summary>
    Elsewhere = 16,
}

/// <summary>One directory, 96 bytes, as they lie in the index file.</summary>
[StructLayout(LayoutKind.Sequential, Size = Bytes)]
internal struct DirectoryRecord
{
    internal const int Bytes = 96;

    internal ulong BlockOffset;
    internal int Count;
    internal int BlockLength;
    internal long Modified;
    internal long Changed;
    internal ulong Inode;
    internal uint Mode;
    internal DirectoryFlags Flags;
    internal Hash256 Hash;
    internal ulong RulesHigh;
    internal ulong RulesLow;

    internal UInt128 Rules
    {
        readonly get => new(RulesHigh, RulesLow);
        set => (RulesHigh, RulesLow) = ((ulong)(value >> 64), (ulong)value);
    }

    /// <summary>Whether its names are what they were when it was listed.</summary>
    internal readonly bool VouchesForNames(in FileStat now, UInt128 rules) =>
        (Flags & (DirectoryFlags.Settled | DirectoryFlags.ListAlways)) == DirectoryFlags.Settled
        && Inode == now.Inode && Changed == now.Changed && Modified == now.Modified && Mode == now.Mode && Rules == rules;

    internal void Take(in FileStat stat) => (Modified, Changed, Inode, Mode) = (stat.Modified, stat.Changed, stat.Inode, stat.Mode);
}
