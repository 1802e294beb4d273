using OmnyDrive.Engine.Applying;
using OmnyDrive.Engine.Files;
using OmnyDrive.Engine.Scanning;
using OmnyDrive.Reconciling;

namespace OmnyDrive.Engine.Tests.Applying;

/// <summary>The same changes, to be made with more or less moving.</summary>
internal static class Plans
{
    /// <summary>Nothing is moved.</summary>
    internal static PlannedChanges Singly(IReadOnlyList<Change> changes) => new(changes, changes, [], []);

    /// <summary>Files are moved one by one.</summary>
    internal static PlannedChanges FileByFile(IReadOnlyList<Change> changes) => PlannedChanges.Of(changes, _ => false, _ => false);

    /// <summary>Directories are moved where they can be.</summary>
    internal static PlannedChanges Of(IReadOnlyList<Change> changes, RootDirectory root, ScanResult scan) =>
        PlannedChanges.Of(changes, _ => false, new MovableDirectories(root, scan.Index).Contains);
}
