namespace OmnyDrive.Snapshots;

/// <summary>Reads a tree from the first of several readers that has it.</summary>
public sealed class LayeredTrees(params ITreeReader[] layers) : ITreeReader
{
    /// <inheritdoc/>
    public Tree? TryRead(DrivePath path, Hash256 hash)
    {
        foreach (var layer in layers)
        {
            if (layer.TryRead(path, hash) is { } tree)
                return tree;
        }
        return null;
    }
}
