using OmnyDrive.Drives;
using OmnyDrive.Engine.Files;
using OmnyDrive.Engine.Roots;
using OmnyDrive.Engine.State;
using OmnyDrive.Errors;
using OmnyDrive.Snapshots;

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
                ? new DriveException(ErrorCode.MountNotFound, $"\"{path}\" does not lie in a mount of this endpoint.",
                    MountRepairer.MarkedAbove(path) is { } marked ? $"\"{marked.Path}\" bears the marker of the mount {marked.Mount}. If it was moved or copied here, see: omnydrive mounts repair {ShellWord.Of(marked.Path)}" : "See: omnydrive mounts")
                : DriveException.Invalid($"\"{idOrPath}\" is neither a mount id nor a path in a mount.", "See: omnydrive mounts"));
    }

    internal static MountInfo Info(MountRow row) => new(row.Id, row.Drive, row.Path, row.AccessMode, StatusOf(row), row.Baseline, row.SyncedAt) { Policy = row.Policy };

    /// <summary>
    /// Throws <c>destination_not_empty</c> unless a clone of that drive can go there: nothing is there, or what an interrupted one left, and no
    /// other mount is known to lie there whose root is only absent. Makes nothing.
    /// </summary>
    internal void RequirePlace(DriveId drive, string path)
    {
        if (File.Exists(path))
            throw NotEmpty(path);
        if (!Directory.Exists(path))
        {
            RequireUnclaimed(path);
            return;
        }
        using var root = RootDirectory.OpenAt(path);
        if (Interrupted(root, drive) is not null)
            return;
        RequireEmpty(root);
        RequireUnclaimed(path);
    }

    /// <summary>
    /// Begins a clone, or finds the one that an interrupted call left; the stricter of their access modes is kept. The caller holds the root's sync lock. The row comes before the marker, so
    /// that a marker without a row is never ours to explain.
    /// </summary>
    internal MountRow Begin(RootDirectory root, MountRow clone)
    {
        if (Interrupted(root, clone.Drive) is { } interrupted)
            return Restrict(interrupted, clone.AccessMode);
        RequireEmpty(root);
        RequireUnclaimed(clone.Path);
        // What is left are clones that never had a baseline, and whose root is gone.
        foreach (var stale in MountTable.All(store).Where(row => row.Path == clone.Path))
            MountTable.Remove(store, stale.Id);
        MountTable.Add(store, clone);
        try
        {
            MarkerFile.Write(root, Marker.Empty with { Mount = new MountMark(clone.Id.Value, clone.Drive.ToString(), MountMark.Cloning) });
            return clone;
        }
        catch
        {
            MountTable.Remove(store, clone.Id);
            throw;
        }
    }

    private MountRow Restrict(MountRow row, AccessMode mode)
    {
        var stricter = row.AccessMode.And(mode);
        if (stricter != row.AccessMode)
            MountTable.SetAccessMode(store, row.Id, stricter);
        return row with { AccessMode = stricter };
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

    private MountRow? Interrupted(RootDirectory root, DriveId drive) =>
        MarkerFile.Read(root)?.Mount is { State: MountMark.Cloning } mark && mark.Drive == drive.ToString()
            ? MountTable.All(store).FirstOrDefault(row => row.Id.Value == mark.Id)
            : null;

    // What a clone that ended before its marker, or a mount that was forgotten, left of the private directory is in nobody's way.
    private static void RequireEmpty(RootDirectory root)
    {
        if (root.Top.List().Any(listed => listed.Name != NameRules.PrivateDirectory) || MarkerFile.Read(root) is not null)
            throw NotEmpty(root.Top.Path);
    }

    // A mount whose disk is absent is not gone: its baseline is all that tells its changes from those of its origin.
    private void RequireUnclaimed(string path)
    {
        if (MountTable.All(store).FirstOrDefault(row => row.Path == path && row.Baseline is not null) is { } absent)
            throw new DriveException(ErrorCode.DestinationNotEmpty, $"The mount {absent.Id} of {absent.Drive} lies at \"{path}\", and its root is missing.",
                $"Bring it back, or forget it: omnydrive unmount {absent.Id}");
    }

    private static DriveException NotEmpty(string path) =>
        new(ErrorCode.DestinationNotEmpty, $"\"{path}\" is not empty.", "Clone into a directory that is empty or does not exist.");

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

    /// <summary>Makes the directory where it is missing.</summary>
    internal static void MakeDirectory(string path)
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
