using System.Runtime.InteropServices;

namespace OmnyDrive.Engine.Scanning.Index;

/// <summary>
/// The first 80 bytes of an index: then the directories' records, then their blocks, at the end the checksum over all before it. In the byte order of the
/// machine; the magic number of another machine's index is another number.
/// </summary>
[StructLayout(LayoutKind.Sequential, Size = Bytes)]
internal struct IndexHeader
{
    internal const int Bytes = 80;
    internal const ulong ThisMagic = 0x0A58444E49594D4F;
    internal const uint ThisVersion = 3;

    internal ulong Magic;
    internal uint Version;
    internal int Directories;
    internal long Length;
    internal ulong RootDevice;
    internal ulong RootInode;
    internal long Files;
    internal long FileBytes;

    /// <summary>Which files were taken for ignore files.</summary>
    internal ulong IgnoreNames;

    internal readonly bool IsOf(ulong device, ulong inode) => Magic == ThisMagic && Version == ThisVersion && RootDevice == device && RootInode == inode;
}
