using OmnyDrive.Engine.Applying;
using OmnyDrive.Engine.Files;
using OmnyDrive.History;
using OmnyDrive.Reconciling;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.History;

/// <summary>What some of the newest generations of a root changed: the way back, the modes that paths had, and where in the trash the contents lie.</summary>
internal sealed class Past
{
    private readonly Rewind _rewind = new();
    private readonly Dictionary<DrivePath, uint> _modes = [];
    private readonly List<(ContentHash Content, long Size, DrivePath Place)> _places = [];

    private Past()
    {
    }

    /// <summary>The modes that paths had, as far as they are known.</summary>
    internal GivenModes Modes => new(_modes);

    /// <summary>Where in the trash contents lie that were displaced, as far as they are still there.</summary>
    internal IReadOnlyDictionary<ContentHash, DrivePath> PlacesIn(RootDirectory root)
    {
        var there = new Dictionary<ContentHash, DrivePath>();
        foreach (var (content, size, place) in _places)
        {
            if (!there.ContainsKey(content) && root.Stat(place) is { Kind: FileKind.File } stat && stat.Size == size)
                there.Add(content, place);
        }
        return there;
    }

    /// <summary>What came after a generation; throws <c>expired</c> where one of these is not known path by path.</summary>
    internal static Past Since(RootHistory history, IReadOnlyList<RecordedGeneration> newestFirst, Generation generation)
    {
        var past = new Past();
        foreach (var recorded in newestFirst.TakeWhile(recorded => recorded.Generation.Number > generation.Number))
            past.TakeIn(recorded, ChangesOf(history, recorded));
        return past;
    }

    /// <summary>
    /// The same for a mount, whose generations are what it and its origin agreed on, but for those of a restore and of one that was taken back: these tell what the mount was led to, from whatever it was, and count for
    /// themselves alone.
    /// </summary>
    /// <param name="history">The history.</param>
    /// <param name="newestFirst">Its generations.</param>
    /// <param name="generation">The generation to go back to.</param>
    /// <param name="since">How the mount is another than what was agreed on last. What was made there and no generation has is not concerned: it stays.</param>
    internal static Past OfMountSince(RootHistory history, IReadOnlyList<RecordedGeneration> newestFirst, Generation generation, IReadOnlyList<Change> since)
    {
        var past = new Past();
        var broughtBack = newestFirst.TakeWhile((_, i) => IsLocal(newestFirst, i)).SelectMany(recorded => ChangesOf(history, recorded)).Select(recorded => recorded.Change.Path).ToHashSet();
        past._rewind.Add(since.Where(change => change.From is not null || broughtBack.Contains(change.Path)));
        var ledTo = new Stack<IReadOnlyList<RecordedChange>>();
        for (var i = 0; i < newestFirst.Count; i++)
        {
            var (isLocal, isLater) = (IsLocal(newestFirst, i), newestFirst[i].Generation.Number > generation.Number);
            if (!isLocal && !isLater)
                break;
            var changes = ChangesOf(history, newestFirst[i]);
            if (!isLocal)
                past._rewind.Add(changes.Select(change => change.Change));
            else if (!isLater)
                ledTo.Push(changes);
            past.Remember(newestFirst[i], changes);
        }
        foreach (var changes in ledTo)
            past._rewind.Add(changes.Select(change => change.Change with { From = change.Change.To }));
        return past;
    }

    private static bool IsLocal(IReadOnlyList<RecordedGeneration> newestFirst, int index) => newestFirst[index].Generation.Kind == GenerationKind.Restore
        || (newestFirst[index].Generation.Kind == GenerationKind.Undo && newestFirst.ElementAtOrDefault(index + 1)?.Generation.Kind == GenerationKind.Restore);

    /// <summary>One generation alone.</summary>
    internal static Past Of(RecordedGeneration recorded, IReadOnlyList<RecordedChange> changes)
    {
        var past = new Past();
        past.TakeIn(recorded, changes);
        return past;
    }

    /// <summary>Some generations that came one after the other, the newest first.</summary>
    internal static Past Of(IEnumerable<(RecordedGeneration Recorded, IReadOnlyList<RecordedChange> Changes)> newestFirst)
    {
        var past = new Past();
        foreach (var (recorded, changes) in newestFirst)
            past.TakeIn(recorded, changes);
        return past;
    }

    /// <summary>What a generation changed; throws <c>expired</c> where that is not known.</summary>
    internal static IReadOnlyList<RecordedChange> ChangesOf(RootHistory history, RecordedGeneration recorded) => history.ChangesOf(recorded.Generation)
        ?? throw RewindErrors.Unknown(recorded.Generation);

    /// <summary>The changes that lead back from a state, at a path and below it.</summary>
    internal IReadOnlyList<Change> From(Snapshot now, DrivePath below) => _rewind.From(now, below);

    private void TakeIn(RecordedGeneration recorded, IReadOnlyList<RecordedChange> changes)
    {
        _rewind.Add(changes.Select(change => change.Change));
        Remember(recorded, changes);
    }

    private void Remember(RecordedGeneration recorded, IReadOnlyList<RecordedChange> changes)
    {
        foreach (var (change, mode) in changes)
        {
            _modes[change.Path] = mode;
            if (change.From is { IsFile: true } file && TrashPlace.Of(recorded.Area, change.Path) is { } place)
                _places.Add((file.ContentHash, file.Size, place));
        }
    }
}
