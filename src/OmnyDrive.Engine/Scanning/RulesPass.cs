using OmnyDrive.Engine.Scanning.Index;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.Scanning;

/// <summary>
/// Makes sure that what was left out was left out by the very ignore files that the scan saw: one that was rewritten meanwhile would have let through what it
/// leaves out before and afterwards.
/// </summary>
internal static class RulesPass
{
    /// <summary>A directory whose ignore file is not the one that was followed; null where there is none. After the files have been hashed.</summary>
    internal static ScanNode? FindChanged(ScanRun run, IReadOnlyList<ScanNode> nodes) =>
        nodes.FirstOrDefault(node => node is { Failure: null, IgnoreFiles.Count: > 0 } && !IsAsFollowed(run, node));

    private static bool IsAsFollowed(ScanRun run, ScanNode node)
    {
        var block = node.Block is { } changed ? new DirectoryBlock(changed.Span, node.Record.Count) : run.Known!.Block(node.Record);
        foreach (var (name, file) in node.IgnoreFiles)
        {
            var index = block.IndexOf(name);
            if (index < 0 || block.Records[index].Kind != RecordKind.File || new ContentHash(block.Records[index].Hash) != file.Content)
                return false;
        }
        return true;
    }
}
