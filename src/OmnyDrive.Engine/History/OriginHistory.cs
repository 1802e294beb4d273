using OmnyDrive.Drives;
using OmnyDrive.Engine.Applying;
using OmnyDrive.Engine.Files;
using OmnyDrive.Engine.Origins;
using OmnyDrive.Engine.Roots;
using OmnyDrive.Engine.Scanning;
using OmnyDrive.History;
using OmnyDrive.Origins;
using OmnyDrive.Reconciling;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.History;

/// <summary>Records the generations of a published directory: each push that lands, and what its owner changed in it when that is first seen.</summary>
internal sealed class OriginHistory(PublishedRoot published, TimeProvider time)
{
    private const int MostBehind = 8;

    // One that could not be marked cannot be written to, either.
    private bool IsKept => published.Identity.Epoch is not null;

    /// <summary>The area of the trash for a push.</summary>
    internal static string AreaOf(PushId push) => $"push-{push}";

    /// <summary>The newest generation of the drive; null where none is recorded.</summary>
    internal static Generation? NewestOf(RootDirectory root) => new RootHistory(root, HistoryRole.Drive).Last()?.Generation;

    /// <summary>Records what a scan saw that no push made, unless an apply is going on: whoever looks next does it then, and a commit always. Waits for nobody, and a look does not fail for it.</summary>
    /// <param name="root">The root.</param>
    /// <param name="scan">What was seen.</param>
    /// <param name="last">The newest generation when the scan began: what came about since is not what it saw.</param>
    /// <param name="known">States that were seen before, the newest first.</param>
    internal void Notice(RootDirectory root, ScanResult scan, Generation? last, IEnumerable<Snapshot> known)
    {
        if (!IsKept || last?.Ref == scan.Snapshot.Ref)
            return;
        try
        {
            using var held = RootLock.TryTake(root, RootLayout.ApplyLock);
            if (held is not null && !ApplyLock.IsBrokenOff(root) && NewestOf(root) == last)
                Record(root, scan, last, known);
        }
        catch (FileOperationException)
        {
            // On a disk that is full, or cannot be written any more. The origin is still what was seen, and the next look sees it again.
        }
    }

    /// <summary>The same for a scan that was made under the apply lock; throws where it cannot be recorded.</summary>
    internal void NoticeLocked(RootDirectory root, ScanResult scan, IEnumerable<Snapshot> known)
    {
        var last = NewestOf(root);
        if (IsKept && last?.Ref != scan.Snapshot.Ref)
            Record(root, scan, last, known);
    }

    /// <summary>The generation that a push makes if it lands.</summary>
    internal NextGeneration Of(PushIntent intent) => Next(GenerationKind.Push, intent.Target, intent.Expected) with { Author = intent.Author };

    /// <summary>Where a push leads back to the state before the newest generation, the modes that paths had there.</summary>
    internal static GivenModes ModesBack(RootDirectory root, PushIntent intent) => LedBack(root, intent) is var (last, changes) ? Past.Of(last, changes).Modes : GivenModes.None;

    /// <summary>The changes of such a push with the times that files had there: whoever takes a push back knows what they held, and not from when it was.</summary>
    internal static IReadOnlyList<Change> WithTimes(RootDirectory root, PushIntent intent, IReadOnlyList<Change> changes)
    {
        if (LedBack(root, intent) is not var (_, made))
            return changes;
        var before = made.ToDictionary(recorded => recorded.Change.Path, recorded => recorded.Change.From);
        return [.. changes.Select(change => change.To is { IsFile: true, ModifiedNanoseconds: 0 } to && before.GetValueOrDefault(change.Path) is { IsFile: true } was && was.Equals(to) ? change with { To = was } : change)];
    }

    /// <summary>Whether a push leads back to the state before the newest generation.</summary>
    internal static bool LeadsBack(RootDirectory root, PushIntent intent) => LedBack(root, intent) is not null;

    private static (RecordedGeneration Last, IReadOnlyList<RecordedChange> Changes)? LedBack(RootDirectory root, PushIntent intent)
    {
        var history = new RootHistory(root, HistoryRole.Drive);
        return history.Last() is { } last && last.Generation.Parent == intent.Target && history.ChangesOf(last.Generation) is { } changes ? (last, changes) : null;
    }

