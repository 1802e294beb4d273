using OmnyDrive.Drives;
using OmnyDrive.Engine.Files;
using OmnyDrive.Engine.Origins;
using OmnyDrive.Engine.Roots;
using OmnyDrive.Engine.Scanning;
using OmnyDrive.History;
using OmnyDrive.Origins;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.History;

/// <summary>Records the generations of a published directory: each push that lands, and what its owner changed in it when that is first seen.</summary>
internal sealed class OriginHistory(PublishedRoot published, TimeProvider time)
{
    // One that could not be marked cannot be written to, either.
    private bool IsKept => published.Identity.Epoch is not null;

    /// <summary>The area of the trash for a push.</summary>
    internal static string AreaOf(PushId push) => $"push-{push}";

    /// <summary>Records what a scan saw that no push made, unless an apply is going on: whoever looks next does it then, and a commit always. Waits for nobody, and a look does not fail for it.</summary>
    internal void Notice(RootDirectory root, ScanResult scan)
    {
        if (!IsNews(root, scan, out var last))
            return;
        using var held = RootLock.TryTake(root, RootLayout.ApplyLock);
        // What landed since the scan began is not what it saw.
        if (held is null || new RootHistory(root, HistoryRole.Drive).Last()?.Generation != last)
            return;
        try
        {
            Record(root, scan, last);
        }
        catch (FileOperationException)
        {
            // On a full disk, for one. The origin is still what was seen, and the next look sees it again.
        }
    }

    /// <summary>The same for a scan that was made under the apply lock; throws where it cannot be recorded.</summary>
    internal void NoticeLocked(RootDirectory root, ScanResult scan)
    {
        if (IsNews(root, scan, out var last))
            Record(root, scan, last);
    }

    /// <summary>The generation that a push makes if it lands.</summary>
    internal NextGeneration Of(PushIntent intent) => Next(GenerationKind.Push, intent.Target, intent.Expected) with { Author = intent.Author };

    /// <summary>How a push ended that landed before this process began; null where it is not one of the last few hundred generations.</summary>
    internal static PushResult? ResultOf(RootDirectory root, PushId push) =>
        new RootHistory(root, HistoryRole.Drive).OfArea(AreaOf(push)) is { } landed ? new PushResult(Landed: true, landed.Generation.Ref) : null;

    private bool IsNews(RootDirectory root, ScanResult scan, out Generation? last)
    {
        last = IsKept ? new RootHistory(root, HistoryRole.Drive).Last()?.Generation : null;
        return IsKept && last?.Ref != scan.Snapshot.Ref;
    }

    private void Record(RootDirectory root, ScanResult scan, Generation? last)
    {
        var parent = last?.Ref ?? SyncRef.OfTree(Tree.Empty.Hash);
        var kind = last is null ? GenerationKind.First : GenerationKind.Edit;
        // The index before is only a cache: where it is of another state, nobody knows which paths changed.
        var changes = last is not null && scan.Before is { } before && before.Snapshot.Ref == parent ? TreeDiff.Compare(before.Snapshot, scan.Snapshot).ToList() : null;
        using var begun = RootHistory.Begin(root, Next(kind, scan.Snapshot.Ref, parent), changes);
        begun.Accept();
    }

    private NextGeneration Next(GenerationKind kind, SyncRef now, SyncRef parent) => new(HistoryRole.Drive, kind, now, parent, time.GetUtcNow()) { Epoch = published.Identity.Epoch ?? "" };
}
