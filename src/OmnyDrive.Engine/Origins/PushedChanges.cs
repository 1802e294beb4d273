using OmnyDrive.Errors;
using OmnyDrive.Reconciling;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.Origins;

/// <summary>What the trees of a push amount to.</summary>
internal static class PushedChanges
{
    /// <summary>What a pusher cannot read stays as the origin has it; unknown is nothing that a path can be turned into.</summary>
    internal static void RequireKnown(DrivePath path, Tree tree, Snapshot from)
    {
        foreach (var (name, entry) in tree.Entries)
        {
            if (entry.Kind == EntryKind.Unknown && from.Find(path.Append(name)) is not { Kind: EntryKind.Unknown })
                throw DriveException.Protocol("The push makes something unknown.");
        }
    }

    /// <summary>The changes that lead from one state to another; throws where the push does not bring all directories that it changes.</summary>
    internal static IReadOnlyList<Change> Between(Snapshot from, Snapshot to)
    {
        try
        {
            return TreeDiff.Compare(from, to);
        }
        catch (InvalidOperationException e)
        {
            throw new DriveException(ErrorCode.Protocol, "The push does not bring all directories that it changes.", null, e);
        }
    }
}
