using OmnyDrive.Drives;
using OmnyDrive.Engine.Files;
using OmnyDrive.Engine.Roots;
using OmnyDrive.Engine.State;
using OmnyDrive.Errors;

namespace OmnyDrive.Engine;

/// <summary>Finds mounts, and makes and forgets them: the marker in the root, the row in the state.</summary>
internal sealed class MountRegistry(EndpointStore store)
{
    internal IReadOnlyList<MountInfo> All() => [.. MountTable.All(store).Select(Info)];

    internal MountRow Get(MountId id) => MountTable.All(store).FirstOrDefault(row => row.Id == id)
        ?? throw new DriveException(ErrorCode.MountNotFound, $"There is no mount {id} on this endpoint.", "See: omnydrive mounts");

    /// <summary>By id, or by any path in a mount.</summary>
    internal MountRow Find(string idOrPath)
    {
        if (MountId.TryParse(idOrPath, out var id))
            return Get(id);
        var path = RealPath.Of(idOrPath);
        return MountTable.All(store).Where(row => Nesting.IsAtOrBelow(path, row.Path)).MaxBy(row => row.Path.Length)
            ?? throw (Directory.Exists(path) || LooksLikePath(idOrPath)
                ? new DriveException(ErrorCode.MountNotFound, $"\"{path}\" does not lie in a mount of this endpoint.", "See: omnydrive mounts")
                : DriveException.Invalid($"\"{idOrPath}\" is neither a mount id nor a path in a mount.", "See: omnydrive mounts"));
    }

    internal static MountInfo Info(MountRow row) => new(row.Id, row.Drive, row.Path, row.AccessMode, StatusOf(row), row.Baseline, row.SyncedAt);

    /// <summary>
    /// Makes the root of a clone, or finds the one that an interrupted clone of that drive left. Throws <c>destination_not_empty</c>
    /// where something else is there.
    /// </summary>
    internal MountRow Begin(DriveId drive, string path, AccessMode mode, MountId id)
    {
        if (Interrupted(drive, path) is { } interrupted)
            return interrupted;
        if (File.Exists(path) || (Directory.Exists(path) && Directory.EnumerateFileSystemEntries(path).Any()))
            throw new DriveException(ErrorCode.DestinationNotEmpty, $"\"{path}\" is not empty.", "Clone into a directory that is empty or does not exist.");
        foreach (var stale in MountTable.All(store).Where(row => row.Path == path))
            MountTable.Remove(store, stale.Id);
        MakeDirectory(path);
        var row = new MountRow(id, drive, path, mode, null, null);
        using var root = RootDirectory.OpenAt(path);
        MarkerFile.Write(root, Marker.Empty with { Mount = new MountMark(id.Value, drive.ToString(), MountMark.Cloning) });
        MountTable.Add(store, row);
        return row;
    }

    /// <summary>Says that a clone is complete: its baseline is durable.</summary>
    internal static void Complete(RootDirectory root)
    {
        var marker = MarkerFile.Read(root)!;
        MarkerFile.Write(root, marker with { Mount = marker.Mount! with { State = MountMark.Ready } });
    }

    /// <summary>Forgets a mount and takes its mark off the root. Files stay.</summary>
    internal void Forget(MountRow row)
    {
        MountTable.Remove(store, row.Id);
        if (!Directory.Exists(row.Path))
            return;
        using var root = RootDirectory.OpenAt(row.Path);
        if (MarkerFile.Read(root) is { } marker && marker.Mount?.Id == row.Id.Value)
            MarkerFile.Replace(root, marker with { Mount = null });
    }

    private MountRow? Interrupted(DriveId drive, string path)
    {
        if (!Directory.Exists(path))
            return null;
        using var root = RootDirectory.OpenAt(path);
        return MarkerFile.Read(root)?.Mount is { State: MountMark.Cloning } mark && mark.Drive == drive.ToString()
            ? MountTable.All(store).FirstOrDefault(row => row.Id.Value == mark.Id)
            : null;
    }

    private static MountStatus StatusOf(MountRow row)
    {
        try
        {
            using var root = RootGuard.OpenMount(row.Path, row.Id);
            return MarkerFile.Read(root)?.Mount?.State == MountMark.Ready ? MountStatus.Ready : MountStatus.Cloning;
        }
        catch (DriveException)
        {
            return MountStatus.Missing;
        }
    }

    private static void MakeDirectory(string path)
    {
        try
        {
            Directory.CreateDirectory(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DriveException(ErrorCode.Io, $"\"{path}\" cannot be made: {e.Message}", "Clone into a directory that you may write.", e);
        }
    }

    private static bool LooksLikePath(string text) => text.Contains('/', StringComparison.Ordinal) || text is "." or "..";
}
