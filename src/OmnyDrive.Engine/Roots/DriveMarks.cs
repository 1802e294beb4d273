using OmnyDrive.Drives;
using OmnyDrive.Engine.Applying;
using OmnyDrive.Engine.Files;
using OmnyDrive.Errors;

namespace OmnyDrive.Engine.Roots;

/// <summary>Marks directories as those of published drives, and takes the marks off.</summary>
internal static class DriveMarks
{
    private static readonly TimeSpan UnmarkPatience = TimeSpan.FromSeconds(30);

    /// <summary>Marks a directory as that of a drive; see <see cref="Providers.IDriveProvider.Mark"/>.</summary>
    /// <param name="place">Where the mark goes.</param>
    /// <param name="source">What a person takes for the drive's source.</param>
    /// <param name="drive">The drive.</param>
    /// <param name="known">How it was recognized before.</param>
    internal static RootIdentity Mark(string place, string source, DriveId drive, RootIdentity? known)
    {
        using var root = RootDirectory.OpenAt(place);
        var stat = root.Top.Stat();
        try
        {
            var marker = MarkerFile.Read(root) ?? Marker.Empty;
            if (marker.Drive is { } mark && mark.Id != drive.ToString())
                throw new DriveException(ErrorCode.DriveExists, $"\"{source}\" is already published as {mark.Id}.", HintOf(marker, mark, drive.Endpoint, (place, source)));
            var epoch = marker.Drive?.Epoch is { } old && old == known?.Epoch ? old : Guid.NewGuid().ToString("N");
            MarkerFile.Write(root, marker with { Drive = new DriveMark(drive.ToString(), epoch) });
            return new RootIdentity(epoch, stat.Device, stat.Inode);
        }
        catch (FileOperationException e) when (e.Error == FileError.Permission || (e.Error == FileError.NotSupported && !OperatingSystem.IsLinux()))
        {
            return new RootIdentity(null, stat.Device, stat.Inode);
        }
    }

    /// <summary>Takes the mark off again; see <see cref="Providers.IDriveProvider.UnmarkAsync"/>.</summary>
    internal static async Task UnmarkAsync(string place, RootIdentity identity, bool isTakenBack, TimeProvider time, CancellationToken cancellation)
    {
        if (identity.Epoch is null || !Directory.Exists(place))
            return;
        using var root = RootDirectory.OpenAt(place);
        if (MarkerFile.Read(root)?.Drive?.Epoch != identity.Epoch)
            return;
        using var held = await ApplyLock.WaitAsync(root, UnmarkPatience, time, cancellation);
        if (MarkerFile.Read(root) is { } marker && marker.Drive?.Epoch == identity.Epoch)
            MarkerFile.Replace(root, marker with { Drive = null }, isTakenBack ? identity.Epoch : null);
    }

    // Only the endpoint that published it can withdraw it, and only while it has its state.
    private static string HintOf(Marker marker, DriveMark mark, EndpointId endpoint, (string Place, string Source) at)
    {
        var file = $"{at.Place}/{RootLayout.Private}/{RootLayout.Marker}";
        if (!DriveId.TryParse(mark.Id, out var drive) || drive.Endpoint != endpoint)
        {
            return $"Clone that drive, or withdraw it where it was published: omnydrive unpublish {mark.Id}. If that endpoint is gone for good, "
                + (marker.Mount is null ? $"remove {file} and publish again." : $"take \"drive\" out of {file} and publish again.");
        }
        return $"Clone that drive, or withdraw it first: omnydrive unpublish {mark.Id}. "
            + $"If this endpoint does not know it any more, publish it under its old name: omnydrive publish {ShellWord.Of(at.Source)} --name {drive.Name}";
    }
}
