using OmnyDrive.Errors;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.Origins;

/// <summary>
/// Which trees a peer may send: those that were announced, by path and hash, and what a tree that came names in turn, each once. So a peer
/// makes nobody hold what belongs to no state that is spoken of.
/// </summary>
internal sealed class AnnouncedTrees
{
    private readonly Dictionary<DrivePath, (Hash256 Hash, bool WithDescendants)> _awaited = [];

    internal void Announce(DrivePath path, Hash256 hash, bool withDescendants) => _awaited[path] = (hash, withDescendants);

    /// <summary>Takes a tree that came; throws <c>protocol_error</c> for one that was not announced.</summary>
    internal void Take(DrivePath path, Tree tree)
    {
        if (!_awaited.Remove(path, out var awaited) || awaited.Hash != tree.Hash)
            throw DriveException.Protocol($"The directory \"{path}\" came as nothing before it had announced it.");
        if (!awaited.WithDescendants)
            return;
        foreach (var (name, entry) in tree.Entries)
        {
            if (entry.IsDirectory)
                Announce(path.Append(name), entry.TreeHash, withDescendants: true);
        }
    }
}
