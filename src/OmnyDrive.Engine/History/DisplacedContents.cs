using OmnyDrive.Engine.Files;
using OmnyDrive.Origins;
using OmnyDrive.Reconciling;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.History;

/// <summary>
/// Finds in the trash of a published directory what it held once, by its history. The history is gone through once, a change at a time, and only what was asked for is kept.
/// </summary>
internal sealed class DisplacedContents
{
    // What the drive had at which paths, and where contents lie.
    private readonly HashSet<(DrivePath, ContentHash)> _had = [];
    private readonly Dictionary<ContentHash, DrivePath> _places = [];

    private DisplacedContents()
    {
    }

    /// <summary>Contents by their hashes, and where they lie; they may have been written to since.</summary>
    internal IReadOnlyDictionary<ContentHash, DrivePath> Places => _places;

    /// <summary>Looks for contents.</summary>
    internal static DisplacedContents Find(RootDirectory root, IReadOnlyCollection<ContentRequest> wanted)
    {
        var found = new DisplacedContents();
        if (wanted.Count == 0)
            return found;
        var paths = wanted.Select(request => (request.Path, request.Hash)).ToHashSet();
        var sizes = wanted.DistinctBy(request => request.Hash).ToDictionary(request => request.Hash, request => request.Size);
        var history = new RootHistory(root, HistoryRole.Drive);
        foreach (var recorded in history.NewestFirst())
        {
            foreach (var change in history.Stream(recorded.Generation).Select(recordedChange => recordedChange.Change))
                found.Take(root, recorded.Area, change, paths, sizes);
        }
        return found;
    }

    /// <summary>Where a content lies that the drive had at that path; null where it never had it there, or keeps it no more.</summary>
    internal DrivePath? PlaceOf(ContentRequest request) => _had.Contains((request.Path, request.Hash)) && _places.TryGetValue(request.Hash, out var place) ? place : null;

    private void Take(RootDirectory root, string area, Change change, HashSet<(DrivePath, ContentHash)> paths, Dictionary<ContentHash, long> sizes)
    {
        if (change.From is not { IsFile: true } file || !sizes.TryGetValue(file.ContentHash, out var size) || size != file.Size)
            return;
        if (paths.Contains((change.Path, file.ContentHash)))
            _had.Add((change.Path, file.ContentHash));
        // A file that was moved displaced nothing.
        if (!_places.ContainsKey(file.ContentHash) && TrashPlace.Of(area, change.Path) is { } place && root.Stat(place) is { Kind: FileKind.File } stat && stat.Size == size)
            _places.Add(file.ContentHash, place);
    }
}
