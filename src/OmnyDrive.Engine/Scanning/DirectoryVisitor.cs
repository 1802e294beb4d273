using System.Text;
using OmnyDrive.Engine.Files;
using OmnyDrive.Engine.Scanning.Index;
using OmnyDrive.Filtering;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.Scanning;

/// <summary>
/// Looks into one directory after the other. Where the index vouches for the names, only they are looked at, one by one; else the directory is listed.
/// For one thread.
/// </summary>
internal sealed class DirectoryVisitor(ScanRun run) : IDisposable
{
    private readonly NameList _names = new();
    private readonly BlockBuilder _builder = new();
    private readonly List<int> _changed = [];
    private readonly IgnoreFileReader _ignoreFiles = new(run);

    // Of the directory that is being looked into.
    private List<(int Place, ScanNode Node)> _children = [];
    private List<int>? _toHash;
    private DirectoryFlags _flags;
    private int _cursor;

    /// <inheritdoc/>
    public void Dispose()
    {
        // Nothing but memory; the queue ends its workers alike.
    }

    /// <summary>Looks into a directory and adds those in it to <paramref name="found"/>. A root that cannot be read throws.</summary>
    internal void Visit(ScanNode node, List<ScanNode> found)
    {
        (_children, _toHash, _flags) = ([], null, DirectoryFlags.None);
        try
        {
            if (run.MustVisit(node))
            {
                using var directory = run.Top.OpenBelow(node.Path);
                Look(node, directory);
            }
            else
            {
                Assume(node);
            }
        }
        catch (FileOperationException e) when (node.Parent is not null)
        {
            node.Failure = Reason(e);
            run.Report(node, node.Failure);
            return;
        }
        (node.Children, node.ToHash) = (_children, _toHash);
        foreach (var (_, child) in _children)
            found.Add(child);
    }

    private static string Reason(FileOperationException e) => e.Error switch
    {
        FileError.CrossDevice => "another file system is mounted there",
        FileError.NotFound or FileError.Loop or FileError.NotADirectory => $"it changed while it was being looked at: {e.Reason}",
        _ => $"the directory cannot be read: {e.Reason}",
    };

    // Nothing in it has changed, but perhaps below it.
    private void Assume(ScanNode node)
    {
        var known = Known(node)!.Value;
        node.Record = known;
        var before = run.Request.Dirty!.Value.Before.Rules.FilesAt(node.DrivePath);
        EnterRules(node, before);
        KeepChildren(node, known);
    }

    private DirectoryRecord? Known(ScanNode node) => node.Known is { } number ? run.Known!.Directory(number) : null;

    private void Look(ScanNode node, IDirectoryHandle directory)
    {
        // Before the names: whatever changes while they are read has a later ctime.
        var stat = directory.Stat();
        var known = Known(node);
        var isSame = run.TrustsNames && known is { } same && same.VouchesForNames(stat, same.Rules);
        if (!isSame)
            List(directory);
        EnterRules(node, _ignoreFiles.Read(directory, name => isSame ? run.Known!.Block(known!.Value).IndexOf(name) >= 0 : _names.IndexOf(name) >= 0));
        if (isSame && known!.Value.Rules == node.Rules.Identity)
        {
            LookAtKnown(node, directory, known.Value);
            return;
        }
        if (isSame)
            List(directory);
        LookAtListed(node, directory, stat, known);
    }

    private void List(IDirectoryHandle directory)
    {
        _names.Clear();
        directory.List(_names);
        _names.Sort();
    }

    private void EnterRules(ScanNode node, IReadOnlyList<IgnoreFile> files)
    {
        if (files.Count > 0)
            run.AddIgnoreFiles(node, files);
        node.Rules = node.Parent is { } parent ? parent.Rules.Enter(node.Name, node.Verdict, files) : DirectoryRules.Of(run.Request.Options, files);
    }

    // The names are those of the index, and each is looked at; what changed is classified anew.
    private void LookAtKnown(ScanNode node, IDirectoryHandle directory, DirectoryRecord known)
    {
        var block = run.Known!.Block(known);
        _changed.Clear();
        for (var i = 0; i < block.Records.Length; i++)
        {
            ref readonly var record = ref block.Records[i];
            if (!record.IsDirectory && !IsUnchanged(directory, block.Name(record), record))
                _changed.Add(i);
        }
        if (_changed.Count == 0)
        {
            node.Record = known;
            KeepChildren(node, known, directory);
            return;
        }
        _builder.Begin();
        _flags = known.Flags & ~DirectoryFlags.Hidden;
        var next = 0;
        for (var i = 0; i < block.Records.Length; i++)
        {
            ref readonly var record = ref block.Records[i];
            if (next < _changed.Count && _changed[next] == i)
            {
                next++;
                Classify(node, directory, block.Name(record), block, record);
            }
            else
            {
                Keep(node, directory, block, record);
            }
        }
        Finish(node, known with { Flags = _flags }, known);
    }

    private static bool IsUnchanged(IDirectoryHandle directory, ReadOnlySpan<byte> name, in EntryRecord record)
    {
        if (record.Kind == RecordKind.Unknown)
            return false;
        try
        {
            return directory.Stat(name) is { } now && record.Vouches(now);
        }
        catch (FileOperationException)
        {
            // Classifying it meets the same error, or not; there it counts.
            return false;
        }
    }

