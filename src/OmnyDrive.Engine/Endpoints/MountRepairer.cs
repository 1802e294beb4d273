using System.Security.Cryptography;
using OmnyDrive.Drives;
using OmnyDrive.Engine.Files;
using OmnyDrive.Engine.Roots;
using OmnyDrive.Engine.State;
using OmnyDrive.Errors;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine;

/// <summary>
/// Tells which mount a directory may be that is not known as one, and takes it for one again. A directory is known by its marker; where that is lost, by the path at which the mount lay.
/// </summary>
internal sealed class MountRepairer(EndpointStore store, MountRegistry mounts)
{
    /// <summary>A mount's row, the directory, and why it is not known as the mount's; null where by all that this endpoint knows it is.</summary>
    internal readonly record struct Found(MountRow Row, string Path, MountRepairKind? Kind)
    {
        /// <summary>Throws <c>invalid</c> where nothing is wrong.</summary>
        internal MountRepairKind RequireKind() => Kind
            ?? throw DriveException.Invalid($"\"{Path}\" is the mount {Row.Id} as it should be. There is nothing to repair.", "See: omnydrive mounts");
    }

    /// <summary>Finds what is to be repaired by the id of a mount or a path in its directory. Throws <c>mount_not_found</c>, <c>root_missing</c>, or <c>invalid</c> where it cannot be.</summary>
    internal Found Find(string idOrPath)
    {
        if (MountId.TryParse(idOrPath, out var id))
            return At(mounts.Get(id).Path, mounts.Get(id));
        var path = RealPath.Of(idOrPath);
        if (MarkedAbove(path) is { } marked)
            return At(marked.Path, mounts.Get(marked.Mount));
        var row = mounts.Find(path);
        return At(row.Path, row);
    }

    /// <summary>The mount whose marker a directory bears, or the nearest one above it that bears any; null where none does.</summary>
    internal static (string Path, MountId Mount)? MarkedAbove(string path)
    {
        for (var at = path; at is not null; at = Path.GetDirectoryName(at))
        {
            // A directory that nobody marked need not be readable.
            if (!File.Exists(Path.Combine(at, NameRules.PrivateDirectory, RootLayout.Marker)))
                continue;
            using var root = RootDirectory.OpenAt(at);
            if (MarkerFile.Read(root)?.Mount is { } mark && MountId.TryParse(mark.Id, out var id))
                return (at, id);
        }
        return null;
    }

    private Found At(string path, MountRow row)
    {
        if (row.Baseline is null)
            throw DriveException.Invalid($"The clone of {row.Drive} into \"{row.Path}\" was interrupted.", $"Clone it anew: omnydrive clone {row.Drive} DEST; and forget this one: omnydrive unmount {row.Id}");
        using var root = RootDirectory.OpenAt(path);
        var mark = MarkerFile.Read(root)?.Mount;
        if (mark is null)
            return new Found(row, path, MountRepairKind.Unmarked);
        if (mark.Id != row.Id.Value)
            throw DriveException.Invalid($"\"{path}\" bears the marker of the mount {mark.Id}, not of {row.Id}.", $"If that is right, forget this one, its files stay: omnydrive unmount {row.Id}");
        if (path == row.Path)
            return new Found(row, path, AgreedRefs.AreOlder(root, row) ? MountRepairKind.Restored : null);
        var kind = MountRegistry.Info(row).Status == MountStatus.Missing ? MountRepairKind.Moved : MountRepairKind.Copied;
        RequireFree(path, MountTable.All(store).Where(other => kind == MountRepairKind.Copied || other.Id != row.Id).ToList());
        return new Found(row, path, kind);
    }

    private static void RequireFree(string path, List<MountRow> others)
    {
        if (others.Find(other => other.Path == path) is { } absent)
            throw DriveException.Invalid($"The mount {absent.Id} of {absent.Drive} lies at \"{path}\", as far as this endpoint knows.", $"Bring it back, or forget it: omnydrive unmount {absent.Id}");
        Nesting.RequireFree(path, others.Select(other => other.Path), "mount", sameIsFree: false);
    }

    /// <summary>Takes the directory for a mount, durably. The caller holds its sync lock. Broken off, it may be begun again.</summary>
    internal MountRow Repair(Found found, RootDirectory root)
    {
        switch (found.RequireKind())
        {
            case MountRepairKind.Restored or MountRepairKind.Parted:
                return found.Row;
            case MountRepairKind.Moved:
                MountTable.SetPath(store, found.Row.Id, found.Path);
                return found.Row with { Path = found.Path };
            case MountRepairKind.Copied:
                var copy = found.Row with { Id = MountId.FromRandom(RandomNumberGenerator.GetBytes(6)), Path = found.Path };
                MountTable.AddCopy(store, found.Row.Id, copy);
                Mark(root, copy);
                return copy;
            default:
                Mark(root, found.Row);
                return found.Row;
        }
    }

    private static void Mark(RootDirectory root, MountRow row) =>
        MarkerFile.Write(root, (MarkerFile.Read(root) ?? Marker.Empty) with { Mount = new MountMark(row.Id.Value, row.Drive.ToString(), MountMark.Ready) });
}
