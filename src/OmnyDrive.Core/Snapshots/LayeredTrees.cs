namespace OmnyDrive.Snapshots;

/// <summary>Reads a tree from the first of several readers that has it.</summary>
public sealed class LayeredTrees(params ITreeReader[] layers) : ITreeReader
{
    /// <inheritdoc/>
    public Tree? TryRead(DrivePath path, Hash256 hash) => layers.Select(layer => layer.TryRead(path, hash)).FirstOrDefault(tree => tree is not null);
}
