using System.IO.Hashing;
using System.Runtime.InteropServices;
using OmnyDrive.Engine.Files;

namespace OmnyDrive.Engine.Scanning.Index;

/// <summary>
/// Writes the index of a scan from beginning to end: what changed from the scan, the rest from the index before. Holds one directory's block at a time.
/// </summary>
internal sealed class IndexWriter
{
    private readonly List<ScanNode> _directories;
    private readonly Dictionary<ScanNode, int> _numbers;
    private readonly ScanIndex? _known;
    private readonly XxHash128 _checksum = new();
    private byte[] _scratch = new byte[64 << 10];
    private IndexHeader _header;

    /// <param name="nodes">Each directory behind the one that holds it.</param>
    /// <param name="known">The index that unchanged directories are taken from.</param>
    /// <param name="root">The root.</param>
    /// <param name="ignoreNames">Which files are taken for ignore files.</param>
    internal IndexWriter(IReadOnlyList<ScanNode> nodes, ScanIndex? known, FileStat root, ulong ignoreNames)
    {
        (_directories, _known) = ([.. nodes.Where(node => node.Failure is null)], known);
        _numbers = new Dictionary<ScanNode, int>(_directories.Count);
        var length = IndexHeader.Bytes + (long)_directories.Count * DirectoryRecord.Bytes;
        foreach (var node in _directories)
        {
            _numbers.Add(node, _numbers.Count);
            length += node.Record.BlockLength;
        }
        _header = new IndexHeader
        {
            Magic = IndexHeader.ThisMagic, Version = IndexHeader.ThisVersion, Directories = _directories.Count,
            Length = length + IndexChecksum.Bytes, RootDevice = root.Device, RootInode = root.Inode, IgnoreNames = ignoreNames,
        };
    }

    internal long Length => _header.Length;

    internal void Write(Stream to)
    {
        // The stream is the caller's to close.
        var buffered = new BufferedStream(to, 1 << 20);
        Count();
        Put(buffered, MemoryMarshal.AsBytes(new ReadOnlySpan<IndexHeader>(in _header)));
        var offset = IndexHeader.Bytes + (ulong)_directories.Count * DirectoryRecord.Bytes;
        foreach (var node in _directories)
        {
            var record = node.Record with { BlockOffset = offset };
            Put(buffered, MemoryMarshal.AsBytes(new ReadOnlySpan<DirectoryRecord>(in record)));
            offset += (ulong)record.BlockLength;
        }
        foreach (var node in _directories)
            Put(buffered, Numbered(node));
        Span<byte> sum = stackalloc byte[IndexChecksum.Bytes];
        _checksum.GetHashAndReset(sum);
        buffered.Write(sum);
        buffered.Flush();
    }

    private void Count()
    {
        (_header.Files, _header.FileBytes) = (0, 0);
        foreach (var node in _directories)
        {
            foreach (ref readonly var record in BlockOf(node).Records)
            {
                if (record.Kind == RecordKind.File)
                    (_header.Files, _header.FileBytes) = (_header.Files + 1, _header.FileBytes + record.Size);
            }
        }
    }

    private DirectoryBlock BlockOf(ScanNode node) =>
        node.Block is { } block ? new DirectoryBlock(block.Span, node.Record.Count) : _known!.Block(node.Record);

    // The block with its directories' numbers as they are in this index.
    private ReadOnlySpan<byte> Numbered(ScanNode node)
    {
        var block = BlockOf(node).Bytes;
        if (node.Children.Count == 0)
            return block;
        if (_scratch.Length < block.Length)
            _scratch = new byte[block.Length];
        block.CopyTo(_scratch);
        var records = MemoryMarshal.Cast<byte, EntryRecord>(_scratch.AsSpan(0, node.Record.Count * EntryRecord.Bytes));
        foreach (var (place, child) in node.Children)
            records[place].Extra = child.Failure is null ? (uint)_numbers[child] : 0;
        return _scratch.AsSpan(0, block.Length);
    }

    private void Put(Stream to, ReadOnlySpan<byte> bytes)
    {
        _checksum.Append(bytes);
        to.Write(bytes);
    }
}
