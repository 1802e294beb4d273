using System.Runtime.InteropServices;
using OmnyDrive.Engine.Scanning.Index;
using OmnyDrive.Filtering;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.Scanning;

/// <summary>
/// Gives each directory that changed the hash of its tree, from below, so that a directory's hash is known before that of the directory that holds it. One
/// that did not change, with nothing changed below it, keeps its own.
/// </summary>
internal sealed class TreePass(ScanRun run)
{
    private readonly TreeEncoder _encoder = new();

    /// <param name="nodes">Each directory behind the one that holds it.</param>
    internal void Run(IReadOnlyList<ScanNode> nodes)
    {
        for (var i = nodes.Count - 1; i >= 0; i--)
        {
            if (nodes[i].Failure is null)
                Settle(nodes[i]);
        }
    }

    private void Settle(ScanNode node)
    {
        foreach (var (place, child) in node.Children)
            Take(node, place, child);
        if (node.Block is not { } block)
            return;
        var count = node.Record.Count;
        var visible = Encode(new DirectoryBlock(block.Span, count));
        var leavesOut = node.Record.Flags.HasFlag(DirectoryFlags.LeavesOut) || visible < count || node.Verdict == PathVerdict.OnTheWay;
        var hidden = visible == 0 && leavesOut && node.Parent is not null ? DirectoryFlags.Hidden : 0;
        node.Record = node.Record with { Hash = _encoder.Hash, Flags = (node.Record.Flags & ~DirectoryFlags.Hidden) | hidden };
    }

    private void Take(ScanNode node, int place, ScanNode child)
    {
        var kind = child.Failure is not null ? RecordKind.Unknown
            : child.Record.Flags.HasFlag(DirectoryFlags.Hidden) ? RecordKind.HiddenDirectory
            : RecordKind.Directory;
        var hash = kind == RecordKind.Directory ? child.Record.Hash : default;
        if (node.Block is null)
        {
            var known = run.Known!.Block(node.Record);
            if (known.Records[place] is var record && record.Kind == kind && record.Hash == hash)
                return;
            node.Block = known.Bytes.ToArray();
        }
        ref var changed = ref MemoryMarshal.Cast<byte, EntryRecord>(node.Block.Value.Span[..(node.Record.Count * EntryRecord.Bytes)])[place];
        (changed.Kind, changed.Hash) = (kind, hash);
    }

    private int Encode(DirectoryBlock block)
    {
        var visible = 0;
        foreach (ref readonly var record in block.Records)
            visible += record.Kind == RecordKind.HiddenDirectory ? 0 : 1;
        _encoder.Begin(visible);
        foreach (ref readonly var record in block.Records)
            Encode(block, record);
        return visible;
    }

    private void Encode(DirectoryBlock block, in EntryRecord record)
    {
        var name = block.Name(record);
        switch (record.Kind)
        {
            case RecordKind.Directory:
                _encoder.AddDirectory(name, record.Hash);
                break;
            case RecordKind.File:
                _encoder.AddFile(name, record.Size, record.IsExecutable, new ContentHash(record.Hash));
                break;
            case RecordKind.Symlink:
                _encoder.AddSymlink(name, block.Target(record));
                break;
            case RecordKind.Unknown:
                _encoder.AddUnknown(name);
                break;
            default:
                break;
        }
    }
}
