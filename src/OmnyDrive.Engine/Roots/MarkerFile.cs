using System.Text.Json;
using Microsoft.Win32.SafeHandles;
using OmnyDrive.Engine.Conflicts;
using OmnyDrive.Engine.Files;
using OmnyDrive.Engine.History;
using OmnyDrive.Errors;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.Roots;

/// <summary>Reads and replaces the marker of a root, durably.</summary>
internal static class MarkerFile
{
    private const int MaxBytes = 64 << 10;

    /// <summary>The marker; null where there is none. Throws <c>unsupported_version</c> or <c>io_error</c> for one that cannot be read.</summary>
    internal static Marker? Read(RootDirectory root)
    {
        try
        {
            using var directory = root.Open(RootLayout.Private);
            using var file = directory.OpenRead(RootLayout.Marker);
            return Parse(directory, file, root.Top.Path);
        }
        catch (FileOperationException e) when (e.Error is FileError.NotFound)
        {
            return null;
        }
    }

    /// <summary>Replaces the marker, making the private directory where it is missing.</summary>
    internal static void Write(RootDirectory root, Marker marker)
    {
        using var directory = PrivateDirectory.OpenOrMake(root);
        PrivateDirectory.Replace(directory, RootLayout.Marker, JsonSerializer.SerializeToUtf8Bytes(marker, MarkerJson.Default.Marker));
    }

    /// <summary>Writes a marker, or where it marks nothing any more, removes it and what of the private directory is empty. The history of what it does not mark any more goes, but for the names of a drive's states; trash stays.</summary>
    /// <param name="root">The root.</param>
    /// <param name="marker">The marker.</param>
    /// <param name="takenBack">The epoch of a drive that was published and is not to have been; null where one is withdrawn.</param>
    internal static void Replace(RootDirectory root, Marker marker, string? takenBack = null)
    {
        RootHistory.RemoveUnless(root, role => role == HistoryRole.Drive ? marker.Drive is not null : marker.Mount is not null, takenBack);
        if (marker.Mount is null)
            new VersionStore(root).RetainOnly(new HashSet<ContentHash>());
        if (marker.Drive is not null || marker.Mount is not null)
        {
            Write(root, marker);
            return;
        }
        RemoveAll(root, [RootLayout.Marker, RootLayout.Agreed, RootLayout.Bases, RootLayout.ApplyLock, RootLayout.SyncLock]);
    }

    /// <summary>Removes the locks of a root that has no marker, and what of the private directory is empty. The caller holds one of them.</summary>
    internal static void RemoveLeftovers(RootDirectory root)
    {
        if (Read(root) is null)
            RemoveAll(root, [RootLayout.ApplyLock, RootLayout.SyncLock]);
    }

    private static void RemoveAll(RootDirectory root, string[] files)
    {
        using (var directory = root.Open(RootLayout.Private))
        {
            foreach (var name in files)
            {
                if (directory.Stat(name) is not null)
                    directory.RemoveFile(name);
            }
            foreach (var name in new[] { RootLayout.Staging, RootLayout.Trash })
                PrivateDirectory.RemoveIfEmpty(directory, name);
        }
        PrivateDirectory.RemoveIfEmpty(root.Top, NameRules.PrivateDirectory);
    }

    private static Marker Parse(IDirectoryHandle directory, SafeFileHandle file, string root)
    {
        var buffer = new byte[MaxBytes];
        var length = directory.Read(file, buffer, 0);
        try
        {
            var marker = JsonSerializer.Deserialize(buffer.AsSpan(0, length), MarkerJson.Default.Marker) ?? throw new JsonException();
            return marker.Version == Marker.CurrentVersion
                ? marker
                : throw new DriveException(ErrorCode.UnsupportedVersion, $"The marker of \"{root}\" has version {marker.Version}; this build knows {Marker.CurrentVersion}.", "Update OmnyDrive on this machine.");
        }
        catch (JsonException e)
        {
            throw new DriveException(ErrorCode.RootMissing, $"The marker in \"{root}/.omnydrive\" is damaged, so it is not clear whose root this is.", "Nothing was changed. Restore the marker from a backup, or clone or publish again elsewhere.", e);
        }
    }
}