    /// <summary>How a push ended that landed before this process began; null where it is not one of the last few hundred generations.</summary>
    internal static PushResult? ResultOf(RootDirectory root, PushId push) =>
        new RootHistory(root, HistoryRole.Drive).OfArea(AreaOf(push)) is { } landed ? new PushResult(Landed: true, landed.Generation.Ref) { Generation = MarkOf(landed) } : null;

    /// <summary>The generation that a state is, which is the newest or was lately; null where none is recorded with it.</summary>
    internal static OriginGeneration? GenerationAt(RootDirectory root, SyncRef state) =>
        new RootHistory(root, HistoryRole.Drive).NewestFirst(MostBehind).FirstOrDefault(recorded => recorded.Generation.Ref == state) is { } found ? MarkOf(found) : null;

    /// <summary>Whether the history has a state that this origin once told of.</summary>
    internal bool HasBeenAt(RootDirectory root, OriginGeneration state)
    {
        if (!IsKept)
            return true;
        var history = new RootHistory(root, HistoryRole.Drive);
        if (history.Find(state.Number) is { } there && MarkOf(there) == state)
            return true;
        // A history that was begun anew counts from the start, and has the state where the same files were published.
        var all = history.NewestFirst();
        return all.All(recorded => recorded.Epoch != state.Epoch) && all.Any(recorded => recorded.Generation.Ref == state.Ref);
    }

    /// <summary>Who changed paths last, as far as the newest generations tell.</summary>
    internal static IReadOnlyList<PathAuthor> AuthorsOf(RootDirectory root, IReadOnlyList<DrivePath> paths, CancellationToken cancellation)
    {
        var (wanted, found) = (paths.ToHashSet(), new List<PathAuthor>());
        var history = new RootHistory(root, HistoryRole.Drive);
        foreach (var generation in history.NewestFirst(RootHistory.LongestLook).Select(recorded => recorded.Generation))
        {
            cancellation.ThrowIfCancellationRequested();
            if (wanted.Count == 0)
                break;
            found.AddRange(history.Stream(generation).Where(recorded => wanted.Remove(recorded.Change.Path)).Select(recorded => new PathAuthor(recorded.Change.Path, generation.Author, generation.At)));
        }
        return found;
    }

    private static OriginGeneration MarkOf(RecordedGeneration recorded) => new(recorded.Generation.Number, recorded.Epoch, recorded.Generation.Ref);

    private void Record(RootDirectory root, ScanResult scan, Generation? last, IEnumerable<Snapshot> known)
    {
        var parent = last?.Ref ?? SyncRef.OfTree(Tree.Empty.Hash);
        var kind = last is null ? GenerationKind.First : GenerationKind.Edit;
        var before = last is null ? null : known.Prepend(scan.Before?.Snapshot).OfType<Snapshot>().Select(state => StateAt(root, state, parent)).FirstOrDefault(state => state is not null);
        var changes = before is null ? null : TreeDiff.Compare(before, scan.Snapshot).Select(change => new RecordedChange(change)).ToList();
        using var begun = RootHistory.Begin(root, Next(kind, scan.Snapshot.Ref, parent), changes);
        begun.Accept();
    }

    // The index before may be that of a few generations ago, or hold an edit already that came while a push was taken over into it: then a state that was seen before that helps. All
    // of them are only caches, so where none is of a state that was recorded nobody knows which paths changed.
    private static Snapshot? StateAt(RootDirectory root, Snapshot before, SyncRef wanted)
    {
        var history = new RootHistory(root, HistoryRole.Drive);
        var newest = history.NewestFirst(MostBehind);
        var since = newest.TakeWhile(recorded => recorded.Generation.Ref != before.Ref).ToList();
        if (since.Count == newest.Count)
            return null;
        foreach (var recorded in Enumerable.Reverse(since))
        {
            if (history.ChangesOf(recorded.Generation) is not { } changes)
                return null;
            before = TreePatch.Apply(before, [.. changes.Select(change => change.Change)]).Over(before);
        }
        return before.Ref == wanted ? before : null;
    }

    /// <summary>A generation that is to come.</summary>
    internal NextGeneration Next(GenerationKind kind, SyncRef now, SyncRef parent) => new(HistoryRole.Drive, kind, now, parent, time.GetUtcNow()) { Epoch = published.Identity.Epoch ?? "" };
}
