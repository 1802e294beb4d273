using System.Runtime.InteropServices;
using OmnyDrive.Engine.Files;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.Scanning.Index;

/// <summary>What a name in an index is.</summary>
internal enum RecordKind : byte
{
    File = 1,
    Directory = 2,
    Symlink = 3,
    Unknown = 4,

    /// <summary>A directory that is no entry of the tree, because all it holds is left out; it is looked into again all the same.</summary>
    HiddenDirectory = 5,
}

/// <summary>
/// One name of a directory, 80 bytes, as they lie in the index file. <see cref="NameOffset"/> counts from the beginning of the directory's block. Of a link,
/// <see cref="Extra"/> is the length of its target and <see cref="Size"/> the target's offset; of a directory <see cref="Extra"/> is its number.
/// </summary>
[StructLayout(LayoutKind.Sequential, Size = Bytes)]
internal struct EntryRecord
{
    internal const int Bytes = 80;

    internal uint NameOffset;
    internal byte NameLength;
    internal RecordKind Kind;
    internal bool IsRacy;
    internal byte Spare;
    internal uint Mode;
    internal uint Extra;
    internal long Size;
    internal long Modified;
    internal long Changed;
    internal ulong Inode;
    internal Hash256 Hash;

    internal readonly bool IsDirectory => Kind is RecordKind.Directory or RecordKind.HiddenDirectory;

    internal readonly bool IsExecutable => (Mode & FileModes.OwnerExecute) != 0;

    internal readonly Fingerprint Fingerprint => new(Kind == RecordKind.Symlink ? Extra : Size, Modified, Changed, Inode, Mode);

    /// <summary>Whether the index vouches for it: settled when it was looked at, and unchanged since.</summary>
    internal readonly bool Vouches(in FileStat now) => !IsRacy && Inode == now.Inode && Changed == now.Changed && Modified == now.Modified && Mode == now.Mode
        && (Kind == RecordKind.File ? now.Kind == FileKind.File && Size == now.Size : Kind == RecordKind.Symlink && now.Kind == FileKind.Symlink && Extra == now.Size);

    internal void Take(in Fingerprint fingerprint)
    {
        (Size, Modified, Changed, Inode, Mode) = (fingerprint.Size, fingerprint.Modified, fingerprint.Changed, fingerprint.Inode, fingerprint.Mode);
    }
}
