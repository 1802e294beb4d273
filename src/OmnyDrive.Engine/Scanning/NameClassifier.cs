using System.Text;
using OmnyDrive.Engine.Files;
using OmnyDrive.Engine.Scanning.Index;
using OmnyDrive.Filtering;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.Scanning;

/// <summary>
/// Makes the records of one directory after the other: decides for each name whether it is in the tree, and as what. What needs more work, hashing a file or
/// looking into a directory, is kept for later. For one thread.
/// </summary>
internal sealed class NameClassifier(ScanRun run, IgnoreFileReader ignoreFiles)
{
    private readonly BlockBuilder _builder = new();

    private List<(int Place, ScanNode Node)>? _children;

    /// <summary>The directories found, with their places among the records.</summary>
    internal List<(int Place, ScanNode Node)> Children => _children ?? ScanNode.NoChildren;

    /// <summary>The places of files that are to be hashed; null where there are none.</summary>
    internal List<int>? ToHash { get; private set; }

    /// <summary>What is known of the directory so far.</summary>
    internal DirectoryFlags Flags { get; private set; }

    /// <summary>How many records there are.</summary>
    internal int Count => _builder.Count;

    /// <summary>Begins a directory.</summary>
    internal void Begin(DirectoryFlags flags)
    {
        (_children, ToHash, Flags) = (null, null, flags);
        _builder.Begin();
    }

    /// <summary>Takes note of a directory.</summary>
    internal void AddChild((int Place, ScanNode Node) child) => (_children ??= []).Add(child);

    /// <summary>The block of the records.</summary>
    internal Memory<byte> Finish() => _builder.Finish();

    /// <summary>Whether a tree can hold a name; where not, it is left out, and reported unless it is private.</summary>
    internal bool Listable(ScanNode node, ReadOnlySpan<byte> name)
    {
        if (IsPlain(name))
            return true;
        var listed = ListedName.Of(name);
        if (listed.IsText && NameRules.IsPrivate(listed.Name))
        {
            Flags |= DirectoryFlags.LeavesOut;
            return false;
        }
        if (LeftOut.Refusal(listed) is not { } refusal)
            return true;
        // The name has no place in a tree; its directory cannot be removed while it is there, so nothing is lost by leaving it out.
        Flags |= DirectoryFlags.LeavesOut | DirectoryFlags.ListAlways;
        run.Report(node, name, $"left out: {refusal}");
        return false;
    }

    // Most names need no closer look: printable ASCII that begins like no private name.
    private static bool IsPlain(ReadOnlySpan<byte> name) =>
        name.Length <= NameRules.MaxBytes && name[0] is not ((byte)'.' or (byte)'g' or (byte)'G' or (byte)'o' or (byte)'O') && !name.ContainsAnyExceptInRange((byte)0x20, (byte)0x7E) && !name.Contains((byte)'\\');

    /// <summary>Looks at a name and makes its record; <paramref name="known"/> and <paramref name="block"/> are what the index has of it.</summary>
    internal void Classify(ScanNode node, IDirectoryHandle directory, ReadOnlySpan<byte> name, DirectoryBlock block, EntryRecord known, bool wasListed = true)
    {
        try
        {
            if (!directory.TryStat(name, out var stat))
            {
                if (wasListed)
                    Unseen(node, name, "it vanished while it was being read");
            }
            else if (Verdict(node, name, stat.Kind == FileKind.Directory) is var verdict and not PathVerdict.Filtered)
                Add(node, directory, name, stat, verdict, block, known);
        }
        catch (FileOperationException e)
        {
            Unseen(node, name, e.Reason);
        }
    }

    // What it is cannot be told: it is left out only where a file and a directory of that name both were.
    private void Unseen(ScanNode node, ReadOnlySpan<byte> name, string reason)
    {
        if (Verdict(node, name, isDirectory: false) != PathVerdict.Filtered || Verdict(node, name, isDirectory: true) != PathVerdict.Filtered)
            Unknown(node, name, reason);
    }

    private PathVerdict Verdict(ScanNode node, ReadOnlySpan<byte> name, bool isDirectory)
    {
        if (!isDirectory && ignoreFiles.IsOne(name))
            return PathVerdict.Kept;
        var verdict = node.Rules.Decide(name, isDirectory);
        if (verdict == PathVerdict.Filtered)
            Flags |= DirectoryFlags.LeavesOut;
        return verdict;
    }

