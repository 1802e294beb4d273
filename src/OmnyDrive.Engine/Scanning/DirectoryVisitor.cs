using OmnyDrive.Engine.Files;
using OmnyDrive.Engine.Scanning.Index;
using OmnyDrive.Filtering;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.Scanning;

/// <summary>
/// Looks into one directory after the other. Where the index vouches for the names, only they are looked at, one by one; else the directory is listed.
/// For one thread.
/// </summary>
internal sealed class DirectoryVisitor
{
    private readonly ScanRun _run;
    private readonly SteadyListing _listing;
    private readonly List<int> _changed = [];
    private readonly IgnoreFileReader _ignoreFiles;
    private readonly NameClassifier _classifier;
    private readonly IgnoreFileReader.Holds _holds;
    private DirectoryRecord? _vouched;
    private int[] _places = new int[256];
    private ulong[] _inodes = new ulong[256];
    private int _cursor;

    internal DirectoryVisitor(ScanRun run)
    {
        (_run, _listing, _ignoreFiles) = (run, new SteadyListing(run), new IgnoreFileReader(run));
        _classifier = new NameClassifier(run, _ignoreFiles);
        _holds = Holds;
    }

    /// <summary>Looks into a directory and adds those in it to <paramref name="found"/>. A root that cannot be read throws.</summary>
    internal void Visit(ScanNode node, List<ScanNode> found)
    {
        _classifier.Begin(DirectoryFlags.None);
        try
        {
            if (_run.MustVisit(node))
            {
                using var directory = _run.Top.OpenBelow(node.Path);
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
            _run.Report(node, node.Failure);
            return;
        }
        (node.Children, node.ToHash) = (_classifier.Children, _classifier.ToHash);
        foreach (var (_, child) in node.Children)
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
        var before = _run.Request.Dirty!.Value.Before.Rules.FilesAt(node.DrivePath);
        EnterRules(node, before);
        KeepChildren(node, known);
    }

    private DirectoryRecord? Known(ScanNode node) => node.Known is { } number ? _run.Known!.Directory(number) : null;

    private void Look(ScanNode node, IDirectoryHandle directory)
    {
        // Before the names: whatever changes while they are read has a later ctime.
        var stat = directory.Stat();
        var known = Recognize(node, stat);
        var isSame = _run.TrustsNames && known is { } same && same.VouchesForNames(stat, same.Rules);
        if (!isSame)
            stat = _listing.Read(directory, stat, known);
        _vouched = isSame ? known : null;
        node.IgnoreFiles = _ignoreFiles.Read(directory, _holds);
        EnterRules(node, node.IgnoreFiles.Count == 0 ? [] : [.. node.IgnoreFiles.Select(read => read.File)]);
        if (isSame && known!.Value.Rules == node.Rules.Identity && (!node.IsMoved || KeepsNames(node)))
        {
            LookAtKnown(node, directory, known.Value);
            return;
        }
        if (isSame)
            stat = _listing.Read(directory, stat, known);
        LookAtListed(node, directory, stat, known);
    }

    // A renamed directory, and what took the place of another.
    private DirectoryRecord? Recognize(ScanNode node, in FileStat stat)
    {
        var known = Known(node);
        if (node.Parent is null || (known is { } same && same.Inode == stat.Inode) || _run.KnownElsewhere(stat) is not { } number)
            return known;
        node.Recognize(number);
        return Known(node);
    }

    // At another path the same rules may leave out others, and a directory may lie too deep.
    private static bool KeepsNames(ScanNode node) => node.Rules.IsEmpty && node.Depth + 1 < DrivePath.MaxDepth;

    private bool Holds(ReadOnlySpan<byte> name) => (_vouched is { } known ? _run.Known!.Block(known).IndexOf(name) : _listing.Names.IndexOf(name)) >= 0;

    private void EnterRules(ScanNode node, IReadOnlyList<IgnoreFile> files)
    {
        if (files.Count > 0)
            _run.AddIgnoreFiles(node, files);
        node.Rules = node.Parent is { } parent ? parent.Rules.Enter(node.Name, node.Verdict, files) : DirectoryRules.Of(_run.Request.Options, files);
    }

    // The names are those of the index, and each is looked at; what changed is classified anew.
    private void LookAtKnown(ScanNode node, IDirectoryHandle directory, DirectoryRecord known)
    {
        var block = _run.Known!.Block(known);
        _changed.Clear();
        foreach (var i in InInodeOrder(block))
        {
            ref readonly var record = ref block.Records[i];
            if (!record.IsDirectory && !IsUnchanged(directory, block.Name(record), record))
                _changed.Add(i);
        }
        _changed.Sort();
        if (_changed.Count == 0)
        {
            node.Record = known;
            KeepChildren(node, known, directory);
            return;
        }
        _classifier.Begin(known.Flags & ~DirectoryFlags.Hidden);
        var next = 0;
        for (var i = 0; i < block.Records.Length; i++)
        {
            ref readonly var record = ref block.Records[i];
            if (next < _changed.Count && _changed[next] == i)
            {
                next++;
                _classifier.Classify(node, directory, block.Name(record), block, record);
            }
            else
            {
                _classifier.Keep(node, directory, block, record);
            }
        }
        Finish(node, known with { Flags = _classifier.Flags }, known);
    }

    // As they lie in the file system, which finds them faster so than in the order of their names. Often the two are one.
    private ReadOnlySpan<int> InInodeOrder(DirectoryBlock block)
    {
        var count = block.Records.Length;
        if (_places.Length < count)
            (_places, _inodes) = (new int[2 * count], new ulong[2 * count]);
        var (isOrdered, last) = (true, 0UL);
        for (var i = 0; i < count; i++)
        {
            var inode = block.Records[i].Inode;
            (_places[i], _inodes[i]) = (i, inode);
            (isOrdered, last) = (isOrdered && inode >= last, inode);
        }
        if (!isOrdered)
            _inodes.AsSpan(0, count).Sort(_places.AsSpan(0, count));
        return _places.AsSpan(0, count);
    }

    private static bool IsUnchanged(IDirectoryHandle directory, ReadOnlySpan<byte> name, in EntryRecord record)
    {
        if (record.Kind == RecordKind.Unknown)
            return false;
        try
        {
            return directory.TryStat(name, out var now) && record.Vouches(now);
        }
        catch (FileOperationException)
        {
            // Classifying it meets the same error, or not; there it counts.
            return false;
        }
    }

    private void LookAtListed(ScanNode node, IDirectoryHandle directory, FileStat stat, DirectoryRecord? known)
    {
        var block = known is { } directoryRecord ? _run.Known!.Block(directoryRecord) : DirectoryBlock.Empty;
        _cursor = 0;
        for (var i = 0; i < _listing.Names.Count; i++)
        {
            var name = _listing.Names[i];
            var record = Match(block, name);
            if (_classifier.Listable(node, name))
                _classifier.Classify(node, directory, name, block, record, _listing.Names.IsCertain(i));
        }
        var flags = _classifier.Flags | (_run.IsSettled(stat.Changed) ? DirectoryFlags.Settled : 0) | (_run.IsElsewhere(stat) ? DirectoryFlags.Elsewhere : 0);
        var now = new DirectoryRecord { Flags = flags, Rules = node.Rules.Identity };
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

    private void KeepChildren(ScanNode node, DirectoryRecord known, IDirectoryHandle? looked = null)
    {
        var block = _run.Known!.Block(known);
        for (var i = 0; i < block.Records.Length; i++)
        {
            ref readonly var record = ref block.Records[i];
            if (!record.IsDirectory)
                continue;
            var name = block.Name(record);
            var isForced = node.IsForced || (looked is not null && _classifier.IsReplaced(looked, name, record));
            _classifier.AddChild((i, new ScanNode(node, name, node.Rules.Decide(name, isDirectory: true), ScanIndex.Child(node.Known!.Value, record)) { IsForced = isForced }));
        }
    }

    private void Finish(ScanNode node, DirectoryRecord now, DirectoryRecord? known)
    {
        var block = _classifier.Finish();
        (now.Count, now.BlockLength, now.BlockOffset) = (_classifier.Count, block.Length, 0);
        if (_classifier.ToHash is null && known is { } before && _run.Known!.Block(before).Bytes.SequenceEqual(block.Span) && IsSame(now, before))
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
