using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text;
using OmnyDrive.Engine.Files;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.Scanning.Index;

/// <summary>
/// What a root held when it was scanned: every directory with the hash of its tree, every file with its fingerprint and hash, flat, as it lies in the cache. It
/// is the snapshot too: a directory's tree is made when it is asked for, so that what does not differ costs no memory. Immutable, safe for concurrent use.
/// </summary>
internal sealed class ScanIndex : ITreeReader
{
    /// <summary>
    /// How far a ctime must lie back when it is looked at for later changes to be sure to show. Kernels stamp times with their timer tick, ten milliseconds at
    /// most; file systems that are not known may have steps of two seconds.
    /// </summary>
    internal const long SettlingNanoseconds = 20_000_000, SettlingElsewhereNanoseconds = 2_100_000_000;

    private readonly IndexMemory _memory;
    private readonly IndexHeader _header;

    private readonly Task<bool>? _checking;

    /// <param name="memory">The bytes.</param>
    /// <param name="checking">Tells in the end whether they are what was saved; null where they were just made.</param>
    internal ScanIndex(IndexMemory memory, Task<bool>? checking = null)
    {
        (_memory, _checking) = (memory, checking);
        _header = MemoryMarshal.Read<IndexHeader>(memory.Slice(0, IndexHeader.Bytes));
    }

    internal int Directories => _header.Directories;

    internal long Length => _header.Length;

    /// <summary>Files in it, and their bytes.</summary>
    internal (long Files, long Bytes) Totals => (_header.Files, _header.FileBytes);

    internal Snapshot Snapshot => new(Directory(0).Hash, this);

    /// <summary>Which files were taken for ignore files when it was made, as <see cref="IgnoreFileReader.Identity"/>.</summary>
    internal ulong IgnoreNames => _header.IgnoreNames;

    /// <summary>
    /// Whether it is as it was saved; waits for the check, which takes place while the index is used already. Every access stays inside its bytes whatever they
    /// are, but nothing that was concluded from them counts before this.
    /// </summary>
    internal bool IsIntact => _checking is null || _checking.GetAwaiter().GetResult();

    internal bool IsOf(FileStat root) => _header.IsOf(root.Device, root.Inode);

    internal DirectoryRecord Directory(int number)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)number, (uint)_header.Directories, nameof(number));
        var record = MemoryMarshal.Read<DirectoryRecord>(_memory.Slice(IndexHeader.Bytes + (long)number * DirectoryRecord.Bytes, DirectoryRecord.Bytes));
        GC.KeepAlive(this);
        return record;
    }

    /// <summary>The names of a directory; the caller keeps this index alive while it reads.</summary>
    internal DirectoryBlock Block(scoped in DirectoryRecord directory) => new(_memory.Slice((long)directory.BlockOffset, directory.BlockLength), directory.Count);

    /// <summary>The number of the directory at a path; null where none is. A directory that is no entry counts.</summary>
    internal int? Find(DrivePath path)
    {
        var at = 0;
        if (path.IsRoot)
            return at;
        Span<byte> name = stackalloc byte[NameRules.MaxBytes];
        var text = path.ToString();
        foreach (var part in text.AsSpan().Split('/'))
        {
            var block = Block(Directory(at));
            var index = block.IndexOf(name[..Encoding.UTF8.GetBytes(text.AsSpan()[part], name)]);
            if (index < 0 || !block.Records[index].IsDirectory)
                return null;
            at = Child(at, block.Records[index]);
        }
        GC.KeepAlive(this);
        return at;
    }

    /// <summary>The number of a directory in a directory. Numbers grow on the way down, so that no index leads in a circle.</summary>
    internal static int Child(int parent, in EntryRecord record) =>
        record.Extra > (uint)parent && record.Extra <= int.MaxValue ? (int)record.Extra : throw new InvalidDataException("An index has a directory inside itself.");

    /// <summary>What is known of a file.</summary>
    internal bool TryGet(DrivePath file, out IndexedFile indexed)
    {
        indexed = default;
        if (Find(file.Parent) is not { } directory)
            return false;
        var block = Block(Directory(directory));
        var index = block.IndexOf(Encoding.UTF8.GetBytes(file.Name));
        if (index < 0 || block.Records[index] is not { Kind: RecordKind.File } record)
            return false;
        indexed = new IndexedFile(record.Fingerprint, new ContentHash(record.Hash), !record.IsRacy);
        GC.KeepAlive(this);
        return true;
    }

    /// <summary>
    /// Whether the snapshot has that directory at a path. Found among the records: of a tree that is made for it, a million questions would cost the making of
    /// every directory above, each time.
    /// </summary>
    internal bool HoldsDirectory(DrivePath path, Hash256 hash) =>
        Find(path) is { } number && Directory(number) is var directory && !directory.Flags.HasFlag(DirectoryFlags.Hidden) && directory.Hash == hash;

    /// <inheritdoc/>
    public Tree? TryRead(DrivePath path, Hash256 hash)
    {
        if (hash == Tree.Empty.Hash)
            return Tree.Empty;
        if (Find(path) is not { } number)
            return null;
        var directory = Directory(number);
        if (directory.Hash != hash)
            return null;
        var block = Block(directory);
        var entries = ImmutableArray.CreateBuilder<NamedEntry>(block.Records.Length);
        foreach (ref readonly var record in block.Records)
        {
            if (record.Kind != RecordKind.HiddenDirectory)
                entries.Add(new NamedEntry(Encoding.UTF8.GetString(block.Name(record)), EntryOf(block, record)));
        }
        GC.KeepAlive(this);
        return Tree.OfKnown(entries.DrainToImmutable(), hash);
    }

    /// <summary>Lets the system take back the memory that this index is mapped to.</summary>
    internal void Relax() => _memory.Relax();

    private static Entry EntryOf(DirectoryBlock block, in EntryRecord record) => record.Kind switch
    {
        RecordKind.Directory => Entry.Directory(record.Hash),
        RecordKind.File => Entry.File(record.Size, new ContentHash(record.Hash), record.IsExecutable, record.Modified),
        RecordKind.Symlink => Entry.Symlink(Encoding.UTF8.GetString(block.Target(record))),
        _ => Entry.Unknown,
    };
}
