using OmnyDrive.Engine.Files;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.Applying;

/// <summary>
/// Finds out what the file system of a root makes of names, by making some in its private directory: nothing else tells, as one system has directories of
/// either kind. Nothing is kept for the next time, because another file system may be mounted there by then.
/// </summary>
internal static class TargetProbe
{
    /// <summary>What a directory made in the root makes of names. A name that cannot be made at all is an error.</summary>
    internal static TargetTraits Look(RootDirectory root)
    {
        using var area = StagingArea.CreateEmpty(root, "probe");
        return Look(area.Directory) with { HasWindowsNames = OperatingSystem.IsWindows() };
    }

    /// <summary>The same in an empty directory, which then holds the names that were tried.</summary>
    internal static TargetTraits Look(IDirectoryHandle empty) => new()
    {
        IsCaseInsensitive = IsOne(empty, "probe-a", "PROBE-A"),
        IsNormalizationInsensitive = IsOne(empty, "probe-\u00e9", "probe-e\u0301"),
        DropsTrailingDots = IsOne(empty, "probe-b.", "probe-b"),
    };

    // Nobody else makes names in there, so whatever the second name finds is the first.
    private static bool IsOne(IDirectoryHandle empty, string made, string asked)
    {
        empty.CreateNew(made, FileModes.PrivateFile).Dispose();
        return empty.Stat(asked) is not null;
    }
}