    private void Add(ScanNode node, IDirectoryHandle directory, ReadOnlySpan<byte> name, FileStat stat, PathVerdict verdict, DirectoryBlock block, EntryRecord known)
    {
        if (stat.Kind == FileKind.Other)
            Unknown(node, name, "it is a socket, FIFO or device");
        else if (stat.Kind == FileKind.Directory)
            AddDirectory(node, name, verdict, known, isForced: !known.IsDirectory || run.IsReplaced(known, stat));
        else if (known.Vouches(stat))
            _builder.Add(known, name, known.Kind == RecordKind.Symlink ? block.Target(known) : default);
        else if (stat.Kind == FileKind.File)
            AddFile(node, name, stat, known);
        else
            AddLink(node, directory, name, stat);
    }

    private void AddFile(ScanNode node, ReadOnlySpan<byte> name, FileStat stat, EntryRecord known)
    {
        var record = new EntryRecord { Kind = RecordKind.File, IsRacy = !run.IsSettled(stat.Changed), Hash = known.Kind == RecordKind.File ? known.Hash : default };
        record.Take(stat.Fingerprint);
        if (run.Written(node, name, stat.Fingerprint) is { } written)
            record.Hash = written.Value;
        else
            (ToHash ??= []).Add(_builder.Count);
        _builder.Add(record, name);
    }

    private void AddLink(ScanNode node, IDirectoryHandle directory, ReadOnlySpan<byte> name, FileStat stat)
    {
        var target = directory.ReadLink(Encoding.UTF8.GetString(name));
        var bytes = target is null ? [] : Encoding.UTF8.GetBytes(target);
        if (bytes.Length is 0 or > Entry.MaxTargetBytes)
        {
            Unknown(node, name, "the target of the link is not valid UTF-8 or is too long");
            return;
        }
        var record = new EntryRecord { Kind = RecordKind.Symlink, IsRacy = !run.IsSettled(stat.Changed) };
        record.Take(stat.Fingerprint);
        _builder.Add(record, name, bytes);
    }

    private void AddDirectory(ScanNode node, ReadOnlySpan<byte> name, PathVerdict verdict, EntryRecord known, bool isForced)
    {
        if (node.Depth + 1 >= DrivePath.MaxDepth)
        {
            Unknown(node, name, $"it is deeper than {DrivePath.MaxDepth} names");
            return;
        }
        var record = known.IsDirectory ? known : new EntryRecord { Kind = RecordKind.Directory };
        var child = new ScanNode(node, name, verdict, known.IsDirectory ? (int)known.Extra : null) { IsForced = isForced || node.IsForced || HasNewRules(node) };
        AddChild((_builder.Add(record, name), child));
    }

    // What applies below has changed, so everything below must be looked at.
    private bool HasNewRules(ScanNode node) => run.IsPartial && (node.Known is { } number ? run.Known!.Directory(number).Rules : null as UInt128?) != node.Rules.Identity;

    private void Unknown(ScanNode node, ReadOnlySpan<byte> name, string reason)
    {
        _builder.Add(new EntryRecord { Kind = RecordKind.Unknown }, name);
        run.Report(node, name, reason);
    }

    /// <summary>Keeps the record of a name that did not change.</summary>
    internal void Keep(ScanNode node, IDirectoryHandle directory, DirectoryBlock block, EntryRecord record)
    {
        var name = block.Name(record);
        if (record.IsDirectory)
            AddDirectory(node, name, node.Rules.Decide(name, isDirectory: true), record, IsReplaced(directory, name, record));
        else
            _builder.Add(record, name, record.Kind == RecordKind.Symlink ? block.Target(record) : default);
    }

    /// <summary>Whether a directory is another of the same name, in a scan that looks only at what may have changed.</summary>
    internal bool IsReplaced(IDirectoryHandle directory, ReadOnlySpan<byte> name, in EntryRecord record) =>
        run.IsPartial && !(directory.TryStat(name, out var now) && now.Kind == FileKind.Directory && !run.IsReplaced(record, now));
}
