using System.Runtime.InteropServices;
using System.Text;
using OmnyDrive.Engine.Files;
using OmnyDrive.Engine.Scanning.Index;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.Scanning;

/// <summary>Hashes the files that the index does not vouch for, on all cores.</summary>
internal static class HashPass
{
    // So that a directory of very many files is not one worker's alone.
    private const int Together = 64;

    internal static void Run(ScanRun run, IReadOnlyList<ScanNode> nodes, CancellationToken cancellation)
    {
        var work = new List<Share>();
        for (var i = nodes.Count - 1; i >= 0; i--)
        {
            for (var from = 0; from < (nodes[i].ToHash?.Count ?? 0); from += Together)
                work.Add(new Share(nodes[i], from, Math.Min(from + Together, nodes[i].ToHash!.Count)));
        }
        if (work.Count > 0)
            new WorkQueue<Share>(work).Run(() => new FileHasher(run.Request.LargeFiles()), (hasher, share, _) => Hash(run, share, hasher, cancellation), cancellation);
    }

    private static void Hash(ScanRun run, Share share, FileHasher hasher, CancellationToken cancellation)
    {
        IDirectoryHandle? directory = null;
        string? failure = null;
        try
        {
            directory = run.Top.OpenBelow(share.Node.Path);
        }
        catch (FileOperationException e)
        {
            failure = e.Reason;
        }
        using (directory)
        {
            for (var i = share.From; i < share.To; i++)
                Hash(run, share.Node, share.Node.ToHash![i], directory, failure, hasher, cancellation);
        }
    }

    private static void Hash(ScanRun run, ScanNode node, int place, IDirectoryHandle? directory, string? failure, FileHasher hasher, CancellationToken cancellation)
    {
        var block = node.Block!.Value.Span;
        ref var record = ref MemoryMarshal.Cast<byte, EntryRecord>(block[..(node.Record.Count * EntryRecord.Bytes)])[place];
        var name = block.Slice((int)record.NameOffset, record.NameLength);
        failure ??= Hash(run, directory!, name, ref record, hasher, cancellation);
        if (failure is null)
            return;
        record = new EntryRecord { Kind = RecordKind.Unknown, NameOffset = record.NameOffset, NameLength = record.NameLength };
        run.Report(node, name, failure);
    }

    private static string? Hash(ScanRun run, IDirectoryHandle directory, ReadOnlySpan<byte> name, ref EntryRecord record, FileHasher hasher, CancellationToken cancellation)
    {
        try
        {
            var before = record.Hash == default ? (ContentHash?)null : new ContentHash(record.Hash);
            if (hasher.Hash(directory, Encoding.UTF8.GetString(name), before, cancellation) is not { } hashed)
                return "it changes while it is being read";
            record.Take(hashed.Stat.Fingerprint);
            (record.Hash, record.IsRacy) = (hashed.Content.Value, !run.IsSettled(hashed.Stat.Changed));
            return null;
        }
        catch (FileOperationException e)
        {
            return e.Reason;
        }
    }

    private readonly record struct Share(ScanNode Node, int From, int To);
}
