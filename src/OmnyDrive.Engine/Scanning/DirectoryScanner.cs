using OmnyDrive.Engine.Files;
using OmnyDrive.Engine.Scanning.Index;
using OmnyDrive.Filtering;

namespace OmnyDrive.Engine.Scanning;

/// <summary>
/// Sees a tree: every directory below a root, in parallel, with the hashes of its files. What cannot be read is a problem and unknown,
/// never absent. A root that cannot be read throws. Memory follows from what changed: an index as large as the tree is read from and written to its file.
/// </summary>
internal sealed class DirectoryScanner(TimeProvider time)
{
    private const int Attempts = 3;

    /// <summary>Scans a root, or of it the directories that may have changed.</summary>
    internal ScanResult Scan(ScanRequest request, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            var run = new ScanRun(request, (time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * 100);
            var nodes = Look(run, cancellation);
            HashPass.Run(run, nodes, cancellation);
            if (RulesPass.FindChanged(run, nodes) is not { } changed)
                return Finish(request, run, nodes);
            if (attempt == Attempts)
                throw new FileOperationException(FileError.Io, "read", changed.DrivePath.ToString(), "an ignore file in it changed each time it was looked at");
        }
    }

    private static ScanResult Finish(ScanRequest request, ScanRun run, List<ScanNode> nodes)
    {
        // Before anything is stored that was taken from it.
        if (request.Known is { IsIntact: false })
            throw new InvalidDataException("The index is damaged.");
        var index = IsUnchanged(request.Known, nodes, IgnoreFileReader.Identity(request.Options)) ? request.Known! : Store(run, nodes);
        CarryOver(run, nodes);
        GC.KeepAlive(request.Known);
        return new ScanResult(index, run.Problems, new TreeRules(request.Options, run.IgnoreFiles));
    }

    // Each directory behind the one that holds it.
    private static List<ScanNode> Look(ScanRun run, CancellationToken cancellation)
    {
        var root = new ScanNode(run.Known is null ? null : 0);
        var nodes = new List<ScanNode>(run.Known?.Directories ?? 0) { root };
        new WorkQueue<ScanNode>([root]).Run(() => new DirectoryVisitor(run), (visitor, node, found) =>
        {
            var from = found.Count;
            visitor.Visit(node, found);
            if (found.Count == from)
                return;
            lock (nodes)
                nodes.AddRange(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(found)[from..]);
        }, cancellation);
        return nodes;
    }

    private static bool IsUnchanged(ScanIndex? known, List<ScanNode> nodes, ulong ignoreNames) =>
        known is not null && known.IgnoreNames == ignoreNames && nodes.Count == known.Directories && nodes.TrueForAll(node => node is { Failure: null, Block: null, IsMoved: false });

    private static ScanIndex Store(ScanRun run, List<ScanNode> nodes)
    {
        new TreePass(run).Run(nodes);
        var request = run.Request;
        var writer = new IndexWriter(nodes, request.Known, request.Root.Top.Stat(), IgnoreFileReader.Identity(request.Options));
        return request.Store(writer.Length, writer.Write);
    }

    // What was not looked at has the problems that it had.
    private static void CarryOver(ScanRun run, List<ScanNode> nodes)
    {
        if (run.Request.Dirty is not { } dirty || dirty.Before.Problems.Count == 0)
            return;
        var assumed = nodes.Where(node => !run.MustVisit(node)).Select(node => node.DrivePath.ToString()).ToHashSet(StringComparer.Ordinal);
        foreach (var problem in dirty.Before.Problems)
        {
            if (assumed.Contains(problem.Path[..Math.Max(problem.Path.LastIndexOf('/'), 0)]))
                run.Report(problem);
        }
    }
}
