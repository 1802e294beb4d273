using System.Text;
using OmnyDrive.Drives;
using OmnyDrive.Engine.Files;
using OmnyDrive.Engine.History;
using OmnyDrive.Engine.State;
using OmnyDrive.Errors;
using OmnyDrive.History;

namespace OmnyDrive.Engine.Roots;

/// <summary>
/// What a mount and its origin agreed on, written into the root too, beside what the state has: so that a root that comes from a backup is told from one in which somebody worked. Without it old files would look like
/// edits, and be pushed over what is newer. Written before the state, with the baseline before: a crash between the two leaves one of them.
/// </summary>
internal static class AgreedRefs
{
    private const int MaxBytes = 256;

    /// <summary>Says durably that the baseline of a mount goes from one state to another.</summary>
    internal static void Write(RootDirectory root, SyncRef? before, SyncRef after)
    {
        if (before == after)
            return;
        using var directory = PrivateDirectory.OpenOrMake(root);
        PrivateDirectory.Replace(directory, RootLayout.Agreed, Encoding.ASCII.GetBytes($"{after}\n{before}\n"));
    }

    /// <summary>
    /// Whether the root is older than the state. A state that is older than the root (it came from a backup) is a good base: what both sides have done since, they have both done. A root of a build
    /// before this file says nothing.
    /// </summary>
    internal static bool AreOlder(RootDirectory root, MountRow row) =>
        row.Baseline is { } baseline && Read(root) is { Count: > 0 } agreed && !agreed.Contains(baseline) && !IsInThePast(root, baseline);

    /// <summary>Whether the root says that it and its origin once agreed on a state.</summary>
    internal static bool Have(RootDirectory root, SyncRef state) => Read(root).Contains(state) || IsInThePast(root, state);

    /// <summary>Throws <c>conflict</c> where the root is older than the state.</summary>
    internal static void RequireNotOlder(RootDirectory root, MountRow row)
    {
        if (!AreOlder(root, row))
            return;
        throw new DriveException(
            ErrorCode.Conflict, $"The files in \"{root.Top.Path}\" are older than the last sync of the mount: they were restored from a backup. Nothing was changed, for they would go over what is newer.",
            $"See what it would take to go on with them: omnydrive mounts repair {ShellWord.Of(row.Path)}");
    }

    // What was brought back in the mount alone, nobody has agreed on.
    private static bool IsInThePast(RootDirectory root, SyncRef baseline) =>
        new RootHistory(root, HistoryRole.Mount).NewestFirst().Any(recorded => recorded.Generation.Ref == baseline && recorded.Generation.Kind != GenerationKind.Restore);

    private static List<SyncRef> Read(RootDirectory root)
    {
        var path = RootLayout.Private.Append(RootLayout.Agreed);
        if (root.Stat(path) is not { Kind: FileKind.File })
            return [];
        using var directory = root.Open(RootLayout.Private);
        using var file = directory.OpenRead(RootLayout.Agreed);
        Span<byte> bytes = stackalloc byte[MaxBytes];
        var refs = new List<SyncRef>();
        foreach (var line in Encoding.ASCII.GetString(bytes[..directory.Read(file, bytes, 0)]).Split('\n'))
        {
            if (SyncRef.TryParse(line, out var agreed))
                refs.Add(agreed);
        }
        return refs;
    }
}