    private void LookAtListed(ScanNode node, IDirectoryHandle directory, FileStat stat, DirectoryRecord? known)
    {
        var block = known is { } directoryRecord ? run.Known!.Block(directoryRecord) : DirectoryBlock.Empty;
        _builder.Begin();
        _cursor = 0;
        for (var i = 0; i < _names.Count; i++)
        {
            var name = _names[i];
            var record = Match(block, name);
            if (Listable(node, name))
                Classify(node, directory, name, block, record);
        }
        var now = new DirectoryRecord { Flags = _flags | (run.IsSettled(stat.Changed) ? DirectoryFlags.Settled : 0), Rules = node.Rules.Identity };
        now.Take(stat);
        Finish(node, now, known);
    }

    // Both are in order.
    private EntryRecord Match(DirectoryBlock block, ReadOnlySpan<byte> name)
    {
        for (; _cursor < block.Records.Length; _cursor++)
        {
            var order = block.Name(block.Records[_cursor]).SequenceCompareTo(name);
            if (order == 0)
                return block.Records[_cursor];
            if (order > 0)
                break;
        }
        return default;
    }

    private bool Listable(ScanNode node, ReadOnlySpan<byte> name)
    {
        if (IsPlain(name))
            return true;
        var listed = ListedName.Of(name);
        if (listed.IsText && NameRules.IsPrivate(listed.Name))
        {
            _flags |= DirectoryFlags.LeavesOut;
            return false;
        }
        if (LeftOut.Refusal(listed) is not { } refusal)
            return true;
        // The name has no place in a tree; its directory cannot be removed while it is there, so nothing is lost by leaving it out.
        _flags |= DirectoryFlags.LeavesOut | DirectoryFlags.ListAlways;
        run.Report(node, name, $"left out: {refusal}");
        return false;
    }

    // Most names need no closer look: printable ASCII that begins like no private name.
    private static bool IsPlain(ReadOnlySpan<byte> name) =>
        name.Length <= NameRules.MaxBytes && name[0] is not ((byte)'.' or (byte)'g' or (byte)'G' or (byte)'o' or (byte)'O') && !name.ContainsAnyExceptInRange((byte)0x20, (byte)0x7E) && !name.Contains((byte)'\\');

    private void Classify(ScanNode node, IDirectoryHandle directory, ReadOnlySpan<byte> name, DirectoryBlock block, EntryRecord known)
    {
        try
        {
            if (directory.Stat(name) is not { } stat)
                Unknown(node, name, "it vanished while it was being read");
            else if (Verdict(node, name, stat.Kind == FileKind.Directory) is var verdict and not PathVerdict.Filtered)
                Add(node, directory, name, stat, verdict, block, known);
        }
        catch (FileOperationException e)
        {
            if (Verdict(node, name, isDirectory: false) != PathVerdict.Filtered)
                Unknown(node, name, e.Reason);
        }
    }

    private PathVerdict Verdict(ScanNode node, ReadOnlySpan<byte> name, bool isDirectory)
    {
        if (!isDirectory && _ignoreFiles.IsOne(name))
            return PathVerdict.Kept;
        var verdict = node.Rules.Decide(name, isDirectory);
        if (verdict == PathVerdict.Filtered)
            _flags |= DirectoryFlags.LeavesOut;
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
            (_toHash ??= []).Add(_builder.Count);
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
        _children.Add((_builder.Add(record, name), child));
    }

    // What applies below has changed, so everything below must be looked at.
    private bool HasNewRules(ScanNode node) => run.IsPartial && Known(node)?.Rules != node.Rules.Identity;

    private void Unknown(ScanNode node, ReadOnlySpan<byte> name, string reason)
    {
        _builder.Add(new EntryRecord { Kind = RecordKind.Unknown }, name);
        run.Report(node, name, reason);
    }

    private void Keep(ScanNode node, IDirectoryHandle directory, DirectoryBlock block, EntryRecord record)
    {
        var name = block.Name(record);
        if (record.IsDirectory)
            AddDirectory(node, name, node.Rules.Decide(name, isDirectory: true), record, IsReplaced(directory, name, record));
        else
            _builder.Add(record, name, record.Kind == RecordKind.Symlink ? block.Target(record) : default);
    }

    private void KeepChildren(ScanNode node, DirectoryRecord known, IDirectoryHandle? looked = null)
    {
        var block = run.Known!.Block(known);
        for (var i = 0; i < block.Records.Length; i++)
        {
            ref readonly var record = ref block.Records[i];
            if (!record.IsDirectory)
                continue;
            var name = block.Name(record);
            var isForced = node.IsForced || (looked is not null && IsReplaced(looked, name, record));
            _children.Add((i, new ScanNode(node, name, node.Rules.Decide(name, isDirectory: true), ScanIndex.Child(node.Known!.Value, record)) { IsForced = isForced }));
        }
    }

    private bool IsReplaced(IDirectoryHandle directory, ReadOnlySpan<byte> name, in EntryRecord record) =>
        run.IsPartial && !(directory.Stat(name) is { Kind: FileKind.Directory } now && !run.IsReplaced(record, now));

    private void Finish(ScanNode node, DirectoryRecord now, DirectoryRecord? known)
    {
        var block = _builder.Finish();
        (now.Count, now.BlockLength, now.BlockOffset) = (_builder.Count, block.Length, 0);
        if (_toHash is null && known is { } before && run.Known!.Block(before).Bytes.SequenceEqual(block.Span) && IsSame(now, before))
        {
            node.Record = before;
            return;
        }
        now.Hash = known?.Hash ?? default;
        (node.Record, node.Block) = (now, block);
    }

    private static bool IsSame(DirectoryRecord now, DirectoryRecord before) =>
        now.Flags == (before.Flags & ~DirectoryFlags.Hidden) && now.Rules == before.Rules
        && (now.Modified, now.Changed, now.Inode, now.Mode) == (before.Modified, before.Changed, before.Inode, before.Mode);
}
