using OmnyDrive.Snapshots;

namespace OmnyDrive.Testing.Trees;

/// <summary>Reads what another reader reads and keeps which paths were asked for.</summary>
public sealed class RecordingTreeReader(ITreeReader inner) : ITreeReader
{
    /// <summary>The paths of all directories read so far.</summary>
    public HashSet<DrivePath> Paths { get; } = [];

    /// <summary>The same snapshot, read through a recording reader.</summary>
    public static Snapshot Of(Snapshot snapshot, out RecordingTreeReader reader) =>
        snapshot with { Trees = reader = new RecordingTreeReader(snapshot.Trees) };

    /// <inheritdoc/>
    public Tree? TryRead(DrivePath path, Hash256 hash)
    {
        Paths.Add(path);
        return inner.TryRead(path, hash);
    }
}
