using OmnyDrive.Engine.Files;
using OmnyDrive.Engine.Roots;
using OmnyDrive.Origins;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.History;

/// <summary>Finds in the trash of a published directory what a path of the drive held once, by the history. For one request; what it has read it keeps.</summary>
internal sealed class DisplacedContents(RootDirectory root)
{
    private Dictionary<(DrivePath, ContentHash), (DrivePath Place, long Size)>? _places;

    /// <summary>Where a content lies that the drive had at that path, if it is kept; it may have been written to since. Null where the drive never had it there.</summary>
    internal DrivePath? Find(ContentRequest request) =>
        (_places ??= Read()).TryGetValue((request.Path, request.Hash), out var found) && found.Size == request.Size ? found.Place : null;

    private Dictionary<(DrivePath, ContentHash), (DrivePath, long)> Read()
    {
        var places = new Dictionary<(DrivePath, ContentHash), (DrivePath, long)>();
        var history = new RootHistory(root, HistoryRole.Drive);
        var trash = RootLayout.Private.Append(RootLayout.Trash);
        foreach (var recorded in history.NewestFirst().Where(recorded => recorded.Area.Length > 0 && root.Stat(trash.Append(recorded.Area)) is { Kind: FileKind.Directory }))
        {
            foreach (var (change, _) in history.ChangesOf(recorded.Generation) ?? [])
            {
                if (change.From is { IsFile: true } file)
                    places.TryAdd((change.Path, file.ContentHash), (DrivePath.Parse($"{trash}/{recorded.Area}/{change.Path}"), file.Size));
            }
        }
        return places;
    }
}
