using OmnyDrive.Errors;
using OmnyDrive.Filtering;
using OmnyDrive.Reconciling;

namespace OmnyDrive.Engine.Origins;

/// <summary>What a drive leaves out is enforced where it is served: nobody gets it, and nobody may put something there.</summary>
internal static class ServedPaths
{
    /// <summary>Throws where a push brings a path that the drive leaves out, unless it changes what the drive leaves out.</summary>
    internal static void Require(IReadOnlyList<Change> changes, TreeRules rules)
    {
        if (changes.Any(change => rules.Options.IgnoreFileNames.Contains(change.Path.Name)))
            return;
        if (changes.FirstOrDefault(change => change.To is not null && rules.IsFiltered(change.Path, change.To.IsDirectory)) is { } hidden)
            throw DriveException.Invalid($"The push brings \"{hidden.Path}\", which the drive leaves out. Nothing was changed.", "Update OmnyDrive where the mount is, and run omnydrive sync again.");
    }
}
